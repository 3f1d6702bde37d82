"""Propose to take back a registration that was made onto the wrong person."""

from uuid import UUID

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.acts.act import AboutPerson, Act, Answer, Done, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.acts.on_practice import practice_of
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.step import open_matter
from registry.transactions.taking_back.machine import REVERSAL
from registry.transactions.taking_back.rules import acceptance_stands
from registry.transactions.taking_back.standing import last_move
from registry.transactions.taking_back.wrong_person import Acceptance, acceptance_of, who_is_meant


class ProposeReversal(AboutPerson):
    practice: str = Field(description="ODS code of the practice that accepted somebody else.", examples=["Y90001"])
    right_number: str | None = Field(
        None,
        max_length=20,
        description="NHS number of whom it accepted; left out where the form says it, or there is none.",
    )
    transaction: UUID | None = Field(None, description="The acceptance, where it is not the practice's latest.")


async def _propose(connection: AsyncConnection, context: Context, what: ProposeReversal) -> Answer:
    practice = await practice_of(connection, what.practice)
    if isinstance(practice, Impossible):
        return practice
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    open_one = person.matter(REVERSAL.kind)
    if open_one is not None:
        return Done("It is proposed already.", open_one.id, open_one.version, open_one.state)
    acceptance = await acceptance_of(connection, person.id, practice.id, what.transaction)
    if acceptance is None:
        return Impossible("This practice's acceptance of the person is not in the register.", "practice")
    if acceptance.taken_back_by is not None:
        return Done("It was taken back already.", transaction_id=acceptance.taken_back_by)
    reason = await in_the_way(connection, person, practice.id, acceptance)
    if reason is not None:
        return Impossible(reason, "nhs_number")
    meant = await who_is_meant(connection, person, acceptance.form, what.right_number)
    if isinstance(meant, Impossible):
        return meant
    writes = Writes()
    days = context.policies.on("reversal_confirmation_working_days", context.today)
    matter_id = open_matter(
        writes,
        context,
        REVERSAL,
        due_at=context.after_working_days(days),
        patient_id=person.id,
        practice_id=practice.id,
        facts={"acceptance": str(acceptance.id), **meant.facts()},
        reason=what.reason,
        transaction_id=acceptance.id,
    )
    await writes.flush(connection)
    return Done("Proposed; another person is to confirm it.", matter_id, 1, REVERSAL.stages[0].name)


async def in_the_way(
    connection: AsyncConnection, person: PersonFacts, practice_id: UUID, acceptance: Acceptance
) -> str | None:
    """Why an acceptance cannot be taken back from a person; None where it can."""
    if acceptance.outcome == "created":
        return "The acceptance made this person: cancel the acceptance instead."
    if not acceptance.moved:
        return "The person is recorded as dead: that is to be put right first." if person.is_dead else None
    move = await last_move(connection, person.id)
    reason = acceptance_stands(person, practice_id, move)
    if reason is None and move is not None and move.standing.transaction_id != acceptance.id:
        return "They were accepted again since, by another acceptance: name that one."
    return reason


PROPOSE = Act(
    "undo",
    "wrong-person",
    "Propose to take back a registration that was made onto the wrong person; another person confirms it.",
    ProposeReversal,
    _propose,
    example='undo wrong-person 9990000018 --practice Y90001 --right-number 9990000026 --reason "two of one name"',
)
