"""Giving each item to its person: the rows that may change, and beside the rest whose they are. Each is audited."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text, Uuid
from uuid_utils.compat import uuid7

from registry.audit.record import record
from registry.database import Writes
from registry.transactions.confusions.gather_items import decisions_of
from registry.transactions.confusions.items import WORDS, Item, Key, roots
from registry.transactions.confusions.models import attributions, confusion_people
from registry.transactions.confusions.split import Part, Split
from registry.transactions.facts import PendingDeduction
from registry.transactions.matters.models import matter_events, matters
from registry.transactions.pending import end_pending

_GIVE = "update {table} set patient_id = :to where {key} = any(:keys)"
_OPEN = {
    "transactions": "due_at is not null or chase_at is not null",
    "letters": "state in ('queued', 'handed-over')",
    "pending_deductions": "state = 'pending'",
}
"""What is still to happen follows its person; what has happened stays as it was recorded."""
_ALWAYS = (
    "patient_former_names", "patient_former_addresses", "practice_refusals", "scheme_incidents", "scheme_notes",
)  # fmt: skip
"""Rows that are facts of a person, and no record of what was done."""

_GIVE_ROWS = {
    table: text(
        f"{_GIVE.format(table=table, key='id')}{f' and ({_OPEN[table]})' if table in _OPEN else ''}"
    ).bindparams(bindparam("to", type_=Uuid), bindparam("keys", type_=ARRAY(Uuid)))
    for table in (*_ALWAYS, *_OPEN)
}
_GIVE_NUMBERS = text(_GIVE.format(table="patient_numbers", key="nhs_number")).bindparams(
    bindparam("to", type_=Uuid), bindparam("keys", type_=ARRAY(Text))
)
_GIVE_CASES = text(
    "update anomalies set patient_ids = array_replace(patient_ids, :record, :to), version = version + 1"
    " where id = any(:keys) and state = 'open'"
).bindparams(bindparam("record", type_=Uuid), bindparam("to", type_=Uuid), bindparam("keys", type_=ARRAY(Uuid)))
_OPEN_MATTERS = text(
    "select id, version, state from matters where id = any(:keys) and closed_at is null order by id for update"
).bindparams(bindparam("keys", type_=ARRAY(Uuid)))
_OVERTAKE = text(
    "update attributions a set is_current = false from unnest(cast(:tables as text[]), cast(:keys as text[]))"
    " n(table_name, row_key) where a.is_current and a.table_name = n.table_name and a.row_key = n.row_key"
)
_FORGET_STALE = text("delete from attributions where matter_id = :id and transaction_id is null").bindparams(
    bindparam("id", type_=Uuid)
)
"""Decisions about what is no item any more: a case that was closed, a stay that was taken back."""
_IDS = text("select id, table_name, row_key from attributions where matter_id = :id").bindparams(
    bindparam("id", type_=Uuid)
)


async def give_rows(split: Split) -> None:
    """Give whoever does not keep the record what is theirs: former facts and numbers, and open work."""
    connection, record_id = split.work.connection, split.record.id
    for part in split.parts.values():
        if part.keeps_record:
            continue
        for table, statement in _GIVE_ROWS.items():
            keys = [UUID(key) for key in _keys(split, part, table)]
            if keys:
                await connection.execute(statement, {"to": part.patient_id, "keys": keys})
        numbers = _keys(split, part, "patient_numbers")
        if numbers:
            await connection.execute(_GIVE_NUMBERS, {"to": part.patient_id, "keys": numbers})
        cases = [UUID(key) for key in _keys(split, part, "anomalies")]
        if cases:
            await connection.execute(_GIVE_CASES, {"record": record_id, "to": part.patient_id, "keys": cases})
        await _give_matters(split, part)


def _keys(split: Split, part: Part, table: str) -> list[str]:
    return [key for (of, key), place in split.whose.items() if of == table and place == part.who.place]


async def _give_matters(split: Split, part: Part) -> None:
    """An open matter's step says that it changed hands."""
    keys = [UUID(key) for key in _keys(split, part, "matters")]
    if not keys:
        return
    writes, context = Writes(), split.work.context
    for row in (await split.work.connection.execute(_OPEN_MATTERS, {"keys": keys})).all():
        writes.update(matters, row.id, patient_id=part.patient_id, version=row.version + 1)
        writes.insert(
            matter_events,
            matter_id=row.id,
            version=row.version + 1,
            event="attributed",
            from_state=row.state,
            to_state=row.state,
            at=context.now,
            by=context.actor.name,
            reason=None,
            transaction_id=part.transaction_id,
            details={"confusion": split.work.matter.id},
        )
    await writes.flush(split.work.connection)


async def end_deductions(split: Split) -> None:
    """A deduction that waits with a practice which does not hold its person any more is overtaken."""
    writes = Writes()
    for pending in split.record.pending:
        if _is_overtaken(split, pending):
            sentence = "Two people were taken apart; this one is not on the list of the practice that asked."
            end_pending(writes, split.work.context, split.record, pending, "superseded", sentence)
    await writes.flush(split.work.connection)


def _is_overtaken(split: Split, pending: PendingDeduction) -> bool:
    part = split.part_of(("pending_deductions", str(pending.id)))
    return part.stay is None or part.stay.practice_id != pending.practice_id


async def note_attributions(split: Split) -> None:
    """Write down for every item whose it is now, on what evidence and by whom; each with an event of its own."""
    connection, matter_id = split.work.connection, split.work.matter.id
    lasting = [item for item in split.items if item.table != "patients"]
    values = {"tables": [item.table for item in lasting], "keys": [item.key for item in lasting]}
    await connection.execute(_OVERTAKE, values)
    rows = (await connection.execute(_IDS, {"id": matter_id})).all()
    known = {(row.table_name, row.row_key): row.id for row in rows}
    decisions = {(each["table_name"], each["row_key"]): each for each in await decisions_of(connection, matter_id)}
    above, writes = roots(split.items), Writes()
    for item in split.items:
        part = split.part_of(item.row)
        made: dict[str, object] = {
            "patient_id": part.patient_id,
            "transaction_id": part.transaction_id,
            "is_current": item.table != "patients",
        }
        if item.row in known:
            writes.update(attributions, known[item.row], **made)
        else:
            writes.insert(attributions, **_following(item, above, decisions), **made)
        _audit(writes, split, item, part, decisions[above[item.row]]["said_by"])
    for part in split.parts.values():
        writes.update(confusion_people, part.who.id, patient_id=part.patient_id, transaction_id=part.transaction_id)
    await writes.flush(connection)
    await connection.execute(_FORGET_STALE, {"id": matter_id})


def _following(item: Item, above: dict[Key, Key], decisions: dict[Key, dict[str, object]]) -> dict[str, object]:
    """What is kept of an item that follows another: the other's decision."""
    table, key = above[item.row]
    decision = decisions[table, key]
    return {
        "id": uuid7(),
        "matter_id": decision["matter_id"],
        "table_name": item.table,
        "row_key": item.key,
        "place": decision["place"],
        "evidence": f"It goes with {WORDS[table]}:{key}.",
        "said_by": decision["said_by"],
        "decided_by": decision["decided_by"],
        "decided_at": decision["decided_at"],
    }


_NUMBERED: Collection[str] = ("patient_numbers",)
"""Rows whose key is a number of somebody: the audit names none."""


def _audit(writes: Writes, split: Split, item: Item, part: Part, said_by: object) -> None:
    context = split.work.context
    row = None if item.table in _NUMBERED else item.key
    record(
        writes,
        context.actor,
        "confusion.attributed",
        context.now,
        patient_ids=[split.record.id, part.patient_id],
        subject={"matter": split.work.matter.id, "table": item.table, "row": row, "said_by": said_by},
        request_id=context.request_id,
        transaction_id=part.transaction_id,
    )
