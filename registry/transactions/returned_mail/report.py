"""A letter that somebody else sent and that came back to them: the screening office's, a hospital's."""

from datetime import date

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid
from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.acts.act import Answer, Done, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.context import Context
from registry.transactions.fp69.guards import Proposed
from registry.transactions.office_transactions import note_transaction
from registry.transactions.returned_mail.causes import CAUSES, unknown_cause
from registry.transactions.returned_mail.deal import Returned, deal_with
from registry.values.period import start_of_day

_BEFORE = text(
    "select command ->> 'cause' from transactions where kind = 'returned-mail' and patient_id = :patient_id"
    " and command ->> 'letter_on' = :letter_on and command ->> 'code' = :code limit 1"
).bindparams(bindparam("patient_id", type_=Uuid), bindparam("letter_on", type_=Text), bindparam("code", type_=Text))


async def report(
    connection: AsyncConnection, context: Context, nhs_number: str, letter_on: date, cause_text: str, code: str
) -> Answer:
    """Take the word of another office that its letter of a day came back; the same word twice is one."""
    cause = CAUSES.get(cause_text)
    if cause is None:
        return Impossible(unknown_cause(cause_text), "cause")
    codes: dict[str, str] = context.policies.on("fp69_reasons", context.today)
    if code not in codes:
        return Impossible(f"The reason is one of {', '.join(codes)}.", "code")
    if letter_on > context.today:
        return Impossible("The letter cannot have been sent after today.", "letter_on")
    person = await person_of(connection, nhs_number)
    if isinstance(person, Impossible):
        return person
    values = {"patient_id": person.id, "letter_on": letter_on.isoformat(), "code": code}
    before: str | None = (await connection.execute(_BEFORE, values)).scalar_one_or_none()
    if before == cause.label:
        return Done("It was reported before; nothing was done again.", data={"outcome": "repeated", "made": None})
    if before is not None:
        return Impossible(f"It was reported before as {before}; nothing was changed.", "cause")
    writes = Writes()
    transaction_id = uuid7()
    mail = Returned(cause, Proposed(code, start_of_day(letter_on)), transaction_id)
    dealt = await deal_with(connection, context, writes, person, mail)
    note_transaction(
        writes,
        context,
        "returned-mail",
        outcome=dealt.outcome,
        sentence=dealt.sentence,
        command={"cause": cause.label, "letter_on": letter_on.isoformat(), "code": code},
        patient_id=person.id,
        practice_id=None if person.membership is None else person.membership.practice_id,
        source="office",
        transaction_id=transaction_id,
    )
    await writes.flush(connection)
    return Done(dealt.sentence, transaction_id=transaction_id, data={"outcome": dealt.outcome, "made": dealt.id})
