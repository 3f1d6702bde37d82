"""Removals that are asked for."""

from registry.policies.row import PolicyRow

REMOVALS: tuple[PolicyRow, ...] = (
    PolicyRow(
        "practice_removal_days",
        8,
        "Contracts Regulations 2015 Sch 3 para 24: the eighth day after the request, or after the notice that"
        " treatment at intervals of less than seven days has ended",
    ),
    PolicyRow(
        "own_removal_days", 14, "Contracts Regulations 2015 Sch 3 para 23: fourteen days after the patient's request"
    ),
    PolicyRow(
        "removal_warning_months",
        12,
        "Contracts Regulations 2015 Sch 3 para 24: a warning with its reasons within the twelve months before",
    ),
    PolicyRow(
        "removal_acts_at",
        {"RDR": "20:00", "RPR": "20:00"},
        "Office practice: the day's own acceptances come first, and whoever registers elsewhere is transferred",
    ),
    PolicyRow("treatment_end_chase_days", 14, "Office practice: how often the practice is asked whether it has ended"),
    PolicyRow("carer_check_chase_working_days", 5, "Office practice: as for a rejection that nobody mended"),
    PolicyRow("removal_question_letters", 1, "Office practice: letters without an answer before a person rings"),
)
