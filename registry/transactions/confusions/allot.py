"""Somebody came out of a split without a number: the national side is asked for one, and somebody waits for it."""

from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.database import Writes
from registry.transactions.acts.act import Impossible, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.commands import TraceAnswer
from registry.transactions.confusions.numbers import not_to_be_given
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.matters.kind import Kind, Work, declare
from registry.transactions.matters.machine import Machine, Stage, Step
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance, open_matter
from registry.transactions.messages import Addressee, amend
from registry.transactions.national import ask_number, tell
from registry.transactions.office_transactions import note_transaction
from registry.transactions.people import change_person
from registry.transactions.rules.provenance import Evidence, Said, Source
from registry.values.nhs_number import NHSNumber

ALLOTMENT = Machine(
    kind="number-allotment",
    title="Number to be allotted",
    meaning="Somebody whom the register holds has no NHS number, because another keeps the one that two people shared."
    " The national side is asked for one; where it makes none, a person asks the National Back Office.",
    source="NHAIS manual, PDS allocations queue; PCSE on confusions (new number)",
    stages=(
        Stage("asked", "The national side is asked.", "registration", "allotted number"),
        Stage("by-hand", "It made none: the National Back Office is asked by letter.", "registration", "number"),
        Stage("allotted", "They have their number."),
        Stage("not-needed", "They have come by a number in another way."),
    ),
    steps=(
        Step("allot", ("asked",), "allotted", "The national side made a number."),
        Step("fail", ("asked",), "by-hand", "It knows somebody alike, or cannot say."),
        Step(
            "give", ("asked", "by-hand"), "allotted", "A person keys the number of the National Back Office's letter."
        ),
        Step("overtake", ("asked", "by-hand"), "not-needed", "They have a number already."),
    ),
)

_SHARED = text(
    "select v.facts ->> 'nhs_number' from matters c join confusion_people p on p.matter_id = c.id"
    " join patient_versions v on v.transaction_id = p.transaction_id where c.id = :id limit 1"
).bindparams(bindparam("id", type_=Uuid))
"""The number under which the practice knows them: it stands in the record's version before the split."""


_LACKS_ONE = text(
    "select c.matter_id from confusion_people c join patients p on p.id = c.patient_id"
    " where c.patient_id = :id and c.number_ruling = 'to-be-allotted' and c.transaction_id is not null"
    " and p.nhs_number is null and p.status not in ('superseded', 'invalidated') and not exists ("
    " select from matters m where m.patient_id = p.id and m.kind = 'number-allotment' and m.closed_at is null) limit 1"
).bindparams(bindparam("id", type_=Uuid))


def wait_for_number(
    writes: Writes, context: Context, patient_id: UUID, transaction_id: UUID, confusion_id: UUID
) -> None:
    """Ask the national side, and open the matter that waits for its answer."""
    request_id = ask_number(writes, context, patient_id)
    open_matter(
        writes,
        context,
        ALLOTMENT,
        due_at=_due(context),
        patient_id=patient_id,
        facts={"request": str(request_id), "confusion": str(confusion_id)},
        transaction_id=transaction_id,
    )


async def wait_again(connection: AsyncConnection, context: Context, patient_id: UUID, transaction_id: UUID) -> None:
    """Whoever came out of a split without a number, and lacks one again, waits for one again; nothing for others.

    While their record was merged into another they had that one's number, and the wait had ended.
    """
    confusion_id: UUID | None = (await connection.execute(_LACKS_ONE, {"id": patient_id})).scalar_one_or_none()
    if confusion_id is not None:
        writes = Writes()
        wait_for_number(writes, context, patient_id, transaction_id, confusion_id)
        await writes.flush(connection)


async def take_number(connection: AsyncConnection, context: Context, patient_id: UUID, answer: TraceAnswer) -> None:
    """The national side's answer about a number for somebody. One that comes twice or too late changes nothing."""
    await lock_people(connection, [patient_id])
    person = await gather_person(connection, patient_id)
    matter = person.matter(ALLOTMENT.kind)
    if matter is None:
        return
    writes, number = Writes(), answer.number
    if person.nhs_number is not None:
        advance(writes, context, ALLOTMENT, matter, "overtake")
    elif matter.state == "asked":
        is_free = number is not None and await not_to_be_given(connection, number) is None
        if answer.outcome == "allocated" and number is not None and is_free:
            await _give(connection, writes, context, person, matter, "allot", number, None)
        else:
            advance(writes, context, ALLOTMENT, matter, "fail", due_at=_due(context), reason=answer.outcome)
    await writes.flush(connection)


async def _give(
    connection: AsyncConnection,
    writes: Writes,
    context: Context,
    person: PersonFacts,
    matter: Matter,
    event: str,
    number: str,
    reason: str | None,
) -> None:
    now = person.membership
    transaction_id = note_transaction(
        writes,
        context,
        "split",
        outcome="number-allotted",
        sentence="The number that was missing since two people were taken apart.",
        command={"confusion": matter.facts["confusion"], "by": event},
        patient_id=person.id,
        practice_id=None if now is None else now.practice_id,
        matter_id=matter.id,
    )
    said = Said(Source.NATIONAL if event == "allot" else Source.NATIONAL_BACK_OFFICE, "PDS", context.today, _SEEN)
    change_person(writes, context, person, {"nhs_number": number}, transaction_id, said)
    shared: str | None = (
        await connection.execute(_SHARED, {"id": UUID(matter.facts["confusion"])})
    ).scalar_one_or_none()
    if now is not None and shared is not None:
        to = Addressee(now.practice_id, now.gp_code, transaction_id=transaction_id, patient_id=person.id)
        amend(writes, context, to, shared, {"new_number": number})
    letter = {"transaction_id": transaction_id, "matter_id": matter.id}
    write_letter(writes, context, Letter.CONFUSION_NUMBER, person, {}, **letter)
    tell(writes, context, transaction_id, person.id)
    advance(writes, context, ALLOTMENT, matter, event, transaction_id=transaction_id, reason=reason)


_SEEN = Evidence.NATIONAL_RECORD


def _due(context: Context) -> Any:
    return context.after_working_days(context.policies.on("number_allotment_working_days", context.today))


async def _falls_due(work: Work) -> str:
    """Who has a number by now waits for none; else it rises."""
    if work.person is None or work.person.nhs_number is None:
        return "left"
    advance(work.writes, work.context, ALLOTMENT, work.matter, "overtake")
    return "overtaken"


class GiveNumber(OnMatter):
    number: str = Field(description="The number that the National Back Office gave.", max_length=20)


async def _give_by_hand(work: Work, what: GiveNumber) -> str | Impossible:
    person, number = work.person, NHSNumber.parse(what.number)
    if number is None:
        return Impossible("The NHS number is not one: ten digits of which the last checks the others.", "number")
    if person is None or person.nhs_number is not None:
        return Impossible("They have a number already; this closes by itself.")
    if not what.reason:
        return Impossible("Say by which letter the number was given.", "reason")
    taken = await not_to_be_given(work.connection, number.value)
    if taken is not None:
        return Impossible(taken, "number")
    await _give(work.connection, work.writes, work.context, person, work.matter, "give", number.value, what.reason)
    return "They have their number; their practice, they themselves and the national side are told."


ALLOTMENTS = declare(Kind(ALLOTMENT, falls_due=_falls_due))
GIVE_NUMBER = matter_act(
    ALLOTMENT,
    "confusions",
    "give",
    GiveNumber,
    _give_by_hand,
    name="number",
    summary="Key the number that the National Back Office gave to somebody who came out of a split without one.",
    example="confusions number 0197b0de-0000-7000-8000-000000000003 --version 2 --number 9990000042"
    ' --reason "letter of 2 November"',
)
