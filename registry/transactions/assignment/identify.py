"""An applicant who was unknown is found to be in the register: created by an acceptance, or held all along."""

from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.database import Writes
from registry.transactions.acts.act import Answer, Done, Impossible, Nothing, OnMatter, Stale, WrongState
from registry.transactions.acts.on_person import person_of
from registry.transactions.assignment.asked import Identify
from registry.transactions.assignment.machine import APPLICATION
from registry.transactions.assignment.vet import decide_by
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.kind import Work
from registry.transactions.matters.read import lock_matter
from registry.transactions.matters.step import advance

# Whose application it is is not a step's to change, so it is said in a statement of its own.
_IS_OF = text("update matters set patient_id = :patient_id where id = :id").bindparams(
    bindparam("patient_id", type_=Uuid), bindparam("id", type_=Uuid)
)

_STATED = text(
    """
    select p.id from assignment_applicants a join patients p on p.nhs_number = a.stated_number
    where a.matter_id = :id and p.status = 'live' for no key update of p skip locked
    """
).bindparams(bindparam("id", type_=Uuid))


async def identify(connection: AsyncConnection, context: Context, what: Identify) -> Answer:
    """Say who an applicant is. On the list of the practice that was told to accept them they are assigned; on
    another's they have registered; else a practice can now put them on its list at once."""
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    matter = await lock_matter(connection, what.id)
    if matter is None or matter.kind != APPLICATION.kind:
        return Nothing(APPLICATION.title.lower())
    if matter.version != what.version:
        return Stale(matter.version, {"state": matter.state, "due_at": matter.due_at})
    if APPLICATION.step(matter.state, "identify") is None:
        return WrongState(matter.state, APPLICATION.states_for("identify"))
    if matter.patient_id is not None:
        return Impossible("The application is of somebody in the register already.", "id")
    if person.status != "live":
        return Impossible("The record is of somebody who has died, or is no longer in use.", "nhs_number")
    if person.matter(APPLICATION.kind) is not None:
        return Impossible("Another application of theirs is open: withdraw one of the two.", "nhs_number")
    work = Work(connection, context, Writes(), matter, person)
    sentence, state = await is_person(work, person, what.reason or None)
    await work.writes.flush(connection)
    return Done(sentence, matter.id, matter.version + 1, state)


async def is_person(work: Work, person: PersonFacts, reason: str | None) -> tuple[str, str]:
    """Tie an application to a person, who is locked, and take the step that follows from where they are."""
    await work.connection.execute(_IS_OF, {"patient_id": person.id, "id": work.matter.id})
    held_by = None if person.membership is None else person.membership.practice_id
    if held_by is None:
        event, sentence = "identify", "The applicant is in the register, and on no list."
    elif work.matter.state == "awaiting-acceptance" and _was_accepted(work, person):
        event, sentence = "accepted", "The practice has accepted the applicant, as it was told."
    else:
        event, sentence = "register", "The applicant is on a practice's list."
    step = advance(
        work.writes, work.context, APPLICATION, work.matter, event, due_at=decide_by(work), reason=reason,
        transaction_id=None if person.membership is None else person.membership.transaction_id,
    )  # fmt: skip
    return sentence, step.after


def _was_accepted(work: Work, person: PersonFacts) -> bool:
    """Whether the practice that was told to accept them has done so since they applied; who was on its list
    before was assigned by nobody."""
    now, moved_at = person.membership, person.last_movement_at
    return (
        now is not None
        and now.practice_id == work.matter.practice_id
        and now.transaction_id is not None
        and moved_at is not None
        and moved_at >= work.matter.opened_at
    )


async def stated_person(connection: AsyncConnection, matter_id: UUID) -> UUID | None:
    """Who by now has the number that an applicant gave, locked; None where nobody has, or another works on them."""
    return (await connection.execute(_STATED, {"id": matter_id})).scalar_one_or_none()


async def take_back_offer(work: Work, what: OnMatter) -> str | Impossible:
    """The practice cannot accept the applicant; another is to be chosen."""
    if not what.reason:
        return Impossible("Say why the practice does not accept the applicant.", "reason")
    advance(
        work.writes, work.context, APPLICATION, work.matter, "take-back-offer",
        due_at=decide_by(work), reason=what.reason,
    )  # fmt: skip
    return "Another practice is to be chosen."
