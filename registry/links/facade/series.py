"""Each practice's own series of transaction numbers for what it sends by HTTP.

A practice that sends files numbers its transactions itself; one that sends requests leaves
that to us, as it did to the adaptor. The series is a sequence of the database, made with the
practice.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

LAST_NUMBER = 9_999_999
"""After it comes 1 again."""


def series_of(practice_id: UUID) -> str:
    """The name of a practice's sequence."""
    return f"facade_number_{practice_id.hex}"


async def create_series(connection: AsyncConnection, practice_id: UUID) -> None:
    """Make the sequence of a practice unless it is there."""
    name = series_of(practice_id)
    await connection.execute(text(f"create sequence if not exists {name} as integer maxvalue {LAST_NUMBER} cycle"))
