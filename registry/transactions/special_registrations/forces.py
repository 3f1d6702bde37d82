"""People of the armed forces on an ordinary list: for two years at most, by written authorisation.

When the time is over, or they leave the list before, Defence Medical Services are told and the record
goes back. Somebody who leaves the forces meanwhile stays on the list as anybody.
"""

from uuid import UUID

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.due.unread import unread_about
from registry.transactions.facts import PersonFacts
from registry.transactions.leave import take_off
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.matters.kind import Kind, Work, declare
from registry.transactions.matters.machine import Machine, Stage, Step
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance, hold
from registry.transactions.office_transactions import note_transaction
from registry.transactions.rules.removal_reasons import RemovalReason

KIND = "forces-registration"
REGISTERED, RETURNING = "registered", "returning"

FORCES = Machine(
    kind=KIND,
    title="Registration of somebody in the armed forces",
    meaning="Defence Medical Services have agreed in writing that an ordinary practice cares for them for a while.",
    source="Contracts Regulations 2015 Sch 3 para 18; domain rules R1, 5.1 (forces_list)",
    stages=(
        Stage(REGISTERED, "On the practice's list.", "registration", "end of the authorisation"),
        Stage(RETURNING, "Off the list; the record is to go back to Defence Medical Services.", "registration",
              "return of the record"),
        Stage("ended", "The record has gone back."),
        Stage("ordinary", "They left the forces, and stay on the list as anybody."),
        Stage("ended-by-death", "The person died."),
    ),
    steps=(
        Step("finish", (REGISTERED,), RETURNING, "The last day is over: off the list."),
        Step("leave", (REGISTERED,), RETURNING, "They left the list before."),
        Step("record-returned", (RETURNING,), "ended", "The record has gone back."),
        Step("discharge", (REGISTERED,), "ordinary", "They left the forces."),
        Step("die", (REGISTERED, RETURNING), "ended-by-death", "Recorded as dead."),
    ),
)  # fmt: skip


async def _authorisation_ends(work: Work) -> str:
    """Off the list, unless something about the person is unread; a record that is not back in time is chased."""
    matter, person = work.matter, work.person
    if matter.state != REGISTERED or person is None:
        return "left"
    now = person.membership
    if now is None or now.practice_id != matter.practice_id:
        _begin_return(work.writes, work.context, person, matter, "leave", None)
        return "left"
    unread = await unread_about(work.connection, person)
    if unread is not None:
        hold(work.writes, work.context, matter, unread, work.context.after_working_days(1))
        return "held"
    transaction = note_transaction(
        work.writes,
        work.context,
        "special-registration",
        outcome="forces-ended",
        sentence="The authorised time is over: back in the care of Defence Medical Services.",
        command={"authorised_until": matter.facts["until"]},
        patient_id=person.id,
        practice_id=now.practice_id,
        matter_id=matter.id,
        source="clock",
    )
    take_off(work.writes, work.context, person, RemovalReason.AFL, transaction, matter_id=matter.id)
    _begin_return(work.writes, work.context, person, matter, "finish", transaction)
    return "deducted"


def _begin_return(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    matter: Matter,
    event: str,
    transaction_id: UUID | None,
) -> None:
    """Tell Defence Medical Services, and wait for the record to go back."""
    days = context.policies.on("forces_record_return_working_days", matter.trigger_on)
    said = {"ended_on": context.today.isoformat(), "authorisation": matter.facts["reference"]}
    write_letter(
        writes,
        context,
        Letter.FORCES_END,
        person,
        said,
        practice_id=matter.practice_id,
        transaction_id=transaction_id,
        matter_id=matter.id,
    )
    due_at = context.after_working_days(days)
    advance(writes, context, FORCES, matter, event, due_at=due_at, transaction_id=transaction_id)


def _left(writes: Writes, context: Context, person: PersonFacts, matter: Matter, transaction_id: UUID | None) -> None:
    if matter.state == REGISTERED:
        _begin_return(writes, context, person, matter, "leave", transaction_id)


def _died(writes: Writes, context: Context, person: PersonFacts, matter: Matter, transaction_id: UUID | None) -> None:
    advance(writes, context, FORCES, matter, "die", transaction_id=transaction_id)


FORCES_REGISTRATION = declare(Kind(FORCES, _authorisation_ends, {"registered": _left, "left": _left, "died": _died}))
