"""Cancel an acceptance: the practice telephones that it registered the wrong person, or that nobody came.

The person is back where they were, without a day's gap: on the former practice's list, or on the
list outside that they came from; somebody whom the acceptance made stays in the register, on no
list. What the acceptance changed in their particulars is restored where nobody changed it since. The
practice's own acceptance keeps its answer (F4), for its system waits for one; F2 follows it.
"""

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.acts.act import AboutPerson, Act, Answer, Done, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.acts.on_practice import NamedPractice, practice_of
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.ledger import Standing
from registry.transactions.office_transactions import note_transaction
from registry.transactions.rules.removal_reasons import RemovalReason
from registry.transactions.taking_back.afterwards import Ended, ask_about_the_rest, ended_by
from registry.transactions.taking_back.before import taken_back_last
from registry.transactions.taking_back.particulars import take_back_particulars
from registry.transactions.taking_back.restore import PutBack, put_back
from registry.transactions.taking_back.rules import acceptance_stands
from registry.transactions.taking_back.standing import last_move
from registry.values.period import london_date

_KEEP = frozenset({"nhs_number"})
"""The national side has said that the number is theirs: a cancelled registration makes it no less so."""


class CancelAcceptance(AboutPerson):
    practice: str = Field(description="ODS code of the practice that accepted them.", examples=["Y90001"])


async def _cancel(connection: AsyncConnection, context: Context, what: CancelAcceptance) -> Answer:
    practice = await practice_of(connection, what.practice)
    if isinstance(practice, Impossible):
        return practice
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    before = await taken_back_last(connection, person.id)
    if before is not None and before.to_list == practice.id:
        day = london_date(before.at).isoformat()
        return Done(f"It was cancelled already, on {day}.", transaction_id=before.by)
    move = await last_move(connection, person.id)
    reason = acceptance_stands(person, practice.id, move)
    if reason is not None or move is None:
        return Impossible(reason or "", "practice")
    return await _take_back(connection, context, what, practice, person, move.standing)


async def _take_back(
    connection: AsyncConnection,
    context: Context,
    what: CancelAcceptance,
    practice: NamedPractice,
    person: PersonFacts,
    last: Standing,
) -> Answer:
    acceptance, by, writes = last.transaction_id, uuid7(), Writes()
    if acceptance is None:
        raise ValueError("an acceptance has a transaction")
    ended = await ended_by(connection, acceptance, person.id)
    put = await put_back(connection, writes, context, person, last, by, removal=RemovalReason.CAN.code)
    items = await take_back_particulars(connection, writes, context, person, acceptance, by, _KEEP)
    sentence = _sentence(put)
    note_transaction(
        writes,
        context,
        "cancellation",
        outcome="acceptance-cancelled",
        sentence=sentence,
        command={"practice": practice.ods_code, "reason": what.reason},
        patient_id=person.id,
        practice_id=practice.id,
        earlier_id=acceptance,
        transaction_id=by,
    )
    case = ask_about_the_rest(writes, context, person, ended, items, acceptance, by, practice.id)
    await writes.flush(connection)
    return Done(sentence, transaction_id=by, data=told_of(ended, items, case))


def _sentence(put: PutBack) -> str:
    if put.practice_id is None:
        return "The acceptance is cancelled; the person is on no practice's list, as before."
    if put.told_by_letter:
        return (
            "The acceptance is cancelled; the person is on the former practice's list again, which is told by letter."
        )
    return (
        "The acceptance is cancelled; the person is on the former practice's list, which had not been told otherwise."
    )


def told_of(ended: Ended, items: tuple[str, ...], case: object) -> dict[str, object] | None:
    """What is to be looked at again, for whoever took it back; None where nothing is."""
    if case is None:
        return None
    return {"case": case, "matters": ended.matters, "requests": ended.requests, "changed_since": items}


CANCEL_ACCEPTANCE = Act(
    "undo",
    "acceptance",
    "Cancel a practice's acceptance: the person is back where they were, without a day's gap.",
    CancelAcceptance,
    _cancel,
    example='undo acceptance 9990000018 --practice Y90001 --reason "never came; telephoned by the practice"',
)
