"""What a practice offers, as far as it bears on an assignment."""

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid

from registry.audit.record import record
from registry.database import Writes
from registry.transactions.acts.act import Answer, Done, Impossible
from registry.transactions.assignment.asked import Facilities
from registry.transactions.assignment.practices import practice_named
from registry.transactions.context import Context

_TYPES = (bindparam("practice_id", type_=Uuid), bindparam("facilities", type_=ARRAY(Text)))
_TAKE_AWAY = text(
    "delete from practice_facilities where practice_id = :practice_id and facility <> all(:facilities)"
).bindparams(*_TYPES)
_ADD = text(
    "insert into practice_facilities select :practice_id, unnest(:facilities) on conflict do nothing"
).bindparams(*_TYPES)


async def set_facilities(connection: AsyncConnection, context: Context, what: Facilities) -> Answer:
    """Say in full what a practice offers. Said twice, it changes nothing."""
    practice = await practice_named(connection, what.practice, context.today)
    if isinstance(practice, Impossible):
        return practice
    offered = sorted({each.value for each in what.facility})
    values = {"practice_id": practice.facts.id, "facilities": offered}
    await connection.execute(_TAKE_AWAY, values)
    await connection.execute(_ADD, values)
    writes = Writes()
    subject = {"practice": practice.facts.ods_code, "facilities": offered}
    record(writes, context.actor, "practice.facilities-set", context.now, subject=subject)
    await writes.flush(connection)
    return Done(f"{practice.facts.ods_code} offers: {', '.join(offered) or 'nothing of these'}.")
