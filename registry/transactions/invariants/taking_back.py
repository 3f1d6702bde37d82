"""Taking back: what must always be true."""

from registry.transactions.invariants.invariant import Invariant

TAKING_BACK: tuple[Invariant, ...] = ()
