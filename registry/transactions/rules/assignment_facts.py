"""What is weighed when somebody is assigned, and what comes of it: values only.

Source: domain rules R3 (Contracts Regulations 2015 Sch 3 para 40; 2004 Sch 6 paras 31 to 35).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from registry.transactions.rules.assignment_words import Circumstance, Facility, Ground

FACTORS = (
    "wishes",
    "circumstances",
    "distance",
    "recent-removals",
    "violence",
    "earlier-refusal",
    "capacity-share",
    "list-state",
)
"""What is considered of every practice, in this order."""


@dataclass(frozen=True, slots=True)
class PastRemoval:
    """The person was taken off a practice's list at its request."""

    practice_id: UUID
    ods_code: str
    on: date
    violent: bool


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who needs a practice, as far as it bears on the choice."""

    wanted: frozenset[UUID] = frozenset()
    unwanted: frozenset[UUID] = frozenset()
    circumstances: tuple[Circumstance, ...] = ()
    refused_by: Mapping[UUID, tuple[Ground, bool]] = field(default_factory=dict[UUID, tuple[Ground, bool]])
    """By practice: its latest ground, and whether that is one on which it may refuse."""
    removals: tuple[PastRemoval, ...] = ()
    protected: bool = False
    """Whether their whereabouts are not to be written down more exactly than needed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A practice as it stands. `metres` is from home to premises, None where one of them is unknown."""

    practice_id: UUID
    ods_code: str
    list_is_open: bool
    list_size: int
    assigned: int
    """How many were assigned to it within the period of the share."""
    metres: int | None = None
    facilities: frozenset[Facility] = frozenset()


@dataclass(frozen=True, slots=True)
class Weights:
    """The policies: points by factor, and the bands of distance as kilometres (None: beyond) with points."""

    points: Mapping[str, int]
    bands: Sequence[tuple[float | None, int]]
    removal_months: int
    share_limit: float


@dataclass(frozen=True, slots=True)
class Factor:
    """What was found about one practice under one head, and what it counted for."""

    name: str
    found: str
    points: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A practice that was weighed. One that is not proposed says why, and cannot be chosen."""

    practice_id: UUID
    ods_code: str
    factors: tuple[Factor, ...]
    not_proposed_because: str | None
    over_share: bool
    share_ratio: float

    @property
    def points(self) -> int:
        return sum(factor.points for factor in self.factors)

    @property
    def proposed(self) -> bool:
        return self.not_proposed_because is None
