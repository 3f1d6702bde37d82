"""Begin a query."""

from dataclasses import dataclass
from uuid import UUID

from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.step import open_matter
from registry.transactions.queries.machine import QUERY
from registry.transactions.queries.models import query_messages
from registry.transactions.queries.rules import text_fault


@dataclass(frozen=True, slots=True)
class Asked:
    """The query's matter, and its first question."""

    id: UUID
    question: UUID


def ask(
    writes: Writes, context: Context, practice_id: UUID, person: PersonFacts | None, question: str, reason: str | None
) -> Asked | str:
    """Add a query to the batch, about a person who is locked or about nobody; or say why it cannot be asked.

    Of somebody restricted nothing is asked in writing: that a practice is asked at all says where they are.
    """
    fault = text_fault(question, context.policies.on("query_longest_text", context.today))
    if fault is not None:
        return f"This question cannot be sent: {fault}."
    if person is not None and person.restricted:
        return "Their whereabouts are protected: ring the practice, and write nothing."
    days: int = context.policies.on("query_working_days", context.today)["answer"]
    patient_id = None if person is None else person.id
    matter_id = open_matter(
        writes, context, QUERY,
        due_at=context.after_working_days(days), patient_id=patient_id, practice_id=practice_id, reason=reason,
    )  # fmt: skip
    asked = Asked(matter_id, uuid7())
    writes.insert(
        query_messages,
        id=asked.question,
        matter_id=matter_id,
        number=1,
        from_office=True,
        practice_id=practice_id,
        patient_id=patient_id,
        in_response_to=None,
        text=question.strip(),
        sent_at=context.now,
        told_by=None,
    )
    return asked
