"""Finding registrations: spells on lists, acceptances that wait for a number, and acceptances that were taken back.

All of it is read from the views that leave out those whose whereabouts nobody is told: a spell says where somebody is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, Date, DateTime, Integer, Text, Uuid

from registry.fhir_api.work.dates import Between
from registry.security.callers import Caller
from registry.security.scope import scope_of

STATUSES = ("planned", "active", "onhold", "finished", "cancelled")

_SPELLS = """
    select m.id,
      case when not upper_inf(m.period) then 'finished' when f.open then 'onhold' else 'active' end as status,
      m.patient_id, m.list_id as practice_id, lower(m.period) as since, upper(m.period) as until, m.accepted_on,
      m.gp_code, m.out_of_area, m.transaction_id, greatest(m.posted_at, f.at, (
        select max(v.recorded_at) from shown_movements v where v.patient_id = m.patient_id
          and v.from_list = m.list_id and v.effective_on = upper(m.period))) as changed_at
    from shown_memberships m cross join lateral (
      select coalesce(bool_or(x.closed_at is null), false) and upper_inf(m.period) as open,
        max(greatest(x.opened_at, x.closed_at)) as at
      from shown_matters x where x.kind = 'fp69' and x.patient_id = m.patient_id and x.practice_id = m.list_id) f
    where (:scope_all or m.list_id = :scope_practice_id)
"""
_ACCEPTANCES = """
    select t.id, '{status}' as status, t.patient_id, t.practice_id, t.accepted_on as since, null::date as until,
      t.accepted_on, t.command -> 'origin' ->> 'gp_code' as gp_code, false as out_of_area, t.id as transaction_id,
      greatest(t.received_at, t.posted_at) as changed_at
    from shown_transactions t
    where t.kind = 'acceptance' and {condition} and not t.whereabouts_hidden
      and (:scope_all or t.of_practice_id = :scope_practice_id)
"""
_ARMS: Mapping[str, tuple[str, str, Sequence[str]]] = {
    "spells": ("m", _SPELLS, ("active", "onhold", "finished")),
    "planned": (
        "t",
        _ACCEPTANCES.format(status="planned", condition="t.due_at is not null and t.state = 'waiting-for-trace'"),
        ("planned",),
    ),
    "cancelled": (
        "t",
        _ACCEPTANCES.format(status="cancelled", condition="t.taken_back_by is not null"),
        ("cancelled",),
    ),
}
"""Alias, statement and possible statuses of each kind of row."""

_INSIDE: Mapping[str, str] = {"id": ".id = :id", "after": ".id < :after", "people": ".patient_id = any(:people)"}
_OUTSIDE: Mapping[str, str] = {
    "statuses": "w.status = any(:statuses)",
    "practice": "w.practice_id = :practice",
    "from_day": "(w.until is null or w.until > :from_day)",
    "before_day": "w.since < :before_day",
    "changed_since": "w.changed_at >= :changed_since",
    "changed_until": "w.changed_at < :changed_until",
}
_SHOWN = """
    select w.*, p.id as person, p.nhs_number, r.ods_code as practice, a.command ->> 'acceptance_type' as type
    from (select * from ({arms}) u order by u.id desc limit :limit) w
    left join shown_patients o on o.id = w.patient_id
    left join shown_patients p on p.id = coalesce(o.merged_into, o.id)
    left join practices r on r.id = w.practice_id
    left join shown_transactions a on a.id = w.transaction_id and a.kind = 'acceptance' order by w.id desc
"""
_TYPES: Mapping[str, Any] = {
    "scope_all": Boolean, "scope_practice_id": Uuid, "limit": Integer, "id": Uuid, "after": Uuid,
    "people": ARRAY(Uuid), "statuses": ARRAY(Text), "practice": Uuid, "from_day": Date, "before_day": Date,
    "changed_since": DateTime(timezone=True), "changed_until": DateTime(timezone=True),
}  # fmt: skip
_NAMED = re.compile(r"(?<![:\w]):([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for. Days: a spell that lies on one of them, the last one not included."""

    id: UUID | None = None
    people: Sequence[UUID] | None = None
    practice: UUID | None = None
    statuses: Sequence[str] = STATUSES
    from_day: date | None = None
    before_day: date | None = None
    changed: Between = field(default_factory=Between)


async def find_episodes(
    connection: AsyncConnection, caller: Caller, wanted: Wanted, *, limit: int, after: UUID | None = None
) -> list[dict[str, Any]]:
    """Rows of registrations, by id from the last, those after a given one."""
    arms = tuple(name for name, (_, _, possible) in _ARMS.items() if {*possible} & {*wanted.statuses})
    if not arms:
        return []
    values: dict[str, Any] = {
        "id": wanted.id, "after": after, "people": wanted.people, "practice": wanted.practice,
        "from_day": wanted.from_day, "before_day": wanted.before_day,
        "changed_since": wanted.changed.since, "changed_until": wanted.changed.until,
        "statuses": None if {*wanted.statuses} == {*STATUSES} else list(wanted.statuses),
    }  # fmt: skip
    given = {name: value for name, value in values.items() if value is not None}
    statement = _statement(arms, frozenset(given))
    rows = (await connection.execute(statement, {**given, "limit": limit, **scope_of(caller)})).mappings()
    return [{**row} for row in rows]


async def find_episode(connection: AsyncConnection, caller: Caller, id_: UUID) -> dict[str, Any] | None:
    """One, or None where there is none within the scope, or it is of somebody hidden."""
    found = await find_episodes(connection, caller, Wanted(id=id_), limit=1)
    return found[0] if found else None


@cache
def _statement(arms: tuple[str, ...], given: frozenset[str]) -> TextClause:
    written = _SHOWN.format(arms=" union all ".join(f"({_arm(name, given)})" for name in arms))
    named = sorted({*_NAMED.findall(written)})
    return text(written).bindparams(*(bindparam(name, type_=_TYPES[name]) for name in named))


def _arm(name: str, given: frozenset[str]) -> str:
    alias, statement, _ = _ARMS[name]
    inside = "".join(f" and {alias}{condition}" for each, condition in _INSIDE.items() if each in given)
    if "practice" in given:
        inside += " and m.list_id = :practice" if alias == "m" else " and t.practice_id = :practice"
    outside = [condition for each, condition in _OUTSIDE.items() if each in given]
    where = f" where {' and '.join(outside)}" if outside else ""
    return f"select * from ({statement}{inside}) w{where} order by w.id desc limit :limit"
