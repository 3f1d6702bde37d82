"""Registrations that are not the ordinary one."""

from registry.policies.row import PolicyRow

SPECIAL_REGISTRATIONS: tuple[PolicyRow, ...] = ()
