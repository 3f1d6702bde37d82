"""A case about two records that may be of one person, as a sweep opens it.

Nothing is opened that somebody works on already, or that a person judged to be two people and whose
facts are what they were then.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.anomalies.open_case import open_case
from registry.database import Writes
from registry.matching.judgements.judgement import MatcherSaid, Pair, pair_of
from registry.matching.judgements.known_apart import pairs_held_apart
from registry.transactions.context import Context

POSSIBLE_DUPLICATE = "possible-duplicate"
SENTENCE = "Two records may be of one person."

_PEOPLE = bindparam("people", type_=ARRAY(Uuid))
_IN_WORK = text(
    """
    select patient_ids[1] as one, patient_ids[2] as other from anomalies
    where state = 'open' and kind = 'possible-duplicate' and (cast(:people as uuid[]) is null or patient_ids && :people)
    union
    select least(patient_id, other_patient_id), greatest(patient_id, other_patient_id) from matters
    where closed_at is null and kind = 'duplicate'
      and (cast(:people as uuid[]) is null or patient_id = any(:people) or other_patient_id = any(:people))
    """
).bindparams(_PEOPLE)


@dataclass(frozen=True, slots=True)
class OfferedPair:
    """Two records that a sweep found alike, with the versions that it read and what it said of them."""

    one: UUID
    version: int
    other: UUID
    other_version: int
    said: MatcherSaid
    sweep: UUID | None = None
    cluster: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Of the group in which the two are: its size, say, and whether only a weak bridge joins them. No values."""

    @property
    def pair(self) -> Pair:
        return pair_of(self.one, self.other)


def open_possible_duplicate(writes: Writes, context: Context, offered: OfferedPair) -> UUID:
    """Put a pair into the queue; returns the case's id. Cases opened earlier come first, so open the best first.

    The caller holds the locks of both, and knows that both stand as they were read, and that the pair is to be
    offered (`pairs_not_to_offer`).
    """
    days: int = context.policies.on("possible_duplicate_due_working_days", context.today)
    return open_case(
        writes,
        kind=POSSIBLE_DUPLICATE,
        sentence=SENTENCE,
        evidence=evidence_of(offered),
        opened_at=context.now,
        due_at=context.after_working_days(days),
        patient_ids=offered.pair,
    )


async def pairs_not_to_offer(connection: AsyncConnection, people: Collection[UUID] | None = None) -> set[Pair]:
    """Pairs that a person holds to be two people, and those that somebody works on, in a case or a matter.

    With `people`, only pairs of whom one is among them.
    """
    named = None if people is None else list(people)
    in_work = (await connection.execute(_IN_WORK, {"people": named})).all()
    return await pairs_held_apart(connection, named) | {pair_of(row.one, row.other) for row in in_work}


def evidence_of(offered: OfferedPair) -> dict[str, Any]:
    """Ids, versions, score and levels in words."""
    versions = {offered.one: offered.version, offered.other: offered.other_version}
    said = offered.said
    return {
        "candidates": [{"patient_id": str(each), "version": versions[each]} for each in offered.pair],
        "score": round(said.score, 6),
        "levels": dict(said.levels),
        "model_version": said.model_version,
        "normaliser_version": said.normaliser_version,
        "sweep": None if offered.sweep is None else str(offered.sweep),
        "cluster": dict(offered.cluster),
    }
