"""Numbers that nobody is taken on under: they are nobody's any more."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.patients.invalidated import invalidated_among
from registry.transactions.take_on.people_file import UnusableFile
from registry.vault.closed import VaultClosed

NOT_IN_USE = "is a number that is no longer in use; ask for the one that is"
"""Why such a line is refused. Nothing more is told of it."""


async def unusable_numbers(connection: AsyncConnection, numbers: Iterable[str]) -> set[str]:
    """Those of these numbers. Raises UnusableFile where the key by which they are known is missing."""
    try:
        return await invalidated_among(connection, numbers)
    except VaultClosed as closed:
        raise UnusableFile(str(closed)) from None
