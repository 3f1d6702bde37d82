"""Have the register take what a request says of a person: by its own way, with everything that follows from it.

Who said what is kept, the practice that holds the person and the national side are told, and the version rises by one.
What a person of the office decides waits as a case; a Task answers for it. Where the register stands by its own,
nothing is written at all.
"""

from datetime import date

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.errors import RequestError
from registry.fhir import refusals
from registry.fhir.outcomes import outcome
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.people.patch.what_is_said import Amendment
from registry.fhir_api.people.patch.who_says import doubts_of, is_with, who_says
from registry.transactions.deductions.causes import Cause
from registry.transactions.deductions.notice import Notice
from registry.transactions.deductions.take_notice import take_notice
from registry.transactions.facts import PersonFacts
from registry.transactions.particulars.area import Area, area_of
from registry.transactions.particulars.statement import Statement
from registry.transactions.particulars.take import Taken, take_statement

_ODS_CODE = text("select ods_code from practices where id = :id").bindparams(bindparam("id", type_=Uuid))
_WAITS = "A person of the office looks at it first, and nothing is changed meanwhile. The Task tells what becomes of it"


async def take_amendment(
    call: Call, connection: AsyncConnection, person: PersonFacts, amendment: Amendment
) -> Answer | None:
    """Take what is said of a person, who is locked. None: the register says so now.

    An answer: it waits for somebody of the office (202). Raises RequestError (409) where the register stands by
    its own.
    """
    caller, context = call.caller, call.context
    said = who_says(context, caller, person, await _ods_code(call, connection))
    statement = Statement(
        said,
        amendment.changes,
        columns=amendment.columns,
        elements=amendment.elements,
        is_whole=True,
        practice_id=caller.practice_id,
    )
    area = await _area(call, connection, person, amendment)
    doubts = doubts_of(caller, person, amendment, area)
    taken = await take_statement(connection, context, person, statement, ruled=caller.is_office, doubts=doubts)
    if taken.state == "in-queue":
        return _waiting(taken.transaction_id, "; ".join(f"{field}: {why.value}" for field, why in taken.asked.items()))
    if taken.kept:
        raise _kept(taken)
    return None


async def take_death(call: Call, connection: AsyncConnection, person: PersonFacts, died_on: date) -> Answer | None:
    """Take the word of the person's practice, or of the office, that they died. None: it is recorded.

    An answer: it is checked first (202). Raises RequestError (403, 422) where it is not taken.
    """
    caller = call.caller
    if person.restricted or not (caller.is_office or is_with(caller, person)):
        text_ = "a death is told by the practice that holds the person, and of somebody restricted to the office itself"
        raise refusals.forbidden_update(text_, "deceasedDateTime")
    by = "other" if caller.is_office else "practice"
    notice = Notice(Cause.DEATH, person.nhs_number or "", call.context.today, died_on, by)
    taken = await take_notice(connection, call.context, notice)
    if taken.result == "referred" and taken.transaction_id is not None:
        return _waiting(taken.transaction_id, taken.sentence)
    if taken.result == "refused":
        raise refusals.invalid_resource(taken.sentence, "deceasedDateTime")
    return None


def _waiting(transaction_id: object, why: str) -> Answer:
    told = outcome("informational", f"{_WAITS}. {why}", severity="information")
    return Answer(told, 202, location=f"Task/{transaction_id}")


def _kept(taken: Taken) -> RequestError:
    whys = "; ".join(f"{field}: {why.value}" for field, why in taken.kept.items())
    return refusals.refusal(409, "CONFLICT", f"Nothing was changed: the register stands by its own. {whys}")


async def _ods_code(call: Call, connection: AsyncConnection) -> str | None:
    if call.caller.practice_id is None:
        return None
    return (await connection.execute(_ODS_CODE, {"id": call.caller.practice_id})).scalar_one()


async def _area(call: Call, connection: AsyncConnection, person: PersonFacts, amendment: Amendment) -> Area | None:
    if call.caller.is_office or "postcode" not in amendment.columns:
        return None
    return await area_of(connection, call.context, person, amendment.columns["postcode"])
