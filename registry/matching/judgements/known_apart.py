"""Pairs of records that a person holds to be two people."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.matching.judgements.digest import holds_sql
from registry.matching.judgements.judgement import Pair, pair_of

# The last judgement of a pair counts. Of whoever was merged away none holds: the keys are the survivor's by now.
_HELD_APART = text(
    f"""
    select l.patient_id, l.other_patient_id from (
      select distinct on (j.patient_id, j.other_patient_id) j.* from duplicate_judgements j
      where cast(:people as uuid[]) is null or j.patient_id = any(:people) or j.other_patient_id = any(:people)
      order by j.patient_id, j.other_patient_id, j.judged_at desc, j.id desc) l
    join patients a on a.id = l.patient_id join patients b on b.id = l.other_patient_id
    where l.judgement in ('different', 'household') and a.merged_into is null and b.merged_into is null
      and {holds_sql("l.digest", "l.version", "a")} and {holds_sql("l.other_digest", "l.other_version", "b")}
    """
).bindparams(bindparam("people", type_=ARRAY(Uuid)))


async def pairs_held_apart(connection: AsyncConnection, people: Collection[UUID] | None = None) -> set[Pair]:
    """Pairs judged to be two people, whose facts are as they were then; with `people`, those with one among them."""
    named = None if people is None else list(people)
    rows = (await connection.execute(_HELD_APART, {"people": named})).all()
    return {pair_of(row.patient_id, row.other_patient_id) for row in rows}
