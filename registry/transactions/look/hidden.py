"""Whether what is put together from locked facts may say where people are: asked of the one view that knows."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

_ANY = text("select exists (select from hidden_people where id = any(:people))").bindparams(
    bindparam("people", type_=ARRAY(Uuid))
)

_FACTS = text("select facts from shown_matters where id = :id").bindparams(bindparam("id", type_=Uuid))


async def any_hidden(connection: AsyncConnection, *people: UUID) -> bool:
    """Whether it is shown to nobody where one of them is: protected, out of use, or merged into such a record."""
    return (await connection.execute(_ANY, {"people": list(people)})).scalar_one()


async def facts_shown(connection: AsyncConnection, matter_id: UUID) -> dict[str, Any]:
    """What is known of a matter, as far as it may be shown: of somebody hidden its days alone."""
    return (await connection.execute(_FACTS, {"id": matter_id})).scalar_one()
