"""What people judged of a pair, and of a record."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.matching.judgements.digest import holds_sql
from registry.matching.judgements.judgement import Door, Judgement, MatcherSaid, Verdict

_COLUMNS = f"""
    select j.patient_id, j.other_patient_id, j.judgement, j.judged_at, j.judged_by, j.reason, j.door, j.score,
      j.levels, j.model_version, j.normaliser_version,
      {holds_sql("j.digest", "j.version", "a")} and {holds_sql("j.other_digest", "j.other_version", "b")}
        and a.merged_into is null and b.merged_into is null as holds
    from duplicate_judgements j
    join patients a on a.id = j.patient_id join patients b on b.id = j.other_patient_id
"""

# Who was judged to be another than A is another than whoever A was merged into.
_LAST = text(
    f"""{_COLUMNS}
    where least(coalesce(a.merged_into, a.id), coalesce(b.merged_into, b.id)) = least(cast(:one as uuid), :other)
      and greatest(coalesce(a.merged_into, a.id), coalesce(b.merged_into, b.id)) = greatest(cast(:one as uuid), :other)
      and (j.patient_id = any(array(select id from patients where id = :one or merged_into = :one))
        or j.other_patient_id = any(array(select id from patients where id = :one or merged_into = :one)))
    order by j.judged_at desc, j.id desc limit 1
    """
).bindparams(bindparam("one", type_=Uuid), bindparam("other", type_=Uuid))

_OF_RECORD = text(
    f"""{_COLUMNS}
    where j.patient_id = any(array(select id from patients where id = :id or merged_into = :id))
      or j.other_patient_id = any(array(select id from patients where id = :id or merged_into = :id))
    order by j.judged_at, j.id
    """
).bindparams(bindparam("id", type_=Uuid))


async def last_judgement(connection: AsyncConnection, one: UUID, other: UUID) -> Judgement | None:
    """The last judgement about a pair, or about what was merged into either; None where nobody judged."""
    row = (await connection.execute(_LAST, {"one": one, "other": other})).mappings().one_or_none()
    return None if row is None else _judgement(row)


async def judgements_of(connection: AsyncConnection, patient_id: UUID) -> list[Judgement]:
    """Every judgement about a record, or about what was merged into it, in the order in which they were made."""
    return [_judgement(row) for row in (await connection.execute(_OF_RECORD, {"id": patient_id})).mappings()]


def _judgement(row: Mapping[Any, Any]) -> Judgement:
    said = None
    if row["score"] is not None:
        said = MatcherSaid(row["score"], row["levels"], row["model_version"], row["normaliser_version"])
    return Judgement(
        row["patient_id"],
        row["other_patient_id"],
        Verdict(row["judgement"]),
        row["judged_at"],
        row["judged_by"],
        row["reason"],
        Door(row["door"]),
        said,
        bool(row["holds"]),
    )
