"""The special allocation scheme."""

from registry.policies.row import PolicyRow

SCHEME: tuple[PolicyRow, ...] = ()
