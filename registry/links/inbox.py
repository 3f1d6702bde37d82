"""What a practice has been told and has not yet receipted, for looking at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, Uuid

from registry.audit.record import record_read
from registry.database import Writes
from registry.links.documents import to_document
from registry.links.from_messages import PracticeMessage, to_items
from registry.values.actor import Actor

_PRACTICE = text("select id from practices where ods_code = :ods_code")

_MESSAGES = text(
    """
    select m.id, m.uuid, m.practice_id, p.trading_partner_code as partner_code, p.authority_cipher, m.kind, m.content,
           m.transaction_number, m.created_at, m.position, m.sent_at, m.closed_at, m.withdrawn_at, m.patient_id,
           i.sequence
    from shown_practice_messages m join practices p on p.id = m.practice_id
      left join interchanges i on i.id = m.interchange_id
    where m.practice_id = :practice_id and (m.closed_at is null or :closed)
    order by m.position nulls last, m.id
    """
).bindparams(bindparam("practice_id", type_=Uuid), bindparam("closed", type_=Boolean))

_OF_MESSAGE = PracticeMessage.__dataclass_fields__


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """A message to a practice and where it stands: waiting, sent, closed, or withdrawn before it left.

    `transaction` and `position` are None while a message waits to be numbered; `interchange`
    is the number of the one that carried it. `document` is the façade's.
    """

    message: UUID
    type: str
    transaction: int | None
    position: int | None
    state: str
    created_at: datetime
    sent_at: datetime | None
    interchange: int | None
    document: dict[str, Any]


async def inbox(
    connection: AsyncConnection, actor: Actor, now: datetime, ods_code: str, *, closed: bool = False
) -> list[InboxEntry] | None:
    """The messages to a practice in order, with `closed` those that it has receipted too.

    Those about protected people are left out. None where no practice has the code. Who looked, and
    at whom, is recorded.
    """
    practice_id = (await connection.execute(_PRACTICE, {"ods_code": ods_code})).scalar_one_or_none()
    if practice_id is None:
        return None
    rows = (await connection.execute(_MESSAGES, {"practice_id": practice_id, "closed": closed})).mappings().all()
    writes = Writes()
    people = [row["patient_id"] for row in rows if row["patient_id"]]
    record_read(writes, actor, "inbox", now, people, subject={"practice": ods_code})
    await writes.flush(connection)
    return [_entry(dict(row)) for row in rows]


def _entry(row: dict[str, Any]) -> InboxEntry:
    message = PracticeMessage(**{name: row[name] for name in _OF_MESSAGE})
    state = (
        "withdrawn"
        if row["withdrawn_at"]
        else "closed"
        if row["closed_at"]
        else "sent"
        if row["sent_at"]
        else "waiting"
    )
    return InboxEntry(
        message.uuid,
        message.kind,
        message.transaction_number,
        message.position,
        state,
        message.created_at,
        row["sent_at"],
        row["sequence"],
        # Of a record that is no longer in use nothing is left but that something was sent.
        to_document(to_items(message)) if message.content else {},
    )
