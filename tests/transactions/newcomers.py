"""Newcomers for tests below the FHIR API: somebody described, and a reserve to give them a number from."""

from datetime import date
from itertools import islice

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.patients.record import PersonRecord
from registry.pds.allot import valid_numbers
from registry.transactions.context import Context
from registry.transactions.newcomers.allot import allot
from registry.transactions.newcomers.newcomer import Made, Newcomer
from registry.values.address import Address
from registry.values.person import Name, Sex

FREYA = Newcomer(
    PersonRecord(
        None,
        Name("Tarrant", "Freya", "", "", "Ms"),
        Sex.FEMALE,
        date(1992, 3, 14),
        Address(("", "14 Larkspur Road", "", "Otterford", ""), "ZX1 1AE"),
    ),
    "x",
    "Y90",
)


async def set_aside(connection: AsyncConnection, count: int = 10) -> None:
    """Put numbers into the reserve."""
    numbers = list(islice(valid_numbers(999_800_000), count))
    statement = text("insert into number_reserve select n, now() from unnest(cast(:numbers as text[])) n")
    await connection.execute(statement, {"numbers": numbers})


async def make_freya(connection: AsyncConnection, context: Context) -> Made:
    """Give her a number, at the office's request."""
    await set_aside(connection)
    made = await allot(connection, context, FREYA, None)
    assert isinstance(made, Made)
    return made
