"""Evidence: what is named by its id is found in the register, and becomes a line of codes.

An index says that something is there, of which day, and about whom in the numbers of the case. It never says
what somebody is called or where they live; whoever receives it asks for what they need. What belongs to the
special allocation scheme, or to work that others are entrusted with, is no evidence of anything else; of
somebody whose whereabouts are protected no practice is named.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger, Text, Uuid

from registry.transactions.acts.act import Impossible
from registry.transactions.matters.entrusted import kinds_not_for_everyone

NEVER_EVIDENCE = ("special-allocation", "violence-notice", "scheme-appeal")
_DOCUMENT = re.compile(r"[A-Z0-9][A-Z0-9 /.-]{2,39}")


def _found(day: str, people: str, line: str, rows: str) -> TextClause:
    """A query of a thing by its id: its day, the people whom it is about as their records are now, its line."""
    return text(
        f"select {day} as day, {line} as line, array(select coalesce(p.merged_into, p.id) from patients p"
        f" where p.id = any({people})) as people from {rows}"
    )


def _day(instant: str) -> str:
    return f"({instant} at time zone 'Europe/London')::date"


_BY_UUID = bindparam("id", type_=Uuid)
_ALLOWED = "m.kind <> all(:hidden)"
_QUERIES: Mapping[str, TextClause] = {
    "transaction": _found(
        _day("t.received_at"), "array[t.patient_id]",
        "concat_ws(' ', t.kind, 'type ' || (t.command ->> 'acceptance_type'), t.state, t.outcome, r.ods_code)",
        "shown_transactions t left join practices r on r.id = t.practice_id left join matters m on m.id = t.matter_id"
        f" where t.id = :id and (m.id is null or {_ALLOWED}) and t.kind <> 'immediate-removal'",
    ).bindparams(_BY_UUID),
    "movement": _found(
        "v.effective_on", "array[v.patient_id]", "concat_ws(' ', f.code, 'to', l.code, v.removal)",
        "shown_movements v join lists f on f.id = v.from_list join lists l on l.id = v.to_list"
        " left join transactions t on t.id = v.transaction_id left join matters m on m.id = t.matter_id"
        f" where v.id = :id and (m.id is null or {_ALLOWED}) and coalesce(t.kind, '') <> 'immediate-removal'",
    ).bindparams(bindparam("id", type_=BigInteger)),
    "matter": _found(
        _day("m.opened_at"), "array[m.patient_id, m.other_patient_id]", "concat_ws(' ', m.kind, m.state, r.ods_code)",
        f"shown_matters m left join practices r on r.id = m.practice_id where m.id = :id and {_ALLOWED}",
    ).bindparams(_BY_UUID),
    "case": _found(
        _day("a.opened_at"), "a.patient_ids", "concat_ws(' ', a.kind, a.state, a.decision)",
        "shown_anomalies a left join transactions t on t.id = a.transaction_id"
        f" left join matters m on m.id = t.matter_id where a.id = :id and (m.id is null or {_ALLOWED})",
    ).bindparams(_BY_UUID),
    "letter": _found(
        _day("l.decided_at"), "array[l.patient_id]", "concat_ws(' ', l.kind, l.state, l.returned_cause)",
        "shown_letters l left join matters m on m.id = l.matter_id"
        f" where l.id = :id and l.kind <> all(:hidden) and l.kind not like 'SAS-%' and (m.id is null or {_ALLOWED})",
    ).bindparams(_BY_UUID),
    "message": _found(
        _day("n.created_at"), "array[n.patient_id]", "concat_ws(' ', n.kind, r.ods_code)",
        "shown_practice_messages n left join practices r on r.id = n.practice_id"
        " left join transactions t on t.id = n.transaction_id left join matters m on m.id = t.matter_id"
        f" where n.uuid = :id and (m.id is null or {_ALLOWED}) and coalesce(t.kind, '') <> 'immediate-removal'",
    ).bindparams(_BY_UUID),
}  # fmt: skip
KINDS = (*_QUERIES, "document")
"""What may be named as evidence."""

_PEOPLE = text(
    "select x.number, coalesce(p.merged_into, p.id) as id from liaison_people x join patients p on p.id = x.patient_id"
    " where x.matter_id = :id order by x.number"
).bindparams(_BY_UUID)


@dataclass(frozen=True, slots=True)
class Named:
    """A piece of evidence as it was found. `person` is a number of the case; None where it is about no one of it."""

    kind: str
    ref: str
    day: date
    person: int | None
    line: str


async def find_evidence(
    connection: AsyncConnection, matter_id: UUID, names: Sequence[str], today: date
) -> list[Named] | Impossible:
    """What `kind:id` names, each in its turn; or which of them is not there, or is about somebody else."""
    people: dict[UUID, int] = {}
    for row in await connection.execute(_PEOPLE, {"id": matter_id}):
        people.setdefault(row.id, row.number)
    found: list[Named] = []
    for name in names:
        kind, _, ref = name.partition(":")
        one = _document(ref, today) if kind == "document" else await _look_up(connection, kind, ref, people)
        if isinstance(one, Impossible):
            return one
        found.append(one)
    return found


def _document(ref: str, today: date) -> Named | Impossible:
    compact = ref.strip().upper()
    if not _DOCUMENT.fullmatch(compact) or compact.replace(" ", "").isdigit():
        return Impossible("A document is named by its reference: capitals, digits, and / . - only.", "items")
    return Named("document", compact, today, None, "document held by the office")


async def _look_up(connection: AsyncConnection, kind: str, ref: str, people: Mapping[UUID, int]) -> Named | Impossible:
    query = _QUERIES.get(kind)
    if query is None:
        return Impossible(f"Evidence is named kind:id, where kind is one of {', '.join(KINDS)}.", "items")
    named = _id_of(kind, ref)
    if named is None:
        return Impossible(f"This is no id of a {kind}.", "items")
    hidden = [*NEVER_EVIDENCE, *kinds_not_for_everyone()]
    values: dict[str, Any] = {"id": named, "hidden": hidden}
    statement = query.bindparams(bindparam("hidden", type_=ARRAY(Text)))
    row = (await connection.execute(statement, values)).one_or_none()
    if row is None:
        return Impossible(f"There is no {kind} of this id that may be evidence.", "items")
    if not set(row.people) <= people.keys():
        return Impossible(f"This {kind} is about somebody who is not of the case: name the person first.", "items")
    person = people[row.people[0]] if len(row.people) == 1 else None
    return Named(kind, str(named), row.day, person, row.line)


def _id_of(kind: str, ref: str) -> UUID | int | None:
    try:
        return int(ref) if kind == "movement" else UUID(ref)
    except ValueError:
        return None
