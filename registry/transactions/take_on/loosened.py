"""Indexes and constraints set aside while a register is filled, and put back as they were."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text

# Primary keys that other tables refer to stay.
_SET_ASIDE = text(
    """
    select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
      format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as restore,
      case contype when 'p' then 2 when 'x' then 3 else 4 end as turn
    from pg_constraint c where conrelid = any(cast(:tables as regclass[])) and (contype in ('f', 'x')
      or contype = 'p' and not exists (select from pg_constraint f where f.contype = 'f' and f.confrelid = c.conrelid))
    union all
    select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid), 1
    from pg_index i where indrelid = any(cast(:tables as regclass[]))
      and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
    order by turn desc
    """
).bindparams(bindparam("tables", type_=ARRAY(Text)))

_BUILDING = (
    "set local maintenance_work_mem = '512MB'",
    # An index is built by several processes from a size at which two are quicker than one.
    "set local min_parallel_table_scan_size = '2MB'",
)


@asynccontextmanager
async def loosened(connection: AsyncConnection, tables: list[str]) -> AsyncIterator[None]:
    """Fill tables without foreign keys, exclusion constraints and all indexes that can be spared.

    They are built when the block ends, which checks every row, and in the same unit of work,
    so that nobody ever sees the tables without them; until its end the tables are locked.
    """
    found = (await connection.execute(_SET_ASIDE, {"tables": tables})).all()
    for each in found:
        await connection.exec_driver_sql(each.drop)
    yield
    for setting in _BUILDING:
        await connection.exec_driver_sql(setting)
    for each in reversed(found):
        await connection.exec_driver_sql(each.restore)
