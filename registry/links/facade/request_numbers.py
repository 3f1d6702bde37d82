"""The practice's number of a request: the same number is answered the same, and acts once.

One statement looks the number up, and only where it is new draws the transaction number and
keeps the request. An advisory lock on the number decides between requests that arrive at the
same moment: whoever does not get it waits for the other to end and looks again.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, LargeBinary, Text, Uuid

from registry.links.partners import Partner
from registry.practices.store import number_series

_LOCK = "hashtextextended(cast(:practice_id as text) || ' ' || :conversation_id, 1)"

_TAKE = text(
    f"""
    with known as materialized (
      select operation_id, body_hash from facade_requests
      where practice_id = :practice_id and conversation_id = :conversation_id),
    turn as materialized (
      select 1 where not exists (select from known) and pg_try_advisory_xact_lock({_LOCK})),
    drawn as materialized (select nextval(cast(:series as regclass)) as number from turn),
    fresh as (
      insert into facade_requests (practice_id, conversation_id, body_hash, operation_id, received_at, body)
      select :practice_id, :conversation_id, :body_hash,
        encode(sha256(convert_to(:partner_code || number, 'UTF8')), 'hex'), :received_at, :body
      from drawn on conflict do nothing returning operation_id)
    select (select number from drawn) as number, fresh.operation_id as fresh, known.operation_id as known,
      known.body_hash as known_hash
    from (values (1)) as one left join fresh on true left join known on true
    """
).bindparams(
    bindparam("practice_id", type_=Uuid),
    bindparam("conversation_id", type_=Text),
    bindparam("body_hash", type_=Text),
    bindparam("series", type_=Text),
    bindparam("partner_code", type_=Text),
    bindparam("received_at", type_=DateTime(timezone=True)),
    bindparam("body", type_=LargeBinary),
)
_WAIT = text(f"select pg_advisory_xact_lock({_LOCK})").bindparams(
    bindparam("practice_id", type_=Uuid), bindparam("conversation_id", type_=Text)
)
_MOST_LOOKS = 5


@dataclass(frozen=True, slots=True)
class NumberedRequest:
    """A request under the practice's own number for it. `body_hash` tells one content from another."""

    partner: Partner
    conversation_id: str
    body: bytes
    body_hash: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class New:
    """The number was not used before; a transaction number has been drawn, and the request is kept."""

    operation_id: str
    transaction_number: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same request has been answered before."""

    operation_id: str


@dataclass(frozen=True, slots=True)
class OtherContent:
    """The number belongs to another request."""


async def take_number(connection: AsyncConnection, request: NumberedRequest) -> New | Repeated | OtherContent | None:
    """Claim the number for this unit of work. None where others keep taking and giving it up."""
    values = {
        "practice_id": request.partner.id,
        "conversation_id": request.conversation_id,
        "body_hash": request.body_hash,
        "series": number_series(request.partner.id),
        "partner_code": request.partner.code,
        "received_at": request.received_at,
        "body": request.body,
    }
    for _ in range(_MOST_LOOKS):
        row = (await connection.execute(_TAKE, values)).one()
        if row.fresh is not None:
            return New(row.fresh, row.number)
        if row.known is not None:
            return Repeated(row.known) if row.known_hash == request.body_hash else OtherContent()
        await connection.execute(_WAIT, {name: values[name] for name in ("practice_id", "conversation_id")})
    return None
