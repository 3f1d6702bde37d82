"""An act of the office: its name, what must be said to do it, what it answers.

A feature declares its acts as data; `acts/api.py` makes a route of each and `acts/command.py` a
command, so that all are asked for, refused and explained in the same way.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.security.callers import Permission
from registry.transactions.context import Context


@dataclass(frozen=True, slots=True)
class Done:
    """It is done. `id` and `version` are of the matter or transaction that was made or changed."""

    sentence: str
    id: UUID | None = None
    version: int | None = None
    state: str | None = None
    transaction_id: UUID | None = None
    data: Any = None
    """More that the asker will want to see: ids and codes, an explanation, a list."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """It cannot be done, and nothing was. The sentence says why and what to do next."""

    sentence: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class WrongState:
    """The matter is in a state in which this is not done."""

    state: str
    allowed: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What it is, and when it could be done."""
        return f"It is {self.state}; this is done when it is {' or '.join(self.allowed)}."


@dataclass(frozen=True, slots=True)
class Stale:
    """The facts have moved: look at it again, at this version. `facts` is how it stands now, where that is known."""

    version: int
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is no such thing. `what` is a noun."""

    what: str


Answer = Done | Impossible | WrongState | Stale | Nothing


class Asked(BaseModel):
    """What must be said to do an act. Fields become JSON members and command-line options."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Refuse fields that no command could have. Raises TypeError, for whoever declares them."""
        options: dict[str, str] = {"by": "", "as-json": "", "json": "", "help": ""}
        for name in cls.model_fields:
            option = option_of(name)
            if option in options:
                other = f"the field {options[option]}" if options[option] else "every command"
                raise TypeError(f"{cls.__name__}.{name}: the option --{option} is that of {other}; name it otherwise")
            options[option] = name


def option_of(field: str) -> str:
    """The option by which a field is said on the command line, without its dashes."""
    return field.rstrip("_").replace("_", "-")


class AboutPerson(Asked):
    """An act about a person of the register."""

    nhs_number: str = Field(description="The person.", examples=["9990000018"], max_length=20)
    reason: str = Field("", max_length=2000, description="Why; kept, and never sent.")


class OnMatter(Asked):
    """An act on a matter, at the version that was looked at."""

    id: UUID = Field(description="The matter.")
    version: int = Field(description="The version that you looked at.", ge=1)
    reason: str = Field("", max_length=2000, description="Why; kept, and never sent.")


A = TypeVar("A", bound=Asked)


@dataclass(frozen=True, slots=True)
class Act(Generic[A]):
    """Something that the office may do.

    `run` works in the caller's unit of work and commits whatever it answers; it may be run again
    from the start when PostgreSQL ended it for a neighbour's sake. An answer other than `Done`
    has written nothing.
    """

    group: str
    name: str
    summary: str
    asked: type[A]
    run: Callable[[AsyncConnection, Context, A], Awaitable[Answer]]
    example: str = ""
    """A command line that teaches, without the name of the program."""
    permission: Permission = Permission.WORK_MATTERS


@dataclass(frozen=True, slots=True)
class Group:
    """The acts of one part of the office's work, under one word."""

    name: str
    help: str
    acts: Sequence[Act[Any]]
