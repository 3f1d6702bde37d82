"""A stored decision of the matcher, told step by step and decided again.

Candidates who are protected are not shown, because their levels say how places compare; then nothing
is decided again, and it is said why.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.matching.decide import ScoredCandidate
from registry.matching.explain import waterfall
from registry.matching.replay import Replayed, replay
from registry.transactions.finding.find import Found

# A transaction may have been considered more than once: each time has a decision of its own.
_STORED = text(
    """
    select d.id, d.transaction_id, d.outcome, d.model_version, d.normaliser_version, d.candidates, d.guard,
      d.decided_at
    from shown_match_decisions d where d.id = :id or d.transaction_id = :id order by d.decided_at, d.id
    """
).bindparams(bindparam("id", type_=Uuid))
# How many there are, and nothing of them: to tell whether some were left out.
_COUNTS = text("select id, jsonb_array_length(candidates) from match_decisions where id = any(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)


async def replay_stored(connection: AsyncConnection, decision_or_transaction: UUID) -> Found | None:
    """Every decision with this id, or taken for the transaction with it; None where there is none that may be shown."""
    rows = (await connection.execute(_STORED, {"id": decision_or_transaction})).mappings().all()
    if not rows:
        return None
    held = dict(tuple(row) for row in await connection.execute(_COUNTS, {"ids": [row["id"] for row in rows]}))
    people = [UUID(each["patient_id"]) for row in rows for each in row["candidates"]]
    return Found({"decisions": [_told({**row}, held[row["id"]]) for row in rows]}, tuple(dict.fromkeys(people)))


def _told(row: Mapping[str, Any], held: int) -> dict[str, Any]:
    replayed = replay(row)
    is_whole = len(row["candidates"]) == held
    facts = ("id", "transaction_id", "decided_at", "outcome", "guard", "model_version", "normaliser_version")
    decision = replayed.decision
    return {
        **{name: row[name] for name in facts},
        "model_at_hand": replayed.model_at_hand,
        "normaliser_at_hand": replayed.normaliser_at_hand,
        "candidates_left_out": not is_whole,
        "is_same": replayed.is_same if is_whole else None,
        "sentence": _sentence(replayed) if is_whole else _LEFT_OUT,
        "outcome_again": None if decision is None or not is_whole else decision.outcome.value,
        "guard_again": None if decision is None or decision.guard is None or not is_whole else decision.guard.value,
        "candidates": [] if decision is None else [_candidate(each, replayed) for each in decision.scored],
    }


_LEFT_OUT = "Somebody in it is protected: not all of it may be shown, and it is not decided again."


def _sentence(replayed: Replayed) -> str:
    if replayed.decision is None:
        return "A level in it is no longer known: it was decided by a version that is no longer at hand."
    if not replayed.model_at_hand:
        return "The model that decided is no longer at hand: the stored weights are added up, and not made again."
    if not replayed.is_same:
        return "It would not be decided so again: the rules of decision, or what people judged, have changed since."
    if not replayed.normaliser_at_hand:
        return "The same weights give the same decision; values are made comparable in another way since."
    return "The same levels give the same weights, the same scores and the same decision."


def _candidate(scored: ScoredCandidate, replayed: Replayed) -> dict[str, Any]:
    again = replayed.score_again.get(scored.patient_id)
    return {
        "patient_id": scored.patient_id,
        "score": round(scored.score, 6),
        "score_again": None if again is None else round(again, 6),
        "waterfall": waterfall(scored),
    }
