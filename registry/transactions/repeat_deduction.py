"""Tell a practice again that somebody has left its list."""

from typing import Any

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.database import Writes
from registry.transactions.commands import Command
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.messages import Addressee, repeat
from registry.transactions.outcome import Case
from registry.transactions.protected.rules import told_reason, without_whereabouts

_LAST = text(
    "select content::text from practice_messages where practice_id = :practice_id"
    " and patient_id = any(array(select id from patients where id = :patient_id or merged_into = :patient_id))"
    " and kind = 'F2' and withdrawn_at is null order by id desc limit 1"
).bindparams(bindparam("practice_id", type_=Uuid), bindparam("patient_id", type_=Uuid))


async def repeat_deduction(
    connection: AsyncConnection, writes: Writes, context: Context, case: Case[Command], person: PersonFacts
) -> None:
    """Send the last F2 about a person to the sender once more; nothing where there was none."""
    origin = case.command.origin
    found = await connection.execute(_LAST, {"practice_id": origin.practice_id, "patient_id": person.id})
    last = found.scalar_one_or_none()
    if last is None:
        return
    content: dict[str, Any] = orjson.loads(last)
    if person.restricted:
        # Restricted since: neither authority nor reason tells the former practice where.
        neutral: dict[str, str] = context.policies.on("protected_deduction_reasons", context.today)
        content = without_whereabouts(content)
        content["deduction_reason"] = told_reason(content["deduction_reason"], neutral, restricted=True)
    to = Addressee(origin.practice_id, origin.gp_code, transaction_id=case.id, patient_id=person.id)
    repeat(writes, context, to, "F2", content)
