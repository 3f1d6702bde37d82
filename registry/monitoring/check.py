"""Every invariant of the register, of every part: checked, counted and timed."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir_api.events.invariants import EVENTS
from registry.monitoring.invariants import MONITORING
from registry.paper.invariants import PAPER
from registry.transactions.invariants import INVARIANTS as TRANSACTIONS
from registry.transactions.invariants import Breach, Invariant
from registry.transactions.invariants import check as check_some

__all__ = ["INVARIANTS", "Breach", "Checked", "check", "measure"]

INVARIANTS: tuple[Invariant, ...] = (*TRANSACTIONS, *PAPER, *MONITORING, *EVENTS)

_MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of checking one invariant: how many rows break it (some of them shown), and how long it took."""

    invariant: Invariant
    breaking: int
    rows: tuple[dict[str, Any], ...]
    seconds: float


async def check(connection: AsyncConnection) -> list[Breach]:
    """Run every invariant. Empty when all hold. Rows hold ids and counts, never names or numbers."""
    return await check_some(connection, INVARIANTS)


async def measure(connection: AsyncConnection, invariants: Iterable[Invariant] = INVARIANTS) -> list[Checked]:
    """Run every invariant, and tell of each how many rows break it and how long its query took."""
    return [await _measure(connection, each) for each in invariants]


async def _measure(connection: AsyncConnection, invariant: Invariant) -> Checked:
    counted = f"select broken.*, count(*) over () as rows_in_all from ({invariant.query}) broken limit {_MOST_ROWS}"
    begun = time.perf_counter()
    rows = [dict(row) for row in (await connection.execute(text(counted))).mappings()]
    seconds = time.perf_counter() - begun
    breaking = rows[0]["rows_in_all"] if rows else 0
    shown = tuple({name: value for name, value in row.items() if name != "rows_in_all"} for row in rows)
    return Checked(invariant, breaking, shown, seconds)
