"""Finding whom an act is about."""

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.acts.act import Impossible
from registry.transactions.facts import PersonFacts
from registry.transactions.gather import gather_person, lock_by_number
from registry.values.nhs_number import NHSNumber


async def person_of(connection: AsyncConnection, nhs_number: str) -> PersonFacts | Impossible:
    """The person who has or had a number, locked, with all facts; or why there is none."""
    number = NHSNumber.parse(nhs_number)
    if number is None:
        return Impossible("The NHS number is not one: ten digits of which the last checks the others.", "nhs_number")
    found = await lock_by_number(connection, number.value)
    if not found:
        return Impossible("Nobody in the register has this NHS number.", "nhs_number")
    return await gather_person(connection, found[0])
