"""Taking back."""

from registry.policies.row import PolicyRow

TAKING_BACK = (
    PolicyRow("reversal_confirmation_working_days", 1, "Office practice: two people look at it, the same or next day"),
)
