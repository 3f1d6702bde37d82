"""Finding the practice that an act is about."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.acts.act import Impossible

_BY_CODE = text("select id, ods_code, list_state, secure from practices where ods_code = :ods_code")


@dataclass(frozen=True, slots=True)
class NamedPractice:
    """A practice that somebody named by its code."""

    id: UUID
    ods_code: str
    list_is_open: bool
    secure: bool


async def practice_of(
    connection: AsyncConnection, ods_code: str, field: str = "practice"
) -> NamedPractice | Impossible:
    """The practice of an ODS code, or why there is none. `field` is the name of what was typed."""
    row = (await connection.execute(_BY_CODE, {"ods_code": ods_code.strip().upper()})).one_or_none()
    if row is None:
        return Impossible("No practice of the register has this ODS code.", field)
    return NamedPractice(row.id, row.ods_code, row.list_state == "open", row.secure)
