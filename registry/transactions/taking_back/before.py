"""Whether something was taken back before: asked a second time, the office says so and does nothing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

_LAST = text(
    """
    select r.transaction_id, r.recorded_at, v.from_list, v.to_list from list_movements r
    join list_movements v on v.id = r.reverses
    where r.id = (select max(id) from list_movements where patient_id = :patient_id)
    """
).bindparams(bindparam("patient_id", type_=Uuid))


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The last thing that happened to a person: a movement was taken back. Its ends are as it was made."""

    by: UUID
    at: datetime
    from_list: UUID
    to_list: UUID


async def taken_back_last(connection: AsyncConnection, patient_id: UUID) -> TakenBack | None:
    """The taking back that is the last of a person's movements; None where the last one stands."""
    row = (await connection.execute(_LAST, {"patient_id": patient_id})).one_or_none()
    return None if row is None else TakenBack(row.transaction_id, row.recorded_at, row.from_list, row.to_list)
