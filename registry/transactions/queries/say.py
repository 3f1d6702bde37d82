"""Say something in a query, as the office or as the practice, and take the step that this is."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.types import Uuid
from uuid_utils.compat import uuid7

from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance
from registry.transactions.queries.machine import QUERY
from registry.transactions.queries.models import query_messages
from registry.transactions.queries.rules import text_fault

_SAID = text("select id, number, from_office from query_messages where matter_id = :id order by number").bindparams(
    bindparam("id", type_=Uuid)
)


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said, by whom. `in_response_to` is the question that a practice answers; without it, a practice only
    remarks, and the office asks once more. `told_by` is whom a clerk heard it from."""

    text: str
    from_office: bool
    in_response_to: UUID | None = None
    told_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Nothing was written. `field` is `text`, `in_response_to` or `state`."""

    sentence: str
    field: str


@dataclass(frozen=True, slots=True)
class Said:
    """It is in the batch, with its step."""

    id: UUID
    state: str


async def say(work: Work, saying: Saying) -> Said | Unsaid:
    """Add it to the batch of a query in hand."""
    matter, context = work.matter, work.context
    longest: int = context.policies.on("query_longest_text", matter.trigger_on)
    fault = text_fault(saying.text, longest)
    if fault is not None:
        return Unsaid(f"This text cannot be sent: {fault}.", "text")
    before = (await work.connection.execute(_SAID, {"id": matter.id})).all()
    questions = {row.id for row in before if row.from_office}
    if saying.in_response_to is not None and (saying.from_office or saying.in_response_to not in questions):
        return Unsaid("What it answers is no question of this query.", "in_response_to")
    event = "ask" if saying.from_office else "remark" if saying.in_response_to is None else "answer"
    step = QUERY.step(matter.state, event)
    if step is None:
        allowed = " or ".join(QUERY.states_for(event))
        return Unsaid(f"The query is {matter.state}; this is done when it is {allowed}.", "state")
    days = context.policies.on("query_working_days", matter.trigger_on)
    due = {"ask": days["answer"], "answer": days["read"]}.get(event)
    advance(
        work.writes, context, QUERY, matter, event, reason=saying.reason,
        due_at=None if due is None else context.after_working_days(due),
    )  # fmt: skip
    return Said(_write(work, saying, len(before) + 1), step.after)


def _write(work: Work, saying: Saying, number: int) -> UUID:
    made = uuid7()
    work.writes.insert(
        query_messages,
        id=made,
        matter_id=work.matter.id,
        number=number,
        from_office=saying.from_office,
        practice_id=work.matter.practice_id,
        patient_id=work.matter.patient_id,
        in_response_to=saying.in_response_to,
        text=saying.text.strip(),
        sent_at=work.context.now,
        told_by=saying.told_by,
    )
    return made
