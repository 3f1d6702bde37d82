"""Notified deductions and the quarter: what must always be true."""

from registry.transactions.invariants.invariant import Invariant

DEDUCTIONS: tuple[Invariant, ...] = ()
