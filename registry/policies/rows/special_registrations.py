"""Registrations that are not the ordinary one."""

from registry.policies.row import PolicyRow

SPECIAL_REGISTRATIONS = (
    PolicyRow(
        "temporary_residence_least_days",
        1,
        "Contracts Regulations 2015 Sch 3 para 32: temporary residents intend to stay for more than 24 hours",
    ),
    PolicyRow("forces_list_years", 2, "Contracts Regulations 2015 Sch 3 para 18: armed forces, for up to two years"),
    PolicyRow(
        "forces_record_return_working_days", 10, "Office practice: the record goes back when the registration ends"
    ),
    PolicyRow(
        "crown_return_months",
        {"before": 1, "after": 3},
        "Contracts Regulations 2015 Sch 3 para 31D: from one month before the return to three months after it",
    ),
    PolicyRow(
        "pre_registration_most_days",
        28,
        "GMS contract 2017/18: people leaving secure settings may register before their release; office practice how"
        " long before",
    ),
)
