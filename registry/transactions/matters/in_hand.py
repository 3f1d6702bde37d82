"""Taking a matter in hand: its people locked, then itself, then everything about them read."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.matters.kind import Work
from registry.transactions.matters.read import lock_matter, whose


async def take_in_hand(connection: AsyncConnection, context: Context, matter_id: UUID) -> Work | None:
    """The matter and its people, locked in the usual order (people by id, then the matter); None where there is none.

    Where it came to be about somebody else while this waited for the locks, those are not taken
    again, which could end in a deadlock: it is asked for anew.
    """
    while True:
        people = await whose(connection, matter_id)
        if people:
            await lock_people(connection, people)
        matter = await lock_matter(connection, matter_id)
        if matter is None:
            return None
        if people == await whose(connection, matter_id):
            break
    person = None if matter.patient_id is None else await gather_person(connection, matter.patient_id)
    other = None if matter.other_patient_id is None else await gather_person(connection, matter.other_patient_id)
    return Work(connection, context, Writes(), matter, person, other)
