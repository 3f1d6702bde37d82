"""Removals that are asked for."""

from registry.policies.row import PolicyRow

REMOVALS: tuple[PolicyRow, ...] = ()
