"""Protected whereabouts."""

from registry.policies.row import PolicyRow

PROTECTED = (
    PolicyRow(
        "protected_deduction_reasons",
        {"2": "13", "3": "13", "5": "13", "8": "13", "11": "13", "15": "13"},
        "Domain rules, correction 16: to another authority, within it, abroad, the forces: all read as another reason",
    ),
    PolicyRow("protection_review_days", 365, "Office practice: a protection is looked at again every year"),
    PolicyRow("protection_lift_working_days", 5, "Office practice: the second person's word"),
)
