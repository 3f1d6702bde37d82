"""A letter of ours by the reference under its barcode."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger

LARGEST_REFERENCE = 2**63 - 1

_SENT = """
    select l.id, l.reference, l.kind, l.state, l.route, l.patient_id, l.practice_id, l.transaction_id, l.matter_id,
      l.content, l.batch_id, l.posted_on, l.returned_at, l.returned_cause, b.handed_over_at as sent_at
    from letters l left join letter_batches b on b.id = l.batch_id and l.state <> 'suppressed'
    where l.reference = :reference
"""
_LOOK = text(_SENT).bindparams(bindparam("reference", type_=BigInteger))
_LOCK = text(f"{_SENT} for update of l").bindparams(bindparam("reference", type_=BigInteger))


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A letter as it stands. Its address was read at `sent_at`, when it was handed over; None if it never was."""

    id: UUID
    reference: int
    kind: str
    state: str
    route: str
    patient_id: UUID | None
    practice_id: UUID | None
    transaction_id: UUID | None
    matter_id: UUID | None
    content: Mapping[str, Any]
    batch_id: int | None
    posted_on: date | None
    returned_at: datetime | None
    returned_cause: str | None
    sent_at: datetime | None


async def sent_letter(connection: AsyncConnection, reference: int, *, lock: bool = False) -> SentLetter | None:
    """The letter, or None where none has the reference. Whoever locks it has locked its person before."""
    row = (await connection.execute(_LOCK if lock else _LOOK, {"reference": reference})).mappings().one_or_none()
    return None if row is None else SentLetter(**row)
