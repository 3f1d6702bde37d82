"""Notified deductions and the quarter."""

from registry.policies.row import PolicyRow

DEDUCTIONS: tuple[PolicyRow, ...] = (
    PolicyRow(
        "abroad_months",
        3,
        "Contracts Regulations 2015 Sch 3 para 29: leaves intending to be away for three months, or has been away"
        " for more",
    ),
    PolicyRow("prison_months", 24, "Contracts Regulations 2015 Sch 3 para 29: more than two years in the aggregate"),
    PolicyRow("temporary_stay_months", 3, "Contracts Regulations 2015 Sch 3 para 30: elsewhere for more than three"),
    PolicyRow("inquiry_days", 28, "Office practice: how long an answer to a letter of inquiry is waited for"),
    PolicyRow("school_list_days", 21, "Contracts Regulations 2015 Sch 3 para 31: after notice, 21 days"),
    PolicyRow(
        "back_debit_months",
        1,
        "NHAIS registration manual: a date in the previous quarter is taken in the first month of a quarter",
    ),
    PolicyRow("notice_days_ahead", 366, "Office practice: what is announced for later than a year is sent again"),
    PolicyRow("birth_registration_days", 42, "Births and Deaths Registration Act 1953: a birth is registered in 42"),
    PolicyRow("birth_chaser_working_days", 10, "Office practice: how often a birth without a practice is chased"),
    PolicyRow("quarter_confirm_working_days", 2, "Office practice: the second person confirms a close"),
)
