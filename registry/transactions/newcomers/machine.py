"""A newcomer without a practice: who asked for the number is expected to register the person, and is chased."""

from typing import Any
from uuid import UUID

from pydantic import Field

from registry.database import Writes
from registry.transactions.acts.act import Group, Impossible, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.kind import Kind, Work, declare
from registry.transactions.matters.machine import Machine, Stage, Step
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance, open_matter
from registry.values.period import acts_on, start_of_day

_EXPECTED, _CHASED = "awaiting-registration", "chased"
_OPEN = (_EXPECTED, _CHASED)

NEWCOMER = Machine(
    kind="newcomer",
    title="Newcomer without a practice",
    meaning="Somebody was given an NHS number at the request of a practice or of the office, and no practice has"
    " registered them yet.",
    source="PDS FHIR API, create a patient: a number is no registration; GP Links, acceptance",
    stages=(
        Stage(_EXPECTED, "A practice's acceptance is expected.", "registration", "acceptance"),
        Stage(_CHASED, "None came in time: whoever asked for the number is asked.", "registration", "acceptance"),
        Stage("registered", "On a practice's list."),
        Stage("closed", "Nobody will register them here: they left, died, or never came."),
        Stage("overtaken", "Their record was merged into another."),
    ),
    steps=(
        Step("chase", (_EXPECTED,), _CHASED, "The weeks have passed in which a practice registers whom it asked for."),
        Step("register", _OPEN, "registered", "A practice registered them."),
        Step("close", _OPEN, "closed", "The office learns that nobody will."),
        Step("die", _OPEN, "closed", "Their death is notified."),
        Step("overtake", _OPEN, "overtaken", "They were on record under another number."),
    ),
)


def expect_registration(
    writes: Writes, context: Context, patient_id: UUID, practice_id: UUID | None, transaction_id: UUID
) -> UUID:
    """Open the matter of somebody who was given a number; returns its id."""
    days: int = context.policies.on("newcomer_registration_days", context.today)
    return open_matter(
        writes,
        context,
        NEWCOMER,
        due_at=start_of_day(acts_on(context.today, days)),
        patient_id=patient_id,
        practice_id=practice_id,
        transaction_id=transaction_id,
    )


async def _falls_due(work: Work) -> str:
    """Registered meanwhile by a way that tells no matter, chased once, and escalated after that."""
    if work.person is not None and work.person.membership is not None:
        practice_id = work.person.membership.practice_id
        advance(work.writes, work.context, NEWCOMER, work.matter, "register", practice_id=practice_id)
        return "registered"
    if work.matter.state == _EXPECTED:
        days: int = work.context.policies.on("newcomer_chaser_working_days", work.matter.trigger_on)
        advance(work.writes, work.context, NEWCOMER, work.matter, "chase", due_at=work.context.after_working_days(days))
        return "chased"
    return "left"


def _registered(
    writes: Writes, context: Context, person: PersonFacts, matter: Matter, transaction_id: UUID | None
) -> None:
    advance(writes, context, NEWCOMER, matter, "register", transaction_id=transaction_id)


def _died(writes: Writes, context: Context, person: PersonFacts, matter: Matter, transaction_id: UUID | None) -> None:
    advance(writes, context, NEWCOMER, matter, "die", transaction_id=transaction_id)


NEWCOMERS = declare(Kind(NEWCOMER, _falls_due, {"registered": _registered, "died": _died}))


class CloseNewcomer(OnMatter):
    """A newcomer whom nobody will register here."""

    reason: str = Field("", max_length=2000, description="Where they are; kept, and never sent.")


async def _close(work: Work, what: CloseNewcomer) -> str | Impossible:
    if not what.reason:
        return Impossible("Say where they are, or how you know that they will not come.", "reason")
    advance(work.writes, work.context, NEWCOMER, work.matter, "close", reason=what.reason)
    return "Closed: nobody waits for a practice to register this person any more."


CLOSE_NEWCOMER: Any = matter_act(
    NEWCOMER,
    "newcomers",
    "close",
    CloseNewcomer,
    _close,
    summary="Stop waiting for a practice to register somebody who was given a number.",
    example="newcomers close 0192… --version 1 --reason 'went back before the term began'",
)

NEWCOMERS_GROUP = Group(
    "newcomers",
    "People who were given a number, and whom no practice has registered yet.",
    (CLOSE_NEWCOMER,),
)
