"""Acceptances that still wait about a record that is no longer in use: answered, before they are sealed.

None of them may go on: a clerk who accepts one, or an answer of the national side, would bring back who was.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Text, Uuid

from registry.database import Writes
from registry.transactions.commands import RegisterPatient, from_stored
from registry.transactions.context import Context
from registry.transactions.messages import Addressee, reject
from registry.transactions.outcome import Case, conclude
from registry.transactions.rules.reasons import Refusal

_IDS = bindparam("ids", type_=ARRAY(Uuid))

_WAITING = text(
    "select id, command, version, patient_id from transactions where due_at is not null and kind = 'acceptance'"
    " and state in ('in-queue', 'waiting-for-trace') and (patient_id = any(:people) or id = any(:forms)"
    " or replace(command -> 'demographics' ->> 'number', ' ', '') = any(:numbers)) order by id for update"
).bindparams(
    bindparam("people", type_=ARRAY(Uuid)),
    bindparam("forms", type_=ARRAY(Uuid)),
    bindparam("numbers", type_=ARRAY(Text)),
)

_ASK_NO_MORE = text(
    "update national_requests set state = 'C', closed_at = :now, next_attempt_at = null"
    " where transaction_id = any(:ids) and state <> 'C'"
).bindparams(_IDS, bindparam("now", type_=DateTime(timezone=True)))


async def refuse_forms(
    connection: AsyncConnection,
    context: Context,
    people: Sequence[UUID],
    numbers: Sequence[str],
    forms: Sequence[UUID],
) -> list[UUID]:
    """Refuse what waits about people, by their record, a number of theirs, or as one of some forms: the practice is
    to ask the office (F3, code 8), and nobody chases it. Returns which; their cases are the caller's to close."""
    about = {"people": list(people), "numbers": list(numbers), "forms": list(forms)}
    writes = Writes()
    refused: list[UUID] = []
    for row in (await connection.execute(_WAITING, about)).all():
        command = from_stored("acceptance", row.command)
        if isinstance(command, RegisterPatient):
            _refuse(writes, context, Case(row.id, command, row.version), row.patient_id)
            refused.append(row.id)
    await writes.flush(connection)
    if refused:
        await connection.execute(_ASK_NO_MORE, {"ids": refused, "now": context.now})
    return refused


def _refuse(writes: Writes, context: Context, case: Case[RegisterPatient], patient_id: UUID | None) -> None:
    origin, refusal = case.command.origin, Refusal.CONTACT_OFFICE
    to = Addressee(
        origin.practice_id,
        origin.gp_code,
        transaction_id=case.id,
        reply_number=origin.transaction_number,
        on_paper=origin.source == "paper",
    )
    reject(writes, context, to, refusal.text)
    conclude(writes, context, case, "refused", refusal.label, refusal.value.words, patient_id=patient_id)
