"""Looking at cases: one with its people, evidence and packs; many; and those about a matter.

Of a case that is about somebody whose whereabouts are protected it is not shown which practice it concerns, what
its evidence says, nor who did what and why: the views leave that out.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, Text, Uuid

from registry.transactions.liaison.asked import Cases
from registry.transactions.matters.entrusted import kinds_not_for_everyone

MOST_AT_ONCE = 200

_ID = bindparam("id", type_=Uuid)
_COLUMNS = """
    select m.id, m.kind, c.reference, c.with_whom, c.asks, c.their_reference, r.ods_code as about_practice,
      c.about_matter_id, c.about_case_id, c.outcome, c.pattern, c.month, m.state, m.version, m.owner, m.expects,
      m.due_at, m.priority, m.opened_at, m.closed_at, m.whereabouts_hidden
    from shown_liaison_cases c join shown_matters m on m.id = c.id left join practices r on r.id = c.practice_id
"""

_LIST = text(
    f"""{_COLUMNS}
    where m.kind = :kind and (:closed or m.closed_at is null) and (:body = '' or c.with_whom = :body)
      and (:practice = '' or r.ods_code = :practice) and (:number = '' or exists (
        select from liaison_people x join shown_patients p on p.id = x.patient_id
        where x.matter_id = m.id and (p.nhs_number = :number or p.id = (
          select n.patient_id from patient_numbers n where n.nhs_number = :number))))
    order by m.due_at nulls last, m.id limit {MOST_AT_ONCE}
    """
).bindparams(
    bindparam("kind", type_=Text),
    bindparam("closed", type_=Boolean),
    bindparam("body", type_=Text),
    bindparam("practice", type_=Text),
    bindparam("number", type_=Text),
)

_ONE = text(f"{_COLUMNS} where m.id = :id and m.kind = :kind").bindparams(_ID, bindparam("kind", type_=Text))

_ABOUT = text(f"{_COLUMNS} where c.about_matter_id = :id and m.kind <> all(:hidden) order by m.id").bindparams(
    _ID, bindparam("hidden", type_=ARRAY(Text))
)

_PEOPLE = text(
    "select 'P' || x.number as person, p.nhs_number, x.patient_id from liaison_people x"
    " join shown_patients p on p.id = x.patient_id where x.matter_id = :id order by x.number"
).bindparams(_ID)

_ITEMS = text(
    "select number, kind, ref, day, 'P' || person as person, line, pack from shown_liaison_items"
    " where matter_id = :id order by number"
).bindparams(_ID)

_PACKS = text(
    "select k.number, k.items, k.digest, k.sent_at, k.sent_by, l.reference as letter from liaison_packs k"
    " left join shown_letters l on l.id = k.letter_id where k.matter_id = :id order by k.number"
).bindparams(_ID)

_EVENTS = text(
    "select version, event, to_state as state, at, by, reason, details from shown_matter_events"
    " where matter_id = :id order by version"
).bindparams(_ID)


async def list_cases(connection: AsyncConnection, kind: str, which: Cases) -> list[dict[str, Any]]:
    """Cases of a kind by the day on which they fall due; at most 200. Ids and codes: no names, no NHS numbers."""
    values = {
        "kind": kind,
        "closed": which.closed,
        "body": which.with_whom,
        "practice": which.practice.upper(),
        "number": which.nhs.replace(" ", ""),
    }
    return [dict(row) for row in (await connection.execute(_LIST, values)).mappings()]


async def look_at_case(connection: AsyncConnection, kind: str, matter_id: UUID) -> dict[str, Any] | None:
    """A case with its people, its index, its packs and everything that was said; None for no case of that kind."""
    row = (await connection.execute(_ONE, {"id": matter_id, "kind": kind})).mappings().one_or_none()
    if row is None:
        return None
    parts = {"people": _PEOPLE, "evidence": _ITEMS, "packs": _PACKS, "events": _EVENTS}
    found = {
        name: [dict(each) for each in (await connection.execute(query, {"id": matter_id})).mappings()]
        for name, query in parts.items()
    }
    return {**row, **found}


async def cases_about(
    connection: AsyncConnection, matter_id: UUID, *, hidden: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """The cases that were opened for a matter's sake, with what was answered: its page shows them.

    `hidden` are the kinds that the asker is not told of: unless given, all that somebody is not.
    """
    values = {"id": matter_id, "hidden": kinds_not_for_everyone() if hidden is None else list(hidden)}
    return [dict(row) for row in (await connection.execute(_ABOUT, values)).mappings()]
