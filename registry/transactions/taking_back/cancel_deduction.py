"""Cancel a deduction request that was carried out: the person is on the practice's list again.

A request that still waits for its day is cancelled as a removal; this is for the one that was
executed, so long as the person is on no list and nothing happened since. The stay goes on as if it
had never been broken, and the practice, which was sent an F2, is told by letter.
"""

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.acts.act import AboutPerson, Act, Answer, Done, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.acts.on_practice import practice_of
from registry.transactions.context import Context
from registry.transactions.office_transactions import note_transaction
from registry.transactions.taking_back.afterwards import ask_about_the_rest, ended_by
from registry.transactions.taking_back.before import taken_back_last
from registry.transactions.taking_back.cancel_acceptance import told_of
from registry.transactions.taking_back.restore import put_back
from registry.transactions.taking_back.rules import deduction_stands
from registry.transactions.taking_back.standing import last_move
from registry.values.period import london_date


class CancelDeduction(AboutPerson):
    practice: str = Field(description="ODS code of the practice whose list they were taken off.", examples=["Y90001"])


async def _cancel(connection: AsyncConnection, context: Context, what: CancelDeduction) -> Answer:
    practice = await practice_of(connection, what.practice)
    if isinstance(practice, Impossible):
        return practice
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    before = await taken_back_last(connection, person.id)
    if before is not None and before.from_list == practice.id == person.on_list:
        day = london_date(before.at).isoformat()
        return Done(f"It was cancelled already, on {day}.", transaction_id=before.by)
    move = await last_move(connection, person.id)
    reason = deduction_stands(person, practice.id, move)
    if reason is not None or move is None or move.standing.transaction_id is None:
        return Impossible(reason or "They left this list before the register began.", "practice")
    deduction, by, writes = move.standing.transaction_id, uuid7(), Writes()
    ended = await ended_by(connection, deduction, person.id)
    put = await put_back(connection, writes, context, person, move.standing, by)
    sentence = "The deduction is cancelled; the person is on the practice's list as if it had never been."
    sentence += " It is told by letter." if put.told_by_letter else " It had not been told yet."
    note_transaction(
        writes,
        context,
        "cancellation",
        outcome="deduction-taken-back",
        sentence=sentence,
        command={"practice": practice.ods_code, "reason": what.reason},
        patient_id=person.id,
        practice_id=practice.id,
        earlier_id=deduction,
        transaction_id=by,
    )
    case = ask_about_the_rest(writes, context, person, ended, (), deduction, by, practice.id)
    await writes.flush(connection)
    return Done(sentence, transaction_id=by, data=told_of(ended, (), case))


CANCEL_DEDUCTION = Act(
    "undo",
    "deduction",
    "Cancel a deduction that was carried out: the person is on the practice's list again, without a day's gap.",
    CancelDeduction,
    _cancel,
    example='undo deduction 9990000018 --practice Y90001 --reason "telephoned: another patient was meant"',
)
