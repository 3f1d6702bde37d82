"""Assignments."""

from registry.policies.row import PolicyRow

ASSIGNMENT: tuple[PolicyRow, ...] = ()
