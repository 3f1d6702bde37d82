"""What may be known without opening the vault: how many cases are open, and how many of them are late."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime

_THERE = text(
    "select to_regprocedure('vault_window.identity_cases(timestamptz)') is not null"
    " and coalesce(has_schema_privilege(to_regnamespace('vault_window')::oid, 'usage'), false)"
)
_COUNT = text("select open, late from vault_window.identity_cases(:now)").bindparams(
    bindparam("now", type_=DateTime(timezone=True))
)


@dataclass(frozen=True, slots=True)
class CaseCount:
    """Open cases of identity change, and those of them that are due or late."""

    open: int
    late: int


async def count_cases(connection: AsyncConnection, now: datetime) -> CaseCount:
    """The two counts; nothing where no vault is set up."""
    if not (await connection.execute(_THERE)).scalar_one():
        return CaseCount(0, 0)
    return CaseCount(*(await connection.execute(_COUNT, {"now": now})).one())


async def cases_due(connection: AsyncConnection, now: datetime) -> int:
    """How many cases wait for the clock: asked before the vault is opened for their sake."""
    return (await count_cases(connection, now)).late
