"""The clerks of a simulated year: they look at every open case and decide it as well as they can."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from registry.policies.store import Policies
from registry.retry import retrying
from registry.transactions.context import Context
from registry.transactions.settle import Answer, Decision, NoSuchCase, Settled, Stale, settle
from registry.values.actor import Actor, ActorKind
from registry.values.clock import FixedClock

_OPEN = text(
    """
    select a.id, a.version, a.kind, a.evidence, t.kind as asked, t.command ->> 'number' as number,
      t.state = 'in-queue' as waits
    from anomalies a left join transactions t on t.id = a.transaction_id
    where a.state = 'open' and a.opened_at < :before order by a.opened_at, a.id
    """
)

CLERK = Actor(ActorKind.STAFF, "clerk")
_SURE = 6.0
"""The score from which a clerk takes the first candidate for the person on the form."""


@dataclass(slots=True)
class Clerks:
    """Works the queue. What they decide is counted."""

    engine: AsyncEngine
    clock: FixedClock
    policies: Policies
    decided: Counter[str] = field(default_factory=Counter[str])

    async def work(self) -> int:
        """Decide every case that was opened before now. Returns how many were settled."""
        async with self.engine.connect() as connection:
            rows = (await connection.execute(_OPEN, {"before": self.clock.now()})).mappings().all()
        return sum([await self._work(dict(row)) for row in rows])

    async def _work(self, case: dict[str, Any]) -> bool:
        version: int = case["version"]
        for action, items in _remedies(case):
            answer = await self._decide(case["id"], Decision(action, version, "as far as can be seen", **items))
            if isinstance(answer, Stale):
                version = answer.version
                answer = await self._decide(case["id"], Decision(action, version, "seen again", **items))
            if isinstance(answer, Settled):
                self.decided[f"{case['kind']}: {action}"] += 1
                return True
            if isinstance(answer, NoSuchCase):
                return False
        self.decided[f"{case['kind']}: left open"] += 1
        return False

    async def _decide(self, case_id: UUID, decision: Decision) -> Answer:
        context = Context(CLERK, self.clock, self.policies)

        async def act(connection: AsyncConnection) -> Answer:
            return await settle(connection, context, case_id, decision)

        return await retrying(self.engine, act)


def _remedies(case: dict[str, Any]) -> list[tuple[Any, dict[str, Any]]]:
    """What may be done about a case, the likeliest first; what is impossible is answered so, and the next is tried."""
    if not case["waits"]:
        return [("close", {})]
    if case["asked"] != "acceptance":
        by_number = [("accept", {"number": case["number"]})] if case["number"] else []
        return [*by_number, ("reject", {})]
    candidates = case["evidence"].get("candidates") or []
    best = candidates[0] if candidates else None
    this_one = [("accept", {"patient_id": UUID(best["patient_id"])})] if best else []
    sure = best is not None and (best["score"] is None or best["score"] >= _SURE)
    create: list[tuple[Any, dict[str, Any]]] = [("create", {})]
    return [*(this_one + create if sure else create + this_one), ("reject", {"code": "7"})]
