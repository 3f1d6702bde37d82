"""The planner's statistics keep samples of what columns said: they are taken anew when a record was sealed.

PostgreSQL does so by itself, sooner or later; here it is waited for. It is a step of its own, by night.
"""

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text

from registry.transactions.holdings import HOLDINGS

TABLES: tuple[str, ...] = tuple(sorted(each.table for each in HOLDINGS if each.sealed or each.gone))
"""Every table of which sealing blanks something or takes rows away."""

# Whoever may not analyse a table is told so by a warning and no error, and the samples stay.
_NOT_OURS = text(
    "select count(*) from pg_class c where c.oid = any(array(select to_regclass(t)::oid from unnest(:tables) t))"
    " and not pg_has_role(c.relowner, 'usage')"
).bindparams(bindparam("tables", type_=ARRAY(Text)))


class NotOwner(RuntimeError):
    """The register's user owns not all of its tables, so that it cannot take their statistics."""


async def take_statistics(connection: AsyncConnection) -> None:
    """Take the statistics of every table in which somebody may have been sealed. Raises NotOwner."""
    if (await connection.execute(_NOT_OURS, {"tables": list(TABLES)})).scalar_one():
        raise NotOwner
    await connection.execute(text(f"analyze {', '.join(TABLES)}"))
