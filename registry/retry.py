"""Units of work that are tried again when PostgreSQL says that another stood in the way."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from registry.database import unit_of_work

MOST_ATTEMPTS = 6
_FIRST_WAIT = 0.02

IN_THE_WAY = frozenset({"40001", "40P01", "55P03"})
"""Serialisation failure, deadlock, lock not available: the same work succeeds later."""
OVERTAKEN = IN_THE_WAY | {"23505", "23P01"}
"""And a rule that a neighbour's commit made us break: looked at again, the facts are others."""

_UNREACHABLE = ("08", "40", "53", "55", "57", "58")
"""Classes of PostgreSQL's codes that say nothing about what was asked: try another time."""

_Result = TypeVar("_Result")


def sql_state(error: DBAPIError) -> str | None:
    """PostgreSQL's code of an error."""
    return getattr(error.orig, "sqlstate", None)


def is_out_of_reach(error: Exception) -> bool:
    """Whether the database could not be asked, as against refusing what it was asked."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or (sql_state(error) or "").startswith(_UNREACHABLE)
    return isinstance(error, OSError | PoolTimeout)


async def retrying(
    engine: AsyncEngine,
    act: Callable[[AsyncConnection], Awaitable[_Result]],
    when: Collection[str] = IN_THE_WAY,
    unless: Callable[[DBAPIError], bool] | None = None,
) -> _Result:
    """Do `act` in a unit of work, again when PostgreSQL's code is one of `when` and `unless` does not hold.

    Raises the last error when none of a few attempts succeeds.
    """
    for attempt in range(1, MOST_ATTEMPTS):
        try:
            async with unit_of_work(engine) as connection:
                return await act(connection)
        except DBAPIError as error:
            if sql_state(error) not in when or (unless is not None and unless(error)):
                raise
        await asyncio.sleep(_FIRST_WAIT * 2**attempt * random.random())  # noqa: S311  (not for secrets)
    async with unit_of_work(engine) as connection:
        return await act(connection)
