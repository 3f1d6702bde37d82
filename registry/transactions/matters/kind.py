"""What the code knows of each kind of matter: its machine, its clock, and what moves of its person do to it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.machine import Machine
from registry.transactions.matters.stands import Matter

Happening = Literal["registered", "accepted-again", "left", "sent-away", "died", "amended"]
"""What may happen to a person beside a matter: put on another practice's list, accepted again by the
practice that holds them, taken off a list, recorded as dead, changed by their practice's amendment."""


@dataclass(slots=True)
class Work:
    """A matter in hand: locked, with its person, and the writes of this unit of work."""

    connection: AsyncConnection
    context: Context
    writes: Writes
    matter: Matter
    person: PersonFacts | None
    other: PersonFacts | None = None
    """The second person, where it is about two."""


Strike = Callable[[Work], Awaitable[str]]
"""What a kind does when a matter falls due: it steps, or holds; returns a word for the report.
A matter that is left as due as it was is escalated."""

Follow = Callable[[Writes, Context, PersonFacts, Matter, UUID | None], None]
"""What follows for a matter from something that happened to its person, by a transaction."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of matter."""

    machine: Machine
    falls_due: Strike | None = None
    """Without one, a matter that falls due is escalated."""
    follow: Mapping[Happening, Follow] = field(default_factory=dict[Happening, Follow])


_KINDS: dict[str, Kind] = {}


def declare(kind: Kind) -> Kind:
    """Make a kind known. `registry.transactions.kinds_of_matter` imports every module that does."""
    _KINDS[kind.machine.kind] = kind
    return kind


def kind_named(name: str) -> Kind:
    """The kind of a name; every kind's code is loaded when one is not known yet. Raises KeyError for no kind."""
    if name not in _KINDS:
        # Kinds use operations, and operations ask for kinds: one of the two must be imported late.
        import_module("registry.transactions.kinds_of_matter")
    return _KINDS[name]


def known_kinds() -> tuple[Kind, ...]:
    """Every kind that is declared so far, by name."""
    return tuple(_KINDS[name] for name in sorted(_KINDS))
