"""FP69 and returned mail: what must always be true."""

from registry.transactions.invariants.invariant import Invariant

FP69: tuple[Invariant, ...] = ()
