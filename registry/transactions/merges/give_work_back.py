"""Give open work back to the record that it was of; what ended because of the merge goes on."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.anomalies.models import anomalies
from registry.database import Writes
from registry.matching.models import match_keys
from registry.transactions.context import Context
from registry.transactions.letters.models import letters
from registry.transactions.liaison.models import liaison_people
from registry.transactions.merges.note_on_matter import note_on_matter
from registry.transactions.merges.standing import Merge
from registry.transactions.merges.undo_plan import Item, UndoPlan, swapped
from registry.transactions.models import national_requests, pending_deductions, practice_messages, transactions

_TABLES = {
    table.name: table
    for table in (
        transactions,
        pending_deductions,
        letters,
        national_requests,
        practice_messages,
        match_keys,
        liaison_people,
    )
}
_VERSIONED = frozenset({"transactions", "pending_deductions"})
_PERSON = ("patient_id",)
_BACK = "The merge was undone."

_WHO_STANDS_FOR = text("select coalesce(merged_into, id) from patients where id = :id").bindparams(
    bindparam("id", type_=Uuid)
)
_OPEN_PAIR = text(
    "select count(*) from matters where kind = 'duplicate' and closed_at is null"
    " and least(patient_id, other_patient_id) = least(cast(:one as uuid), :other)"
    " and greatest(patient_id, other_patient_id) = greatest(cast(:one as uuid), :other)"
).bindparams(bindparam("one", type_=Uuid), bindparam("other", type_=Uuid))


async def give_work_back(connection: AsyncConnection, context: Context, merge: Merge, plan: UndoPlan, by: UUID) -> None:
    """Give back every row of open work that the plan gives back; `by` is the transaction that undoes the merge."""
    writes = Writes()
    for item in plan.given_back:
        if item.now is None:
            continue
        if item.table == "matters":
            await _give_matter_back(connection, writes, context, merge, item, by)
        elif item.table == "anomalies":
            _give_case_back(writes, merge, item)
        elif item.table in _TABLES:
            columns = {name: item.before[name] for name in _returned(item)}
            if item.table in _VERSIONED:
                columns["version"] = item.now["version"] + 1
            if columns:
                writes.update(_TABLES[item.table], item.key, **columns)
    await writes.flush(connection)


def _returned(item: Item) -> list[str]:
    """The columns that go back: all, or of what has changed since only whose it is."""
    return [name for name in item.before if name != "version" and (item.unchanged or name in _PERSON)]


def _give_case_back(writes: Writes, merge: Merge, item: Item) -> None:
    now: Mapping[str, Any] = item.now or {}
    columns: dict[str, Any] = {name: item.before[name] for name in _returned(item)}
    if not item.unchanged:
        was: Sequence[str] = item.before.get("patient_ids", ())
        columns = {"patient_ids": swapped(now["patient_ids"], merge.target_id, merge.source_id, was)}
    writes.update(anomalies, item.key, **columns, version=now["version"] + 1)


async def _give_matter_back(
    connection: AsyncConnection, writes: Writes, context: Context, merge: Merge, item: Item, by: UUID
) -> None:
    """A matter is the other record's again, and goes on where the merge had ended it.

    Whom else it is about may have been merged away meanwhile: then it is about who stands for them. A
    pair that is looked at by another matter by now is not opened again.
    """
    now: dict[str, Any] = dict(item.now or {})
    columns = {name: item.before[name] for name in _returned(item) if name in now}
    people = {name: columns.get(name, now[name]) for name in ("patient_id", "other_patient_id")}
    if not item.unchanged:
        old, new = str(merge.target_id), str(merge.source_id)
        people = {name: new if now[name] == old else now[name] for name in people}
    for name, person in people.items():
        if person is not None and person != str(merge.source_id):
            stands = await connection.execute(_WHO_STANDS_FOR, {"id": UUID(person)})
            people[name] = str(stands.scalar_one())
    if now["kind"] == "duplicate" and item.before.get("closed_at", now["closed_at"]) is None:
        values = {"one": UUID(people["patient_id"]), "other": UUID(people["other_patient_id"])}
        same = values["one"] == values["other"]
        if now["closed_at"] is not None and (same or (await connection.execute(_OPEN_PAIR, values)).scalar_one()):
            return
    event = "reopened" if now["closed_at"] is not None else "re-pointed"
    note_on_matter(writes, context, now, event, {**columns, **people}, by, _BACK)
