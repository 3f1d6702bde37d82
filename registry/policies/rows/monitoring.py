"""Monitoring to completion."""

from registry.policies.row import PolicyRow

MONITORING: tuple[PolicyRow, ...] = ()
