"""Put pairs before people, the likeliest first, as many as may be open at a time. The others wait their turn."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import BigInteger, DateTime, Double, Integer, Text, Uuid

from registry.audit.record import record
from registry.database import Writes, to_json
from registry.matching.judgements.judgement import MatcherSaid, Pair
from registry.matching.judgements.known_apart import pairs_held_apart
from registry.retry import retrying
from registry.transactions.context import Context
from registry.transactions.gather import lock_people
from registry.transactions.sweep.case import (
    POSSIBLE_DUPLICATE,
    OfferedPair,
    open_possible_duplicate,
    pairs_not_to_offer,
)
from registry.transactions.sweep.read_register import DEAD, TAKES_PART

_PAGE = 100
"""Pairs looked at in one unit of work, whose people are locked meanwhile."""

_OPEN = text(f"select count(*) from anomalies where state = 'open' and kind = '{POSSIBLE_DUPLICATE}'")
_OFFERED = text("select patient_id, other_patient_id from match_pairs where state = 'offered'")
_WAITING = text(
    """
    select m.id, m.patient_id, m.other_patient_id, m.version, m.other_version, m.score, m.levels, m.sweep_id,
      m.cluster_id, m.check_links, m.weak, w.model_version, w.normaliser_version
    from match_pairs m join match_sweeps w on w.id = m.sweep_id
    where m.state = 'waiting' and (cast(:score as double precision) is null or m.score < :score
      or m.score = :score and m.id > :after)
    order by m.score desc, m.id limit :limit
    """
).bindparams(bindparam("score", type_=Double), bindparam("after", type_=BigInteger), bindparam("limit", type_=Integer))
_TAKING_PART = text(
    f"select p.id, p.version, {DEAD} as dead from patients p where p.id = any(:people) and {TAKES_PART}"
).bindparams(bindparam("people", type_=ARRAY(Uuid)))
_SIZES = text(
    "select cluster_id, count(*) as people from ("
    " select cluster_id, patient_id from match_pairs where cluster_id = any(:clusters) and state in"
    " ('waiting', 'offered') union select cluster_id, other_patient_id from match_pairs"
    " where cluster_id = any(:clusters) and state in ('waiting', 'offered')) members group by cluster_id"
).bindparams(bindparam("clusters", type_=ARRAY(Uuid)))
_STILL_WAITING = text("select id from match_pairs where id = any(:ids) and state = 'waiting' for update").bindparams(
    bindparam("ids", type_=ARRAY(BigInteger))
)
_NOTE = text(
    "update match_pairs m set state = s.state, case_id = s.case_id, closed_because = s.because, changed_at = :now"
    " from json_to_recordset(cast(:rows as json)) s (id bigint, state text, case_id uuid, because text)"
    " where m.id = s.id"
).bindparams(bindparam("rows", type_=Text), bindparam("now", type_=DateTime(timezone=True)))

HELD_APART = "A person judged that they are two people, and neither has changed since."


@dataclass(slots=True)
class _Joined:
    """Who is joined to whom by pairs that are before a person: a group is not asked about in a circle."""

    parent: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])

    def top(self, person: UUID) -> UUID:
        while (above := self.parent.get(person, person)) != person:
            person = above
        return person

    def join(self, one: UUID, other: UUID) -> None:
        self.parent[self.top(one)] = self.top(other)


async def open_cases_now(connection: AsyncConnection) -> int:
    """How many pairs are before people."""
    count: int = (await connection.execute(_OPEN)).scalar_one()
    return count


async def offer(engine: AsyncEngine, context: Context, at_most: int | None = None) -> int:
    """Open cases for the likeliest pairs, until as many are open as the policy allows, or `at_most` were opened.

    Returns how many were. Safe to do again. Not opened are pairs that somebody works on or holds to
    be two people, and pairs of whom one has changed since: those wait for the next sweep. Of a
    group that may well be one person the pairs that join it suffice; of one whose links are to be
    checked, each is asked about.
    """
    async with engine.connect() as connection:
        room = int(context.policies.on("duplicate_cases_open_at_most", context.today)) - await open_cases_now(
            connection
        )
        joined = _Joined()
        for row in await connection.execute(_OFFERED):
            joined.join(row.patient_id, row.other_patient_id)
    room = room if at_most is None else min(room, at_most)
    opened, last = 0, None
    while opened < room:
        async with engine.connect() as connection:
            place = {"score": last and last.score, "after": last and last.id, "limit": _PAGE}
            page = (await connection.execute(_WAITING, place)).all()
        if not page:
            break
        last = page[-1]
        act = partial(_offer_page, context=context, page=page, joined=joined, room=room - opened)
        for pair in await retrying(engine, act):
            joined.join(*pair)
            opened += 1
    return opened


async def _offer_page(
    connection: AsyncConnection, context: Context, page: Sequence[Any], joined: _Joined, room: int
) -> list[Pair]:
    """Open the cases of some pairs; returns of which. What is joined is told to the caller's by the caller,
    for this may be done again."""
    joined = replace(joined, parent=dict(joined.parent))
    people = sorted({person for row in page for person in _people(row)})
    await lock_people(connection, people)
    waiting = set((await connection.execute(_STILL_WAITING, {"ids": [row.id for row in page]})).scalars())
    standing = {row.id: row for row in await connection.execute(_TAKING_PART, {"people": people})}
    apart = await pairs_held_apart(connection, people)
    in_work = await pairs_not_to_offer(connection, people) - apart
    clusters = list({row.cluster_id for row in page if row.cluster_id is not None})
    sizes = {row.cluster_id: row.people for row in await connection.execute(_SIZES, {"clusters": clusters})}
    writes, noted, opened = Writes(), list[dict[str, Any]](), list[Pair]()
    for row in page:
        one, other = _people(row)
        if row.id not in waiting:
            continue
        if (one, other) in apart:
            noted.append({"id": row.id, "state": "judged", "because": HELD_APART})
        elif len(opened) < room and (one, other) not in in_work and _is_asked(row, standing, joined):
            case = open_possible_duplicate(writes, context, _offered(row, sizes))
            subject = {"anomaly": case, "kind": POSSIBLE_DUPLICATE, "sweep": row.sweep_id, "pair": row.id}
            record(writes, context.actor, "anomaly.opened", context.now, patient_ids=(one, other), subject=subject)
            noted.append({"id": row.id, "state": "offered", "case_id": case})
            opened.append((one, other))
            joined.join(one, other)
    await writes.flush(connection)
    if noted:
        await connection.execute(_NOTE, {"rows": to_json(noted), "now": context.now})
    return opened


def _people(row: Any) -> Pair:
    return row.patient_id, row.other_patient_id


def _is_asked(row: Any, standing: dict[UUID, Any], joined: _Joined) -> bool:
    one, other = (standing.get(person) for person in _people(row))
    if one is None or other is None or (one.dead and other.dead):
        return False
    as_read = (one.version, other.version) == (row.version, row.other_version)
    return as_read and (row.check_links or joined.top(row.patient_id) != joined.top(row.other_patient_id))


def _offered(row: Any, sizes: dict[UUID, int]) -> OfferedPair:
    return OfferedPair(
        row.patient_id,
        row.version,
        row.other_patient_id,
        row.other_version,
        MatcherSaid(row.score, row.levels, row.model_version, row.normaliser_version),
        row.sweep_id,
        {"people": sizes.get(row.cluster_id, 2), "check_links": row.check_links, "weak": row.weak},
    )
