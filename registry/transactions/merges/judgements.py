"""What somebody judged of a pair: two people. It holds until one of them changes; a search for duplicates asks here."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid
from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.merges.models import duplicate_judgements

# Who was judged to be another than A is another than whoever A was merged into.
_LAST = text(
    """
    select j.judged_at, j.judged_by, j.reason, (
        select bool_and(p.version = case p.id when j.patient_id then j.version else j.other_version end)
        from patients p where p.id in (j.patient_id, j.other_patient_id)) as holds
    from duplicate_judgements j
    join patients a on a.id = j.patient_id join patients b on b.id = j.other_patient_id
    where least(coalesce(a.merged_into, a.id), coalesce(b.merged_into, b.id)) = least(cast(:one as uuid), :other)
      and greatest(coalesce(a.merged_into, a.id), coalesce(b.merged_into, b.id)) = greatest(cast(:one as uuid), :other)
      and (j.patient_id = any(array(select id from patients where id = :one or merged_into = :one))
        or j.other_patient_id = any(array(select id from patients where id = :one or merged_into = :one)))
    order by j.judged_at desc limit 1
    """
).bindparams(bindparam("one", type_=Uuid), bindparam("other", type_=Uuid))


@dataclass(frozen=True, slots=True)
class Judgement:
    """That two records are two people. `holds` while neither record has changed since."""

    at: datetime
    by: str
    reason: str
    holds: bool


async def last_judgement(connection: AsyncConnection, one: UUID, other: UUID) -> Judgement | None:
    """The last judgement about a pair, or about what was merged into either; None where nobody judged."""
    row = (await connection.execute(_LAST, {"one": one, "other": other})).one_or_none()
    return None if row is None else Judgement(row.judged_at, row.judged_by, row.reason, row.holds)


def judge_two_people(
    writes: Writes,
    context: Context,
    one: PersonFacts,
    other: PersonFacts,
    reason: str,
    matter_id: UUID | None,
    *,
    versions: tuple[int, int] | None = None,
) -> None:
    """Keep that two records are two people. `versions` are those of the two where this unit of work makes new ones."""
    mine, theirs = versions or (one.version, other.version)
    (first, version), (second, other_version) = sorted(((one.id, mine), (other.id, theirs)))
    writes.insert(
        duplicate_judgements,
        id=uuid7(),
        patient_id=first,
        other_patient_id=second,
        version=version,
        other_version=other_version,
        judged_at=context.now,
        judged_by=context.actor.name,
        reason=reason,
        matter_id=matter_id,
    )
