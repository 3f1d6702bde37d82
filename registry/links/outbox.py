"""What waits for practices: one outbox, read by files, mailbox and façade alike.

A message is numbered for its practice when it is first delivered, under a lock of that
practice, in the order in which it was decided. So the numbers have no gaps, and writers of
messages never wait for each other.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger, Boolean, DateTime, Integer, Uuid

from registry.audit.record import record
from registry.database import Writes
from registry.links.from_messages import PracticeMessage
from registry.transactions.recall import take_turn
from registry.values.actor import Actor

_NUMBER = text(
    """
    with last as (
      select coalesce(max(position), 0) as position from practice_messages where practice_id = :practice_id),
    waiting as (
      select id, row_number() over (order by id) as place,
        coalesce(transaction_number, nextval('register_transaction_number')) as transaction_number
      from (select id, transaction_number from practice_messages
        where practice_id = :practice_id and position is null and withdrawn_at is null order by id) in_order)
    update practice_messages m
      set position = last.position + waiting.place, transaction_number = waiting.transaction_number
    from last, waiting where m.id = waiting.id
    """
).bindparams(bindparam("practice_id", type_=Uuid))

_COLUMNS = """
    select m.id, m.uuid, m.practice_id, p.trading_partner_code as partner_code, p.authority_cipher, m.kind, m.content,
           m.transaction_number, m.created_at, m.position
    from practice_messages m join practices p on p.id = m.practice_id
"""

_UNSENT = text(
    _COLUMNS + " where m.practice_id = :practice_id and m.sent_at is null and m.position is not null"
    " order by m.position limit :limit"
).bindparams(bindparam("practice_id", type_=Uuid), bindparam("limit", type_=Integer))

_UNCLOSED = text(
    _COLUMNS + " where m.practice_id = :practice_id and m.closed_at is null and m.position > :after"
    " and (:everybody or not exists (select from hidden_people h where h.id = m.patient_id))"
    " order by m.position limit :limit"
).bindparams(
    bindparam("practice_id", type_=Uuid),
    bindparam("after", type_=BigInteger),
    bindparam("limit", type_=Integer),
    bindparam("everybody", type_=Boolean),
)

_PRACTICES_WAITING = text(
    "select distinct practice_id from practice_messages where sent_at is null and withdrawn_at is null"
)

_CLOSE_UNTIL = text(
    """
    update practice_messages set closed_at = :now, due_at = null, sent_at = coalesce(sent_at, :now)
    where practice_id = :practice_id and closed_at is null and position <= (
      select position from practice_messages where practice_id = :practice_id and uuid = :uuid)
      and (:everybody or not exists (select from hidden_people h where h.id = practice_messages.patient_id))
    """
).bindparams(
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("practice_id", type_=Uuid),
    bindparam("uuid", type_=Uuid),
    bindparam("everybody", type_=Boolean),
)

_PRACTICE_OF = text("select practice_id from practice_messages where uuid = :uuid").bindparams(
    bindparam("uuid", type_=Uuid)
)
_CLOSE_ONE = text(
    "update practice_messages set closed_at = :now, due_at = null, sent_at = coalesce(sent_at, :now)"
    " where uuid = :uuid and closed_at is null returning id"
).bindparams(bindparam("now", type_=DateTime(timezone=True)), bindparam("uuid", type_=Uuid))

_IS_THERE = text(
    "select exists (select from practice_messages where practice_id = :practice_id and uuid = :uuid"
    " and position is not null)"
).bindparams(bindparam("practice_id", type_=Uuid), bindparam("uuid", type_=Uuid))


async def number_waiting(connection: AsyncConnection, practice_id: UUID) -> None:
    """Give every waiting message of a practice its place, and a transaction number where it answers none.

    Others who deliver to it wait their turn.
    """
    await take_turn(connection, practice_id)
    await connection.execute(_NUMBER, {"practice_id": practice_id})


async def practices_waiting(connection: AsyncConnection) -> list[UUID]:
    """Practices for which something has not been sent."""
    return list((await connection.execute(_PRACTICES_WAITING)).scalars())


async def unsent(connection: AsyncConnection, practice_id: UUID, limit: int) -> Sequence[PracticeMessage]:
    """Numbered messages that no interchange has carried yet, in order."""
    rows = await connection.execute(_UNSENT, {"practice_id": practice_id, "limit": limit})
    return [PracticeMessage(**row) for row in rows.mappings()]


async def unclosed(
    connection: AsyncConnection, practice_id: UUID, limit: int, after: int = 0, *, everybody: bool = True
) -> Sequence[PracticeMessage]:
    """Numbered messages that the practice has not acknowledged, in order; unless of `everybody`, those about people
    whose whereabouts are protected are left out, for that there are any says where they are."""
    values = {"practice_id": practice_id, "limit": limit, "after": after, "everybody": everybody}
    rows = await connection.execute(_UNCLOSED, values)
    return [PracticeMessage(**row) for row in rows.mappings()]


async def acknowledge_until(
    connection: AsyncConnection, practice_id: UUID, uuid: UUID, now: datetime, *, everybody: bool = True
) -> bool:
    """Close every message up to and with the named one. False where the practice was never given it.

    Unless of `everybody`, those that `unclosed` left out stay open.
    """
    values = {"practice_id": practice_id, "uuid": uuid}
    if not (await connection.execute(_IS_THERE, values)).scalar_one():
        return False
    await connection.execute(_CLOSE_UNTIL, {**values, "now": now, "everybody": everybody})
    return True


async def acknowledge_one(connection: AsyncConnection, uuid: UUID, actor: Actor, now: datetime) -> None:
    """Close one message that its practice has read elsewhere than in the inbox, and none before it.

    It takes its place among the practice's messages first, as delivery would give it. Said again, it changes nothing.
    """
    practice_id = (await connection.execute(_PRACTICE_OF, {"uuid": uuid})).scalar_one()
    await number_waiting(connection, practice_id)
    if (await connection.execute(_CLOSE_ONE, {"uuid": uuid, "now": now})).one_or_none() is not None:
        writes = Writes()
        record(writes, actor, "inbox.acknowledged", now, subject={"message": uuid, "practice": practice_id})
        await writes.flush(connection)
