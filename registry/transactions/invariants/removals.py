"""Removals that are asked for: what must always be true."""

from registry.transactions.invariants.invariant import Invariant

REMOVALS: tuple[Invariant, ...] = ()
