"""What was decided for practices and has not left yet: whereabouts are taken out of it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Uuid

from registry.transactions.context import Context
from registry.transactions.recall import take_turn

_WAITING = "patient_id = :patient_id and position is null and withdrawn_at is null"
_ID = bindparam("patient_id", type_=Uuid)

_TO_WHOM = text(f"select distinct practice_id from practice_messages where {_WAITING} order by practice_id").bindparams(
    _ID
)

# An amendment of nothing but whereabouts says nothing without them, and is not sent.
_WITHDRAW = text(
    f"""
    update practice_messages set withdrawn_at = :now, closed_at = :now, due_at = null
    where {_WAITING} and kind = 'F1' and content_without_whereabouts(content) - array['gp_code', 'number'] = '{{}}'
      and content <> content_without_whereabouts(content)
    """
).bindparams(_ID, bindparam("now", type_=DateTime(timezone=True)))

_REWRITE = text(
    f"""
    update practice_messages set content = rewritten.content from (
      select id as message_id, content_without_whereabouts(content) || case
        when kind = 'F2' and cast(:neutral as jsonb) ? (content ->> 'deduction_reason') then jsonb_build_object(
          'deduction_reason', cast(:neutral as jsonb) -> (content ->> 'deduction_reason'))
        else '{{}}' end as content
      from practice_messages where {_WAITING}) rewritten
    where practice_messages.id = rewritten.message_id and practice_messages.content <> rewritten.content
    """
).bindparams(_ID, bindparam("neutral", type_=JSONB))


@dataclass(frozen=True, slots=True)
class Unsent:
    """How many messages were rewritten, and how many are not sent at all."""

    rewritten: int
    withdrawn: int


async def withhold_unsent(connection: AsyncConnection, context: Context, patient_id: UUID) -> Unsent:
    """Take every place out of what waits for practices about a person, who is locked and restricted.

    What a practice was given already stays given: docs/limits.md says so.
    """
    for practice_id in (await connection.execute(_TO_WHOM, {"patient_id": patient_id})).scalars().all():
        await take_turn(connection, practice_id)
    withdrawn = await connection.execute(_WITHDRAW, {"patient_id": patient_id, "now": context.now})
    neutral = context.policies.on("protected_deduction_reasons", context.today)
    rewritten = await connection.execute(_REWRITE, {"patient_id": patient_id, "neutral": neutral})
    return Unsent(rewritten.rowcount, withdrawn.rowcount)
