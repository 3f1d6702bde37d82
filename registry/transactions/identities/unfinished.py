"""Whether a quarter may close: not while an old record is to leave its list within it."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.values.actor import Actor, ActorKind
from registry.vault.cases import Case, open_cases
from registry.vault.closed import VaultClosed
from registry.vault.door import in_vault
from registry.vault.window import count_cases

_SYSTEM = Actor(ActorKind.SYSTEM, "quarter-close")


async def unfinished_until(connection: AsyncConnection, ends_on: date, now: datetime) -> int:
    """How many lines of the ledger are still to be written that count until a day.

    Where there are cases and the vault does not open, all of them may be such.
    """
    counted = await count_cases(connection, now)
    if not counted.open:
        return 0
    try:
        async with in_vault(connection, _SYSTEM, now, "cases.counted") as vault:
            return sum(_counts_until(case, ends_on) for case in await open_cases(vault))
    except VaultClosed:
        return counted.open


def _counts_until(case: Case, ends_on: date) -> bool:
    leaves = case.facts.get("leaves")
    return leaves is not None and date.fromisoformat(leaves["counts_on"]) <= ends_on
