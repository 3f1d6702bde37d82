"""Duplicates and merges."""

from registry.policies.row import PolicyRow

MERGES: tuple[PolicyRow, ...] = (
    PolicyRow("duplicate_triage_working_days", 5, "Office practice: a suspected duplicate is looked at within a week"),
    PolicyRow("duplicate_ask_working_days", 2, "Office practice: from triage to the letters to the practices"),
    PolicyRow(
        "duplicate_answer_working_days",
        10,
        "Office practice: how long the practices' answers are waited for before they are chased",
    ),
    PolicyRow("duplicate_refer_working_days", 2, "Office practice: complete evidence is referred or decided"),
    PolicyRow(
        "duplicate_back_office",
        {"weeks": 6, "working_days": 5},
        "PCSE help on duplicate patients: the National Back Office takes four to six weeks, and five working days more",
    ),
    PolicyRow("merge_approval_working_days", 2, "Office practice: a second person approves a merge or withdraws it"),
)
