"""Registrations that are not the ordinary one: what must always be true."""

from registry.transactions.invariants.invariant import Invariant

SPECIAL_REGISTRATIONS: tuple[Invariant, ...] = ()
