"""What is kept of a decision."""

from datetime import datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from registry.matching.decide import MatchDecision
from registry.matching.explain import stored_decision


def decision_row(decision: MatchDecision, transaction_id: UUID | None, decided_at: datetime) -> dict[str, Any]:
    """A row of `match_decisions`, with an id of its own, for the unit of work that acts on the decision."""
    return {
        "id": uuid7(),
        "transaction_id": transaction_id,
        "decided_at": decided_at,
        **stored_decision(decision),
    }
