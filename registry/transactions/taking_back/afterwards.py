"""What a transaction ended, and what is to be looked at again once it is taken back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.due.chase import open_chaser
from registry.transactions.facts import PersonFacts

# What one unit of work does is done within moments, and nobody else touches the person meanwhile.
_ENDED = text(
    """
    select json_build_object(
      'matters', (
        select json_agg(json_build_object('id', m.id, 'kind', m.kind, 'state', m.state) order by m.id)
        from matters m join matter_events e on e.matter_id = m.id and e.version = m.version
        where e.transaction_id = :transaction_id and m.patient_id = :patient_id and m.closed_at is not null),
      'requests', (
        select json_agg(json_build_object('id', t.id, 'kind', t.kind, 'outcome', t.outcome) order by t.id)
        from pending_deductions d join transactions t on t.id = d.transaction_id
        join transactions by on by.id = :transaction_id
        where d.patient_id = :patient_id and d.state in ('superseded', 'cancelled')
          and d.closed_at between by.posted_at - interval '5 seconds' and by.posted_at + interval '5 seconds'
          and d.transaction_id <> :transaction_id))
    """
).bindparams(bindparam("transaction_id", type_=Uuid), bindparam("patient_id", type_=Uuid))

KIND = "taken-back-leaves-questions"
"""The kind of the case."""
_SENTENCE = "A transaction was taken back; look again at what it had ended, and at what was changed since."


@dataclass(frozen=True, slots=True)
class Ended:
    """The matters and the pending deductions that a transaction ended: ids, kinds and states."""

    matters: tuple[dict[str, Any], ...]
    requests: tuple[dict[str, Any], ...]

    def __bool__(self) -> bool:
        return bool(self.matters or self.requests)


async def ended_by(connection: AsyncConnection, transaction_id: UUID, patient_id: UUID) -> Ended:
    """What about a person a transaction ended."""
    values = {"transaction_id": transaction_id, "patient_id": patient_id}
    found: dict[str, Any] = (await connection.execute(_ENDED, values)).scalar_one()
    return Ended(tuple(found["matters"] or ()), tuple(found["requests"] or ()))


def ask_about_the_rest(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    ended: Ended,
    items: tuple[str, ...],
    taken_back: UUID,
    by: UUID,
    practice_id: UUID | None = None,
) -> UUID | None:
    """Open a case for what nobody can undo by rule; None where nothing is left. It may be closed with a reason."""
    if not ended and not items:
        return None
    evidence = {
        "taken_back": str(taken_back),
        "by": str(by),
        "matters": list(ended.matters),
        "requests": list(ended.requests),
        "changed_since": list(items),
    }
    return open_chaser(
        writes, context, KIND, _SENTENCE, practice_id=practice_id, patient_ids=(person.id,), evidence=evidence
    )
