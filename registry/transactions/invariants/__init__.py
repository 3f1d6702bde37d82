"""What must always be true, as queries that return the rows for which it is not.

`registry check-invariants` runs them all; so do the tests after random operations.
docs/invariants.md explains each.
"""

from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.invariants.assignment import ASSIGNMENT
from registry.transactions.invariants.confusions import CONFUSIONS
from registry.transactions.invariants.core import CORE
from registry.transactions.invariants.deductions import DEDUCTIONS
from registry.transactions.invariants.fp69 import FP69
from registry.transactions.invariants.identities import IDENTITIES
from registry.transactions.invariants.invariant import Breach, Invariant
from registry.transactions.invariants.judgements import JUDGEMENTS
from registry.transactions.invariants.liaison import LIAISON
from registry.transactions.invariants.matters import MATTERS
from registry.transactions.invariants.merges import MERGES
from registry.transactions.invariants.particulars import PARTICULARS
from registry.transactions.invariants.protected import PROTECTED
from registry.transactions.invariants.queries import QUERIES
from registry.transactions.invariants.removals import REMOVALS
from registry.transactions.invariants.scheme import SCHEME
from registry.transactions.invariants.special_registrations import SPECIAL_REGISTRATIONS
from registry.transactions.invariants.sweeps import SWEEPS
from registry.transactions.invariants.taking_back import TAKING_BACK

__all__ = ["INVARIANTS", "Breach", "Invariant", "check"]

INVARIANTS: tuple[Invariant, ...] = (
    *CORE,
    *MATTERS,
    *SCHEME,
    *ASSIGNMENT,
    *REMOVALS,
    *DEDUCTIONS,
    *FP69,
    *SPECIAL_REGISTRATIONS,
    *TAKING_BACK,
    *IDENTITIES,
    *LIAISON,
    *CONFUSIONS,
    *MERGES,
    *JUDGEMENTS,
    *SWEEPS,
    *PARTICULARS,
    *PROTECTED,
    *QUERIES,
)

_MOST_ROWS = 20


async def check(connection: AsyncConnection, invariants: Iterable[Invariant] = INVARIANTS) -> list[Breach]:
    """Run invariants: those of this package unless others are given. Empty when all hold.

    Rows hold ids and counts, never names or numbers. Those of the packages above are added in
    `registry.monitoring.check`.
    """
    breaches: list[Breach] = []
    for invariant in invariants:
        rows = (await connection.execute(text(f"{invariant.query} limit {_MOST_ROWS}"))).mappings().all()
        if rows:
            breaches.append(Breach(invariant.name, invariant.sentence, tuple(dict(row) for row in rows)))
    return breaches
