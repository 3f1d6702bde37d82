"""Taking back."""

from registry.policies.row import PolicyRow

TAKING_BACK: tuple[PolicyRow, ...] = ()
