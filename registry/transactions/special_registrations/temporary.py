"""Temporary residents: at a practice for more than a day and at most three months, and never on its list.

They make no movement, are never counted, and nothing about them is ever sent on the links. A stay ends
by its date. One that lasts as long as it may means that the person has not gone back: then the office
inquires whether they are coming back to their own practice (domain rules R7, TRA).
"""

from datetime import date, timedelta
from uuid import UUID

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.deductions.causes import Cause
from registry.transactions.deductions.notice import Notice
from registry.transactions.deductions.take_notice import take_notice
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.kind import Kind, Work, declare
from registry.transactions.matters.machine import Machine, Stage, Step
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance

KIND = "temporary-residence"
STAYING = "staying"

TEMPORARY = Machine(
    kind=KIND,
    title="Temporary resident",
    meaning="Somebody is cared for by a practice away from home. They stay on the list that they are on, if any.",
    source="Contracts Regulations 2015 Sch 3 para 32; NHAIS manual 3.4; domain rules R1, R7",
    stages=(
        Stage(STAYING, "With the practice for some time.", "registration", "departure"),
        Stage("ended", "They went home, or on; or the stay ended by its date."),
        Stage("inquired-after", "Three months are over: the office asks whether they are coming back."),
        Stage("registered", "A practice accepted them meanwhile."),
        Stage("ended-by-death", "The person died."),
    ),
    steps=(
        Step("extend", (STAYING,), STAYING, "They stay longer, within three months."),
        Step("end", (STAYING,), "ended", "They have left."),
        Step("end-by-date", (STAYING,), "ended", "The last day is over."),
        Step("inquire", (STAYING,), "inquired-after", "The longest stay is over, and nobody said that they left."),
        Step("register", (STAYING,), "registered", "On a practice's list, or accepted again by their own."),
        Step("die", (STAYING,), "ended-by-death", "Recorded as dead."),
    ),
)


async def _last_day_is_over(work: Work) -> str:
    """End the stay; after the longest one, ask whether whoever is on a list is coming back to it."""
    person, facts = work.person, work.matter.facts
    until, limit = date.fromisoformat(facts["until"]), date.fromisoformat(facts["limit"])
    away = person is not None and person.membership is not None and not person.is_dead
    number = None if person is None else person.nhs_number
    if until < limit or not away or number is None:
        advance(work.writes, work.context, TEMPORARY, work.matter, "end-by-date")
        return "ended"
    notice = Notice(
        cause=Cause.TEMPORARY_RESIDENT,
        number=number,
        notified_on=max(work.context.today, limit + timedelta(days=1)),
        happened_on=date.fromisoformat(facts["since"]),
        by="practice",
    )
    taken = await take_notice(work.connection, work.context, notice)
    advance(
        work.writes,
        work.context,
        TEMPORARY,
        work.matter,
        "inquire",
        reason=taken.sentence,
        transaction_id=taken.transaction_id,
    )
    return "inquired"


def _registered(
    writes: Writes, context: Context, person: PersonFacts, matter: Matter, transaction_id: UUID | None
) -> None:
    advance(writes, context, TEMPORARY, matter, "register", transaction_id=transaction_id)


def _died(writes: Writes, context: Context, person: PersonFacts, matter: Matter, transaction_id: UUID | None) -> None:
    advance(writes, context, TEMPORARY, matter, "die", transaction_id=transaction_id)


TEMPORARY_RESIDENCE = declare(
    Kind(TEMPORARY, _last_day_is_over, {"registered": _registered, "accepted-again": _registered, "died": _died})
)
"""Leaving every list ends nothing: the stay goes on."""
