"""Do what has fallen due. Every clock of the register is a row with its instant, found here.

Run every minute by the worker, and by `registry jobs run` with the clock at each instant.
Each item is its own unit of work, so that one that fails holds up no other.
"""

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from registry.transactions.context import Context
from registry.transactions.counter_fraud.monthly import PATTERNS_DUE
from registry.transactions.due.cases import CASES
from registry.transactions.due.deadline import Done
from registry.transactions.due.deductions import DEDUCTIONS
from registry.transactions.due.letters import LETTERS
from registry.transactions.due.matters import MATTERS
from registry.transactions.due.questions import QUESTIONS
from registry.transactions.due.receipts import RECEIPTS
from registry.transactions.due.rejections import REJECTIONS
from registry.transactions.due.traces import TRACES
from registry.transactions.identities.clock import IDENTITIES, next_identity_work

DEADLINES = (LETTERS, DEDUCTIONS, QUESTIONS, MATTERS, TRACES, CASES, REJECTIONS, RECEIPTS, PATTERNS_DUE, IDENTITIES)
"""Every clock, in the order in which they strike."""

_NEXT = text(f"select min(at) from ({' union all '.join(each.next_sql for each in DEADLINES)}) due")


async def next_due(connection: AsyncConnection) -> datetime | None:
    """The earliest instant at which something falls due, or None when nothing ever will."""
    found = ((await connection.execute(_NEXT)).scalar_one(), await next_identity_work(connection, datetime.now(UTC)))
    return min((each for each in found if each is not None), default=None)


async def fall_due(engine: AsyncEngine, context: Context) -> Done:
    """Do everything that is due at the context's present. Safe to run twice and side by side."""
    done = Done()
    for deadline in DEADLINES:
        done.update(await deadline.strike(engine, context))
    return Done({name: count for name, count in done.items() if count})
