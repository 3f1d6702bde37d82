"""Give somebody whom nobody knows an NHS number, in one unit of work.

1. The advisory locks of whoever may be new, so that many who ask for one person at once make one.
2. Who fits, of the people whom the register holds: anybody stops it, unless somebody of the office has looked at
   exactly these and holds them to be others.
3. A number of the reserve, the person, and what follows.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.jobs import names
from registry.jobs.enqueue import enqueue
from registry.matching.incoming import incoming_from
from registry.matching.locks import lock_keys as keys_to_lock
from registry.patients.reserve import take_number
from registry.transactions.context import Context
from registry.transactions.gather import lock_keys
from registry.transactions.newcomers.fits import single_of
from registry.transactions.newcomers.look import Seen, who_fits
from registry.transactions.newcomers.make import make_newcomer
from registry.transactions.newcomers.newcomer import Acknowledged, Alike, Known, Made, Newcomer, NoNumber
from registry.transactions.newcomers.offer_pairs import offer_pairs
from registry.vault.closed import VaultClosed


async def allot(
    connection: AsyncConnection,
    context: Context,
    newcomer: Newcomer,
    practice_id: UUID | None,
    acknowledged: Acknowledged | None = None,
) -> Made | Alike | NoNumber:
    """Make somebody with a number. `practice_id` is the practice that asks; None: the office.

    `Alike` and `NoNumber` have written nothing that is to stay: after `NoNumber` let the unit of work come to nothing.
    """
    incoming = incoming_from(newcomer.described())
    await lock_keys(connection, keys_to_lock(incoming))
    match_from: float = context.policies.on("newcomer_match_from", context.today)
    seen = await who_fits(connection, incoming, match_from, lock=acknowledged is not None)
    if not _may_be_made(seen.known, acknowledged):
        return Alike(seen.known, single_of(seen.known, seen.decision))
    try:
        taken = await take_number(connection)
    except VaultClosed:
        return NoNumber(untold=True)
    if taken is None:
        return NoNumber()
    patient_id = await _make(connection, context, newcomer, taken.number, seen, practice_id, acknowledged)
    if taken.left < context.policies.on("number_reserve", context.today)["refill_below"]:
        await enqueue(connection, names.REFILL_NUMBERS, {}, dedupe_key=names.REFILL_NUMBERS)
    return Made(patient_id, taken.number)


def _may_be_made(known: Sequence[Known], acknowledged: Acknowledged | None) -> bool:
    """Whether nobody fits, or exactly those whom somebody has looked at. Whoever may not be told was not looked at."""
    if acknowledged is None:
        return not known
    numbers = [each.number_for(office=True) for each in known]
    return None not in numbers and acknowledged.numbers == set(numbers)


async def _make(
    connection: AsyncConnection,
    context: Context,
    newcomer: Newcomer,
    number: str,
    seen: Seen,
    practice_id: UUID | None,
    acknowledged: Acknowledged | None,
) -> UUID:
    writes = Writes()
    patient_id = make_newcomer(writes, context, newcomer, number, seen.decision, practice_id, acknowledged)
    if acknowledged is not None or seen.near:
        offer_pairs(writes, context, patient_id, seen, acknowledged)
    await writes.flush(connection)
    return patient_id
