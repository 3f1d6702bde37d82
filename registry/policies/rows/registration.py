"""Registrations, messages and cases."""

from registry.policies.row import PolicyRow

BANK_HOLIDAYS = [
    *("2025-01-01", "2025-04-18", "2025-04-21", "2025-05-05", "2025-05-26", "2025-08-25", "2025-12-25", "2025-12-26"),
    *("2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25", "2026-12-28"),
    *("2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30", "2027-12-27", "2027-12-28"),
]


REGISTRATION = (
    PolicyRow(
        "internal_deduction_reason",
        {"same_address": "3", "new_address": "15"},
        "GP Links practice help: internal transfer, and internal transfer with a change of address",
    ),
    PolicyRow("left_area_days", 30, "PCSE deductions help: removed on day 30, or on a new registration"),
    PolicyRow("out_of_area_days", 30, "Contracts Regulations 2015 Sch 3 para 27: 30 days from the letter of advice"),
    PolicyRow("acceptance_due_working_days", [2, 5, 10], "PCSE registrations help: usually 3, at most 10 working days"),
    PolicyRow("rejection_chaser_working_days", 5, "PCSE rejected registrations: second e-mail after 5 working days"),
    PolicyRow("receipt_due_working_days", 2, "Office practice: an interchange without receipt is lost"),
    PolicyRow("anomaly_due_working_days", 2, "Office practice: first touch"),
    PolicyRow("trace_retry_minutes", [1, 5, 30, 120], "Office practice"),
    PolicyRow("trace_answer_hours", 24, "Office practice: allocation and update answers come the same day"),
    PolicyRow(
        "sequence_gap_alarm_hours", 4, "Messages do not promise order; a gap is told when it has had time to fill"
    ),
    PolicyRow("interchange_number_reuse_days", 30, "GP Links adaptor: numbers may come again after roll-over"),
    PolicyRow("bank_holidays", BANK_HOLIDAYS, "gov.uk bank holidays, England"),
)
