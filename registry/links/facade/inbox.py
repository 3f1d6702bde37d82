"""What waits for a practice, as a Bundle: the oldest first, until it is acknowledged.

A close quarter notification is shown too, although the adaptor drops it: a message that nobody
can see could never be acknowledged.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger

from registry.audit.record import record_read
from registry.database import Writes
from registry.links.documents import to_document
from registry.links.from_messages import PracticeMessage, to_items
from registry.links.items import TransactionType
from registry.links.outbox import number_waiting, unclosed
from registry.security.callers import Caller, Role
from registry.transactions.outcome import operation_id
from registry.values.clock import Clock
from registry.values.organisation import link_code

TRANSACTION_TYPES: Mapping[TransactionType, str] = {
    TransactionType.F1: "amendment",
    TransactionType.F2: "deduction",
    TransactionType.F3: "rejection",
    TransactionType.F4: "approval",
    TransactionType.F8: "close_quarter_notification",
    TransactionType.F9: "fp69_prior_notification",
    TransactionType.F10: "fp69_flag_removal",
    TransactionType.F11: "deduction_rejection",
}
"""The adaptor's names."""

_REPLIES = frozenset({TransactionType.F3, TransactionType.F4})
"""Messages that carry the practice's own transaction number, and so its own operation id."""

_PEOPLE = text(
    "select distinct patient_id from practice_messages where id = any(:ids) and patient_id is not null"
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


async def read_inbox(
    connection: AsyncConnection, practice_id: UUID, count: int, caller: Caller, clock: Clock
) -> dict[str, Any]:
    """The Bundle of at most `count` messages. The reading is recorded in the same unit of work."""
    await number_waiting(connection, practice_id)
    messages = await unclosed(connection, practice_id, count, everybody=carries_everything(caller))
    people: list[UUID] = []
    if messages:
        found = await connection.execute(_PEOPLE, {"ids": [message.id for message in messages]})
        people = list(found.scalars())
    writes = Writes()
    record_read(writes, caller.actor, "inbox", clock.now(), people, subject={"messages": len(messages)})
    await writes.flush(connection)
    return bundle_of(messages)


def carries_everything(caller: Caller) -> bool:
    """The practice itself, and the office's system that carries for it; not a person of the office, who looks."""
    return not caller.is_office or caller.role is Role.APP


def bundle_of(messages: Sequence[PracticeMessage]) -> dict[str, Any]:
    """A collection of messages in the order given."""
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "collection"}
    if messages:
        bundle["entry"] = [
            {"fullUrl": f"urn:uuid:{message.uuid}", "resource": _parameters_of(message)} for message in messages
        ]
    return bundle


def _parameters_of(message: PracticeMessage) -> dict[str, Any]:
    """One message. The body of an amendment is no resource, so it travels as text."""
    items = to_items(message)
    document = to_document(items)
    carried = {"valueString": orjson.dumps(document).decode()} if items.type.is_amendment else {"resource": document}
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "operationId", "valueString": _operation_id(message, items.type)},
            {"name": "transactionType", "valueString": TRANSACTION_TYPES[items.type]},
            {"name": "document", **carried},
        ],
    }


def _operation_id(message: PracticeMessage, kind: TransactionType) -> str:
    """A reply has the id that was given out for what it answers; the others are of the authority's making."""
    party = message.partner_code if kind in _REPLIES else link_code(message.authority_cipher)
    return operation_id(party, message.transaction_number)
