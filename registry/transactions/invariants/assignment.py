"""Assignments: what must always be true."""

from registry.transactions.invariants.invariant import Invariant

ASSIGNMENT: tuple[Invariant, ...] = ()
