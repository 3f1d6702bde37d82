"""Propose to take back a registration that was made onto the wrong person.

The form is compared with the person whose number is given: where they clearly disagree, nothing is
proposed. How they agree is kept with the matter, level by level, for the second person to see. Asked
again with the same number the act tells it again; with another, it is refused.
"""

from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.acts.act import AboutPerson, Act, Answer, Done, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.acts.on_practice import NamedPractice, practice_of
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import open_matter
from registry.transactions.taking_back.machine import REVERSAL
from registry.transactions.taking_back.rules import acceptance_stands
from registry.transactions.taking_back.standing import last_move
from registry.transactions.taking_back.wrong_person import (
    Acceptance,
    Meant,
    acceptance_of,
    agrees,
    is_same,
    reversed_for,
    who_is_meant,
)


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
        return await _again(connection, person, practice, open_one, what)
    acceptance = await acceptance_of(connection, person.id, practice.id, what.transaction)
    if acceptance is None:
        return Impossible("This practice's acceptance of the person is not in the register.", "practice")
    if acceptance.taken_back_by is not None:
        return await _taken_back(connection, person, acceptance, what)
    reason = await in_the_way(connection, person, practice.id, acceptance)
    if reason is not None:
        return Impossible(reason, "nhs_number")
    meant = await who_is_meant(connection, person, acceptance.form, what.right_number)
    if isinstance(meant, Impossible):
        return meant
    return await _open(connection, context, person, practice, acceptance, meant, what)


async def _open(
    connection: AsyncConnection,
    context: Context,
    person: PersonFacts,
    practice: NamedPractice,
    acceptance: Acceptance,
    meant: Meant,
    what: ProposeReversal,
) -> Answer:
    found = await agrees(connection, acceptance.form, meant)
    if isinstance(found, Impossible):
        return found
    writes = Writes()
    items = {} if found is None else dict(found.items)
    days = context.policies.on("reversal_confirmation_working_days", context.today)
    matter_id = open_matter(
        writes,
        context,
        REVERSAL,
        due_at=context.after_working_days(days),
        patient_id=person.id,
        practice_id=practice.id,
        facts={"acceptance": str(acceptance.id), **meant.facts(), "agreement": items},
        reason=what.reason,
        transaction_id=acceptance.id,
    )
    await writes.flush(connection)
    sentence = "Proposed; another person is to confirm it."
    return Done(sentence, matter_id, 1, REVERSAL.stages[0].name, data=_shown(acceptance, meant, what, items))


async def _again(
    connection: AsyncConnection, person: PersonFacts, practice: NamedPractice, noted: Matter, what: ProposeReversal
) -> Answer:
    """The same proposal is told once more, so that the second person may look at it; another is refused."""
    acceptance_id = UUID(noted.facts["acceptance"])
    if noted.practice_id != practice.id:
        return Impossible("Another practice's acceptance is proposed already: decline that one first.", "practice")
    if what.transaction not in (None, acceptance_id):
        return Impossible("Another acceptance is proposed already: decline that one first.", "transaction")
    acceptance = await acceptance_of(connection, person.id, practice.id, acceptance_id)
    if acceptance is None:
        raise ValueError("the acceptance of a reversal stays in the register")
    meant = await who_is_meant(connection, person, acceptance.form, what.right_number)
    if isinstance(meant, Impossible):
        return meant
    if not is_same(meant, Meant.of(noted.facts), acceptance.form, what.right_number):
        return Impossible("It is proposed already with another right person: decline that one first.", "right_number")
    shown = _shown(acceptance, meant, what, noted.facts.get("agreement") or {})
    return Done("It is proposed already.", noted.id, noted.version, noted.state, data=shown)


async def _taken_back(
    connection: AsyncConnection, person: PersonFacts, acceptance: Acceptance, what: ProposeReversal
) -> Answer:
    """Taken back already: for the same right person it is done, for another it is not."""
    noted = await reversed_for(connection, person.id, acceptance.id)
    meant = await who_is_meant(connection, person, acceptance.form, what.right_number)
    if isinstance(meant, Impossible):
        return meant
    if noted is None:
        return Impossible("The acceptance was cancelled: the practice sends it again for whom it meant.", "practice")
    if not is_same(meant, noted, acceptance.form, what.right_number):
        sentence = "It was taken back already, and decided anew for another right person: look at that decision first."
        return Impossible(sentence, "right_number")
    return Done("It was taken back already.", transaction_id=acceptance.taken_back_by)


def _shown(acceptance: Acceptance, meant: Meant, what: ProposeReversal, items: Any) -> dict[str, Any]:
    """What the second person needs: the number, and how the form agrees with whoever has it. Words, and no values."""
    is_somebody = meant != Meant()
    return {
        "right_number": (what.right_number or acceptance.form.demographics.number) if is_somebody else None,
        "in_the_register": meant.patient_id is not None,
        "agreement": dict(items),
    }


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
