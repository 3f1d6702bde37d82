"""FP69 and returned mail."""

from registry.policies.row import PolicyRow

FP69: tuple[PolicyRow, ...] = ()
