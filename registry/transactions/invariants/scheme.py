"""The special allocation scheme: what must always be true."""

from registry.transactions.invariants.invariant import Invariant

SCHEME: tuple[Invariant, ...] = ()
