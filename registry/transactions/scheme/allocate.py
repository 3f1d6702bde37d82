"""Give somebody of the scheme a practice of the scheme.

1. On its list, unless they are there already: one movement, an F2 to the practice that had them.
2. The patient is told the same day: the practice, how to reach it, which practice not to attend.
3. The practice is told by letter, for GP Links has no message for it.
"""

from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from registry.transactions.acts.act import Impossible
from registry.transactions.facts import PersonFacts
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance
from registry.transactions.office_transactions import note_transaction
from registry.transactions.place import put_on
from registry.transactions.scheme.asked import Allocate
from registry.transactions.scheme.find import FoundPractice, find_practice, scheme_entry, serving
from registry.transactions.scheme.placement import PLACEMENT, called_at, review_by
from registry.transactions.scheme.whom import note, whom


async def allocate(work: Work, asked: Allocate) -> str | Impossible:
    """Put the person on the list of a practice that serves the area. A closed list is no hindrance: it agreed to
    take them. A move does not put off the next review."""
    context, matter, person = work.context, work.matter, whom(work)
    area = matter.facts["area"]
    practice = await find_practice(work.connection, asked.practice, context.today, asked.gp_code)
    if practice is None:
        return Impossible("There is no practice with this ODS code.", "practice")
    entry = await scheme_entry(work.connection, practice.facts.id, area, context.today)
    if entry is None:
        serve = ", ".join(await serving(work.connection, area, context.today)) or "none yet: `scheme providers-add`"
        return Impossible(f"The practice takes nobody of the scheme from {area}; those that do: {serve}.", "practice")
    if not practice.gp_code:
        return Impossible("The practice has no such doctor on this day.", "gp_code")
    transaction_id = _put(work, person, practice)
    review_on = review_by(matter, context)
    facts = {
        "placed_with": practice.facts.id,
        "placed_on": context.today,
        "first_placed_on": matter.facts.get("first_placed_on", context.today.isoformat()),
        "review_on": review_on,
    }
    advance(
        work.writes,
        context,
        PLACEMENT,
        matter,
        "allocate",
        due_at=called_at(review_on, matter, context),
        facts=facts,
        practice_id=practice.facts.id,
        transaction_id=transaction_id,
    )
    _tell(work, person, practice, entry["contact"], transaction_id)
    note(work, "allocate", asked)
    return f"On the list of {practice.facts.ods_code}; to be reviewed by {review_on.isoformat()}."


def _put(work: Work, person: PersonFacts, practice: FoundPractice) -> UUID | None:
    """The movement and its transaction; None where the person is there already."""
    if person.membership is not None and person.membership.practice_id == practice.facts.id:
        return None
    transaction_id = uuid7()
    note_transaction(
        work.writes,
        work.context,
        "placement",
        outcome="placed",
        sentence="Put on the practice's list by the office.",
        command={"practice": practice.facts.ods_code},
        patient_id=person.id,
        practice_id=practice.facts.id,
        matter_id=work.matter.id,
        transaction_id=transaction_id,
    )
    put_on(
        work.writes,
        work.context,
        person,
        practice.facts,
        practice.gp_code,
        "placement",
        transaction_id,
        matter_id=work.matter.id,
    )
    return transaction_id


def _tell(work: Work, person: PersonFacts, practice: FoundPractice, contact: str, transaction_id: UUID | None) -> None:
    context, matter = work.context, work.matter
    days: dict[str, int] = context.policies.on("scheme_appeal_days", matter.trigger_on)
    content: dict[str, Any] = {
        "practice": practice.facts.ods_code,
        "contact": contact,
        "not_to_attend": None
        if matter.facts["removed_from"] == str(practice.facts.id)
        else matter.facts["removed_from"],
        "appeal_within_days": days["placement"],
        "from": context.today,
    }
    rows = ((Letter.SCHEME_ALLOCATION, content), (Letter.SCHEME_ALLOCATION_COPY, {"from": context.today}))
    for kind, what in rows:
        write_letter(
            work.writes,
            context,
            kind,
            person,
            what,
            practice_id=practice.facts.id,
            transaction_id=transaction_id,
            matter_id=matter.id,
        )
