"""Carry out a reversal that a second person confirms, or decline it.

The form is compared once more with the person who was meant, as they are now: where they clearly
disagree, nothing is done.

1. The wrong person is back where they were, without a day's gap, and what the acceptance changed in
   their particulars is restored where nobody changed it since; the rest becomes a case.
2. Both practices are told. An approval that has not left is withdrawn, for another answer comes.
3. The acceptance is decided anew, for the person who was meant: by the ordinary way, so that it may
   have to wait for the national side or for a clerk.
"""

from uuid import UUID

from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.acts.act import Impossible, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.facts import PersonFacts
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance
from registry.transactions.models import transactions
from registry.transactions.office_transactions import note_transaction
from registry.transactions.outcome import Case, Outcome
from registry.transactions.recall import Recalled, recall
from registry.transactions.register import go_on
from registry.transactions.taking_back.afterwards import ask_about_the_rest, ended_by
from registry.transactions.taking_back.machine import REVERSAL
from registry.transactions.taking_back.particulars import take_back_particulars
from registry.transactions.taking_back.propose import in_the_way
from registry.transactions.taking_back.restore import put_back
from registry.transactions.taking_back.standing import last_standing
from registry.transactions.taking_back.wrong_person import (
    Acceptance,
    Meant,
    acceptance_of,
    agrees,
    form_anew,
    ruling_for,
)


async def _confirm(work: Work, what: OnMatter) -> str | Impossible:
    person, practice_id, facts = work.person, work.matter.practice_id, work.matter.facts
    if person is None or practice_id is None:
        raise ValueError("a reversal names its person and its practice")
    acceptance = await acceptance_of(work.connection, person.id, practice_id, UUID(facts["acceptance"]))
    if acceptance is None:
        raise ValueError("the acceptance of a reversal stays in the register")
    reason = await in_the_way(work.connection, person, practice_id, acceptance)
    if acceptance.taken_back_by is not None:
        reason = "It was taken back already."
    if reason is not None:
        return Impossible(reason)
    meant = Meant.of(facts)
    found = await agrees(work.connection, acceptance.form, meant, lock=True)
    if isinstance(found, Impossible):
        return Impossible(f"{found.sentence} Decline it.")
    by = uuid7()
    await _give_back(work, person, practice_id, acceptance, by)
    anew = await _decide_anew(work, person, acceptance, meant, what.reason)
    advance(
        work.writes,
        work.context,
        REVERSAL,
        work.matter,
        "confirm",
        reason=what.reason,
        transaction_id=by,
        facts={"decided_anew": str(anew.transaction_id)},
    )
    return f"The wrong person is back where they were. The acceptance, decided anew: {anew.sentence}"


async def _give_back(work: Work, person: PersonFacts, practice_id: UUID, acceptance: Acceptance, by: UUID) -> None:
    """The wrong person gets back their list and their particulars. Written at once: the next decision sees it."""
    writes, context, connection = Writes(), work.context, work.connection
    ended = await ended_by(connection, acceptance.id, person.id)
    if acceptance.moved:
        last = await last_standing(connection, person.id)
        if last is None:
            raise ValueError("an acceptance that moved somebody left a movement")
        put = await put_back(
            connection, writes, context, person, last, by, answered_anew=True, matter_id=work.matter.id
        )
        recalled = put.recalled
    else:
        recalled = await recall(connection, context, acceptance.id, person.id, ("F1", "F4"))
        writes.update(transactions, acceptance.id, taken_back_by=by)
    items = await take_back_particulars(connection, writes, context, person, acceptance.id, by)
    if _may_have_changed_the_doctor(person, practice_id, acceptance):
        items = (*items, "doctor")
    note_transaction(
        writes,
        context,
        "reversal",
        outcome="wrong-person-reversed",
        sentence="The registration was made onto the wrong person, and was taken back.",
        command={"acceptance": str(acceptance.id), "moved": acceptance.moved},
        patient_id=person.id,
        practice_id=practice_id,
        matter_id=work.matter.id,
        earlier_id=acceptance.id,
        transaction_id=by,
    )
    _tell_the_practice(writes, work, person, practice_id, acceptance, recalled, by)
    ask_about_the_rest(writes, context, person, ended, items, acceptance.id, by, practice_id)
    await writes.flush(connection)


def _may_have_changed_the_doctor(person: PersonFacts, practice_id: UUID, acceptance: Acceptance) -> bool:
    """Of a change of doctor inside a practice the register keeps no former state: somebody is to ask."""
    now = person.membership
    stays = not acceptance.moved and now is not None and now.practice_id == practice_id
    return stays and now is not None and now.gp_code == acceptance.form.origin.gp_code


def _tell_the_practice(
    writes: Writes,
    work: Work,
    person: PersonFacts,
    practice_id: UUID,
    acceptance: Acceptance,
    recalled: Recalled,
    by: UUID,
) -> None:
    """By letter, where it had an answer that named the wrong person."""
    if recalled.holds(practice_id, "F4"):
        return
    write_letter(
        writes,
        work.context,
        Letter.WRONG_PERSON,
        person,
        {"acceptance_number": acceptance.form.origin.transaction_number},
        practice_id=practice_id,
        transaction_id=by,
        matter_id=work.matter.id,
    )


async def _decide_anew(work: Work, wrong: PersonFacts, acceptance: Acceptance, meant: Meant, reason: str) -> Outcome:
    case = Case(uuid7(), form_anew(acceptance, meant), earlier_id=acceptance.id)
    ruling = ruling_for(meant, wrong.id, reason or "registered onto the wrong person", work.context.actor.name)
    return await go_on(work.connection, work.context, case, ruling=ruling)


async def _decline(work: Work, what: OnMatter) -> str | Impossible:
    if not what.reason:
        return Impossible("Say why.", "reason")
    advance(work.writes, work.context, REVERSAL, work.matter, "decline", reason=what.reason)
    return "Declined; nothing was done."


CONFIRM = matter_act(
    REVERSAL,
    "undo",
    "confirm",
    OnMatter,
    _confirm,
    summary="Confirm that a registration was made onto the wrong person: both people go where they belong.",
    example="undo confirm 0197b0de-0000-7000-8000-000000000001 --version 1",
)
DECLINE = matter_act(
    REVERSAL,
    "undo",
    "decline",
    OnMatter,
    _decline,
    summary="Decline a proposed reversal; nothing is done.",
    example='undo decline 0197b0de-0000-7000-8000-000000000001 --version 1 --reason "it was this person"',
)
