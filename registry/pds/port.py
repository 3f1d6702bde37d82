"""What the register may ask of the national side, and what it can hear.

The national side is the Personal Demographics Service (PDS). It is asked only by jobs and
never while a transaction of the database is open. An answer is a returned value; that there
is none at all is `NationalSideUnavailable`. An implementation keeps its own connections.

Sources: NHAIS manual, PDS trace and allocations queue; PDS API, search, create and update. That numbers are set
aside beforehand has no published interface: it is what a register needs that answers who asks for a number at once.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Protocol
from uuid import UUID

from registry.values.person import Demographics


class Problem(Enum):
    """Why the national side gave no answer. The value is what is stored; it holds no data of anybody."""

    TIME_OUT = "time-out"
    REFUSED = "refused"
    """It was reached, and could not or would not serve the request."""
    NOT_CONFIGURED = "not-configured"
    """This installation has no client for it."""


@dataclass(slots=True)
class NationalSideUnavailable(Exception):
    """There is no answer; the same question is asked again later."""

    problem: Problem

    def __str__(self) -> str:
        return f"the national side is unavailable: {self.problem.value}"


@dataclass(frozen=True, slots=True)
class NationalPerson:
    """A person as the national side has them.

    `number` is the one in use: a superseded number is answered with the one that survived.
    Newborns have no address. Of restricted people the address is withheld.
    """

    number: str
    person: Demographics
    date_of_death: date | None = None


@dataclass(frozen=True, slots=True)
class Single:
    """One living person."""

    found: NationalPerson


@dataclass(frozen=True, slots=True)
class Dead:
    """One person, recorded as dead. To take them for the patient is for a person to decide."""

    found: NationalPerson


@dataclass(frozen=True, slots=True)
class Several:
    """More than one person fits; who they are is not told."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """Nobody fits. So it is, too, when the number quoted is somebody's who does not fit."""


@dataclass(frozen=True, slots=True)
class Insufficient:
    """The particulars do not suffice to ask: surname, sex and date of birth are the least."""


@dataclass(frozen=True, slots=True)
class Later:
    """The question was taken and the answer is not ready; ask the same again after a while."""

    after: timedelta


@dataclass(frozen=True, slots=True)
class Allotted:
    """A number was made for a person whom nobody knew."""

    number: str


@dataclass(frozen=True, slots=True)
class Taken:
    """An update was taken, or somebody new who was announced."""


@dataclass(frozen=True, slots=True)
class TakenBeside:
    """Somebody new was taken, and somebody alike is known nationally under another number: people have to look."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """Numbers that were set aside for the register, and that nobody has or will be given by others."""

    numbers: tuple[str, ...]


TraceResult = Single | Dead | Several | Nobody | Insufficient | Later
FetchResult = Single | Dead | Nobody | Later
AllocateResult = Allotted | Single | Dead | Several | Insufficient | Later
UpdateResult = Taken | Later
ReserveResult = Reserved | Later
AnnounceResult = Taken | TakenBeside | Later


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a person is registered: with a practice, or on a list outside every practice.

    At most one of `practice_ods` and `outside` is given; neither means on no list. `since` is
    the day of the last movement.
    """

    practice_ods: str | None
    outside: str | None = None
    since: date | None = None


class NationalSide(Protocol):
    """The national side. Every method may raise NationalSideUnavailable, and none may change
    anything when it is called twice with the same arguments."""

    async def trace(self, question: Demographics, number: str | None) -> TraceResult:
        """Say who somebody is.

        With a valid NHS number PDS makes a cross-check: number and date of birth, or a date
        with one slip and the beginnings of the names or the postcode district. Without one it
        makes an alphanumeric trace, which answers only where a single record is left.
        """
        ...

    async def fetch(self, number: str) -> FetchResult:
        """The person who has, or had, a number."""
        ...

    async def allocate(self, question: Demographics, request_id: UUID) -> AllocateResult:
        """Make a number for a new person.

        PDS searches first: where somebody alike is known it makes none, and says the number
        of the one person or that there are several. The same `request_id` never gives a second
        number.
        """
        ...

    async def update(self, number: str, whereabouts: Whereabouts, request_id: UUID) -> UpdateResult:
        """Tell where a person is registered now. The last to be told counts."""
        ...

    async def reserve(self, count: int, request_id: UUID) -> ReserveResult:
        """Set numbers aside for the register, which gives them to people whom nobody knows.

        The same `request_id` gets the same numbers. There may be fewer than asked for.
        """
        ...

    async def announce(self, number: str, person: Demographics, request_id: UUID) -> AnnounceResult:
        """Tell who was given a number of the reserve. They have it from then on, whoever else is like them."""
        ...
