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
    PolicyRow(
        "possible_duplicate_due_working_days",
        20,
        "Office practice: a pair that a sweep found is looked at within four weeks",
    ),
    PolicyRow(
        "possible_duplicate_undecided_working_days",
        20,
        "Office practice: a pair of which it could not be told is looked at again after four weeks",
    ),
    PolicyRow(
        "possible_duplicate_supervisor_working_days",
        5,
        "Office practice: a pair given to a supervisor is looked at within a week",
    ),
    PolicyRow("merge_approval_working_days", 2, "Office practice: a second person approves a merge or withdraws it"),
)
