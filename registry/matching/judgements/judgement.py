"""A judgement about two records: what may be judged, by whom, and what the matcher had said. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

Pair = tuple[UUID, UUID]
"""Two records, the lower id first."""


class Verdict(StrEnum):
    """What somebody judged of two records."""

    SAME = "same"
    """One person. Leads to a matter in which a merge may be proposed, and never to a merge."""
    DIFFERENT = "different"
    """Two people."""
    HOUSEHOLD = "household"
    """Two people of one household, to be kept apart: a father and his son, twins."""
    UNDECIDED = "undecided"
    """It cannot be told yet; somebody looks again later."""
    ESCALATE = "escalate"
    """For another person, with more experience, to decide."""


APART = frozenset({Verdict.DIFFERENT, Verdict.HOUSEHOLD})
"""Two people: not offered again, by either door, until what is compared of one of them changes."""


class Door(StrEnum):
    """Where a pair was before whoever judged it."""

    ONLINE = "online"
    """An acceptance that was referred: one was chosen, the others were shown and not chosen."""
    BATCH = "batch"
    """A case that a sweep opened."""
    OFFICE = "office"
    """A matter of the office: a suspected duplicate, a merge undone, two people on one number."""


@dataclass(frozen=True, slots=True)
class MatcherSaid:
    """The matcher's words when the pair was judged: levels by field, in words, and no values."""

    score: float
    levels: Mapping[str, str]
    model_version: str
    normaliser_version: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judgement as kept. `holds` while what is compared of both records is as it was."""

    one: UUID
    other: UUID
    verdict: Verdict
    at: datetime
    by: str
    reason: str
    door: Door
    said: MatcherSaid | None
    holds: bool

    @property
    def keeps_apart(self) -> bool:
        """Whether the two are held to be two people, so that nobody is asked again."""
        return self.holds and self.verdict in APART


def pair_of(one: UUID, other: UUID) -> Pair:
    """Two records in the order in which a pair is written."""
    return (one, other) if one < other else (other, one)
