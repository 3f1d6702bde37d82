"""Notified deductions and the quarter."""

from registry.policies.row import PolicyRow

DEDUCTIONS: tuple[PolicyRow, ...] = ()
