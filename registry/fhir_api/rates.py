"""How often a caller may ask: a bucket of tokens for each, which fills by the second and from which each request takes.

Kept in the process: with several processes of the API each has its share of a caller's requests and a bucket of its
own, so that the rate of all together is at most so many times as high. Source: PDS FHIR API, rate limits (429, and
less often for creation); the numbers are the policy `fhir_rate`.
"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from prometheus_client import Counter
from starlette.requests import Request

from registry.errors import RequestError
from registry.fhir import refusals
from registry.fhir_api.interaction import Interaction
from registry.metrics import METRICS
from registry.policies.store import Policies
from registry.security.callers import Caller
from registry.values.period import london_date

_MOST_BUCKETS = 10_000
"""When there are more, those that are full again are let go."""
THROTTLED = Counter(
    "registry_fhir_throttled", "Requests that were told to wait, by interaction.", ("interaction",), registry=METRICS
)


@dataclass(slots=True)
class Bucket:
    """What a caller has left, and when that was so (monotonic seconds)."""

    tokens: float
    at: float


@dataclass(slots=True)
class Buckets:
    """The buckets of one process."""

    _of: dict[tuple[str, UUID | None], Bucket] = field(default_factory=dict[tuple[str, UUID | None], Bucket])

    def take(
        self, who: tuple[str, UUID | None], cost: float, *, per_second: float, burst: float, now: float
    ) -> float | None:
        """Take `cost` tokens; None where there were enough, else the seconds until there are.

        `burst` is how many a bucket holds, `per_second` how fast it fills. What costs more than a bucket holds
        takes a full one.
        """
        bucket = self._of.get(who)
        if bucket is None:
            if len(self._of) >= _MOST_BUCKETS:
                self._let_go(per_second, burst, now)
            bucket = self._of[who] = Bucket(burst, now)
        bucket.tokens = min(burst, bucket.tokens + (now - bucket.at) * per_second)
        bucket.at = now
        wanted = min(cost, burst)
        if bucket.tokens >= wanted:
            bucket.tokens -= wanted
            return None
        return (wanted - bucket.tokens) / per_second

    def _let_go(self, per_second: float, burst: float, now: float) -> None:
        full = [who for who, each in self._of.items() if each.tokens + (now - each.at) * per_second >= burst]
        for who in full or [next(iter(self._of))]:
            del self._of[who]


def cost_of(declared: Interaction, costs: Mapping[str, float]) -> float:
    """What a request costs: by the name of its operation (`$match`), by its kind (`search-type`), or 1."""
    named = costs.get(f"${declared.operation}") if declared.operation else None
    return float(costs.get(declared.code, 1) if named is None else named)


def spend(request: Request, caller: Caller, declared: Interaction, policies: Policies) -> None:
    """Let a request through, or raise RequestError (429) that says when to come again."""
    rate: Mapping[str, Any] | None = policies.on("fhir_rate", london_date(request.app.state.clock.now()))
    if not rate:
        return
    wait = _buckets(request).take(
        (caller.actor.name, caller.practice_id),
        cost_of(declared, rate.get("costs", {})),
        per_second=float(rate["per_second"]),
        burst=float(rate["burst"]),
        now=time.monotonic(),
    )
    if wait is not None:
        THROTTLED.labels(declared.operation or declared.code).inc()
        raise too_many(math.ceil(wait), "Too many requests in a short time")


def too_many(seconds: int, text: str) -> RequestError:
    """429: to come again in so many seconds."""
    error = refusals.refusal(429, "TOO_MANY_REQUESTS", text)
    error.retry_after = max(1, seconds)
    return error


def _buckets(request: Request) -> Buckets:
    state = request.app.state
    if not hasattr(state, "fhir_buckets"):
        state.fhir_buckets = Buckets()
    return state.fhir_buckets
