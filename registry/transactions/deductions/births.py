"""A birth that was notified: a number is given out, and the child is expected on a practice's list.

A birth notice registers nobody: the practice's acceptance does (type 1, which always brings the
number). Until it comes the birth is a matter of the office, chased when the weeks in which
births are registered have passed.
"""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid

from registry.database import Writes
from registry.transactions.acts.act import Impossible, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.context import Context
from registry.transactions.matters.kind import Kind, Work, declare
from registry.transactions.matters.machine import Machine, Stage, Step
from registry.transactions.matters.read import lock_matter
from registry.transactions.matters.step import advance, open_matter
from registry.transactions.notices.models import birth_notices
from registry.values.period import acts_on, start_of_day

_EXPECTED, _CHASED = "awaiting-registration", "chased"

BIRTH = Machine(
    kind="birth",
    title="Birth without a practice",
    meaning="A birth was notified, with its NHS number; no practice has registered the child yet.",
    source="NHS Numbers for Babies; GP Links acceptance type 1",
    stages=(
        Stage(_EXPECTED, "A practice's acceptance of type 1 is expected.", "registration", "acceptance"),
        Stage(_CHASED, "None came in time: the family or the health visitor is asked.", "registration", "acceptance"),
        Stage("registered", "The child is on a practice's list."),
        Stage("closed", "The child will not be registered here: abroad, elsewhere, or died."),
    ),
    steps=(
        Step("chase", (_EXPECTED,), _CHASED, "The weeks have passed in which births are registered."),
        Step("registered", (_EXPECTED, _CHASED), "registered", "A practice registered the child."),
        Step("close", (_EXPECTED, _CHASED), "closed", "The office learns that nobody will."),
        Step("died", (_EXPECTED, _CHASED), "closed", "The death of the child is notified."),
    ),
)

_OPEN = text(
    "select b.matter_id from birth_notices b join matters m on m.id = b.matter_id"
    " where b.nhs_number = :number and m.closed_at is null"
).bindparams(bindparam("number", type_=Text))

_HOLDER = text(
    "select h.list_id from birth_notices b join patients p on p.nhs_number = b.nhs_number"
    " join list_memberships h on h.patient_id = p.id where b.matter_id = :id order by h.posted_at desc limit 1"
).bindparams(bindparam("id", type_=Uuid))


def expect_birth(writes: Writes, context: Context, number: str, born_on: date, sex: str, notified_on: date) -> UUID:
    """Open the matter of a birth that nobody has registered; returns its id. One for a number."""
    days: int = context.policies.on("birth_registration_days", notified_on)
    due = start_of_day(acts_on(max(born_on, notified_on), days))
    matter_id = open_matter(
        writes, context, BIRTH, due_at=due, facts={"born_on": born_on.isoformat()}, trigger_on=notified_on
    )
    writes.insert(
        birth_notices,
        nhs_number=number,
        born_on=born_on.isoformat(),
        sex=sex,
        notified_on=notified_on.isoformat(),
        matter_id=matter_id,
    )
    return matter_id


async def end_birth(
    connection: AsyncConnection,
    context: Context,
    number: str,
    event: str,
    transaction_id: UUID | None = None,
    practice_id: UUID | None = None,
) -> UUID | None:
    """End the open matter of a birth by its number: `registered` or `died`. Returns its id, or None for none."""
    matter_id: UUID | None = (await connection.execute(_OPEN, {"number": number})).scalar_one_or_none()
    matter = None if matter_id is None else await lock_matter(connection, matter_id)
    if matter is None or BIRTH.step(matter.state, event) is None:
        return None
    writes = Writes()
    advance(writes, context, BIRTH, matter, event, practice_id=practice_id, transaction_id=transaction_id)
    await writes.flush(connection)
    return matter.id


async def _falls_due(work: Work) -> str:
    """Registered meanwhile by another way, chased once, and escalated after that."""
    holder: UUID | None = (await work.connection.execute(_HOLDER, {"id": work.matter.id})).scalar_one_or_none()
    if holder is not None:
        advance(work.writes, work.context, BIRTH, work.matter, "registered", practice_id=holder)
        return "registered"
    if work.matter.state == _EXPECTED:
        days: int = work.context.policies.on("birth_chaser_working_days", work.matter.trigger_on)
        due = work.context.after_working_days(days)
        advance(work.writes, work.context, BIRTH, work.matter, "chase", due_at=due)
        return "chased"
    return "left"


BIRTHS = declare(Kind(BIRTH, falls_due=_falls_due))


class CloseBirth(OnMatter):
    """A child who will not be registered here."""

    reason: str = Field("", max_length=2000, description="Where the child is; kept, and never sent.")


async def _close(work: Work, what: CloseBirth) -> str | Impossible:
    if not what.reason:
        return Impossible("Say where the child is.", "reason")
    advance(work.writes, work.context, BIRTH, work.matter, "close", reason=what.reason)
    return "Closed: nobody waits for this child any more."


CLOSE_BIRTH: Any = matter_act(
    BIRTH,
    "deductions",
    "close",
    CloseBirth,
    _close,
    name="close-birth",
    summary="Stop waiting for a practice to register a child who was born.",
    example="deductions close-birth 0192… --version 1 --reason 'family lives in Wales'",
)
