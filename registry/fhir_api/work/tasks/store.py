"""Finding work: one, or a page of a search, the newest first, within the caller's scope."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, DateTime, Integer, Text, Uuid

from registry.fhir_api.work.dates import Between
from registry.fhir_api.work.tasks.codes import CODES, Source
from registry.fhir_api.work.tasks.sources import ABOUT, ARMS, IDS, NUMBER_ON_IT
from registry.security.callers import Caller
from registry.security.scope import scope_of

_TYPES: Mapping[str, Any] = {
    "codes": ARRAY(Text), "scope_all": Boolean, "scope_practice_id": Uuid, "id": Uuid, "after": Uuid, "limit": Integer,
    "places": ARRAY(Text), "people": ARRAY(Uuid), "forms": ARRAY(Uuid), "placer": Uuid, "asked": Uuid,
    "opened_since": DateTime(timezone=True), "opened_until": DateTime(timezone=True),
    "changed_since": DateTime(timezone=True), "changed_until": DateTime(timezone=True),
}  # fmt: skip

_CONDITIONS: Mapping[str, str] = {
    "places": "w.code || ' ' || w.state = any(:places)",
    "people": "w.patient_id = any(:people)",
    "placer": "w.placer = :placer",
    "asked": "w.asked = :asked",
    "opened_since": "w.opened_at >= :opened_since",
    "opened_until": "w.opened_at < :opened_until",
    "changed_since": "w.changed_at >= :changed_since",
    "changed_until": "w.changed_at < :changed_until",
}

_NAMED = re.compile(r"(?<![:\w]):([a-z_]+)")

_SHOWN = """
    select w.*, p.id as person, p.nhs_number, pp.ods_code as placed_by, ap.ods_code as asked_of,
      (select m.id from shown_memberships m where m.patient_id = w.patient_id and m.transaction_id = w.id limit 1)
        as spell
    from ({rows}) w
    left join shown_patients o on o.id = w.patient_id
    left join shown_patients p on p.id = coalesce(o.merged_into, o.id)
    left join practices pp on pp.id = w.placer left join practices ap on ap.id = w.asked
    order by w.id desc
"""

_FORMS = text(
    f"select t.id from transactions t where t.patient_id is null and {NUMBER_ON_IT} = :number order by t.id desc"
    " limit 100"
).bindparams(bindparam("number", type_=Text))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for. `codes` are the kinds of work; `places` narrow to some of their states."""

    codes: Sequence[str]
    places: Sequence[str] | None = None
    id: UUID | None = None
    people: Sequence[UUID] | None = None
    number: str | None = None
    placer: UUID | None = None
    asked: UUID | None = None
    opened: Between = field(default_factory=Between)
    changed: Between = field(default_factory=Between)


def codes_for(caller: Caller) -> list[str]:
    """The kinds of work that a caller may see, and that the register holds."""
    return [
        code for code, each in CODES.items() if each.source is not None and (caller.is_office or not each.office_only)
    ]


async def find_tasks(
    connection: AsyncConnection, caller: Caller, wanted: Wanted, *, limit: int, after: UUID | None = None
) -> list[dict[str, Any]]:
    """Rows of work, the newest first, those after a given one. Kinds that the caller may not see are not looked at."""
    codes = [code for code in wanted.codes if code in codes_for(caller)]
    sources = tuple(dict.fromkeys(source for code in codes if (source := CODES[code].source) is not None))
    if not sources:
        return []
    values: dict[str, Any] = {
        "id": wanted.id,
        "after": after,
        "places": wanted.places,
        "people": wanted.people,
        "placer": wanted.placer,
        "asked": wanted.asked,
        "opened_since": wanted.opened.since,
        "opened_until": wanted.opened.until,
        "changed_since": wanted.changed.since,
        "changed_until": wanted.changed.until,
    }
    given = {name: value for name, value in values.items() if value is not None}
    statement = _statement(sources, frozenset(given))
    if wanted.people is not None:
        found = await connection.execute(_FORMS, {"number": wanted.number})
        given["forms"] = list(found.scalars())
    given |= {"codes": codes, "limit": limit, **scope_of(caller)}
    rows = (await connection.execute(statement, given)).mappings()
    return [{**row} for row in rows]


async def find_task(connection: AsyncConnection, caller: Caller, task_id: UUID) -> dict[str, Any] | None:
    """One piece of work, or None where there is none within the scope."""
    found = await find_tasks(connection, caller, Wanted(codes_for(caller), id=task_id), limit=1)
    return found[0] if found else None


@cache
def _statement(sources: tuple[Source, ...], given: frozenset[str]) -> TextClause:
    """The statement for some sources and conditions. Each source gives a page of its own, by its own index."""
    arms = " union all ".join(f"({_arm(source, given)})" for source in sources)
    written = _SHOWN.format(rows=f"select * from ({arms}) u order by u.id desc limit :limit")
    named = sorted({*_NAMED.findall(written)})
    return text(written).bindparams(*(bindparam(name, type_=_TYPES[name]) for name in named))


def _arm(source: Source, given: frozenset[str]) -> str:
    inside = [ARMS[source]]
    if "id" in given:
        inside.append(f"{IDS[source]} = :id")
    if "after" in given:
        inside.append(f"{IDS[source]} < :after")
    if "people" in given:
        inside.append(ABOUT[source])
    outside = ["w.code = any(:codes)"]
    outside += [condition for name, condition in _CONDITIONS.items() if name in given and name != "people"]
    return f"select * from ({' and '.join(inside)}) w where {' and '.join(outside)} order by w.id desc limit :limit"
