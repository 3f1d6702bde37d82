"""Keep a judgement."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Double, Text, Uuid
from uuid_utils.compat import uuid7

from registry.audit.record import record
from registry.database import Writes
from registry.matching.judgements.digest import digest_sql
from registry.matching.judgements.judgement import Door, MatcherSaid, Verdict, pair_of
from registry.values.actor import Actor

_KEEP = text(
    f"""
    insert into duplicate_judgements (id, patient_id, other_patient_id, version, other_version, digest, other_digest,
      judgement, judged_at, judged_by, reason, door, matter_id, anomaly_id, transaction_id, score, levels,
      model_version, normaliser_version)
    select :id, a.id, b.id, a.version, b.version, {digest_sql("a.id")}, {digest_sql("b.id")},
      :judgement, :now, :by, :reason, :door, :matter, :case, :transaction, :score, :levels, :model, :normaliser
    from patients a join patients b on b.id = :other where a.id = :one
    """
).bindparams(
    *(bindparam(name, type_=Uuid) for name in ("id", "one", "other", "matter", "case", "transaction")),
    *(bindparam(name, type_=Text) for name in ("judgement", "by", "reason", "door", "model", "normaliser")),
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("score", type_=Double),
    bindparam("levels", type_=JSONB(none_as_null=True)),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be kept. `by` is who judged, where that is another than who acts now (a ruling that waited)."""

    one: UUID
    other: UUID
    verdict: Verdict
    reason: str
    door: Door
    said: MatcherSaid | None = None
    matter_id: UUID | None = None
    case_id: UUID | None = None
    transaction_id: UUID | None = None
    by: str = ""


async def judge(connection: AsyncConnection, actor: Actor, now: datetime, judged: Judged) -> None:
    """Keep a judgement about two records as they are in the database now: write first what else changes them.

    Versions and digests are read by the statement itself. The audit has it too.
    """
    one, other = pair_of(judged.one, judged.other)
    said = judged.said
    values = {
        "id": uuid7(),
        "one": one,
        "other": other,
        "judgement": judged.verdict.value,
        "now": now,
        "by": judged.by or actor.name,
        "reason": judged.reason,
        "door": judged.door.value,
        "matter": judged.matter_id,
        "case": judged.case_id,
        "transaction": judged.transaction_id,
        "score": None if said is None else said.score,
        "levels": None if said is None else dict(said.levels),
        "model": None if said is None else said.model_version,
        "normaliser": None if said is None else said.normaliser_version,
    }
    await connection.execute(_KEEP, values)
    writes = Writes()
    subject = {"judgement": judged.verdict.value, "door": judged.door.value, "by": values["by"]}
    record(
        writes, actor, "pair.judged", now, patient_ids=(one, other), subject=subject,
        transaction_id=judged.transaction_id,
    )  # fmt: skip
    await writes.flush(connection)
