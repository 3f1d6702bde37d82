"""Who is on a list, who left it, and which numbers are no longer anybody's of it: as an export tells of them.

A practice's own list has its own restricted people on it, without anything that says where they live: that they are
its patients is what the practice told us. To the office the same list would tell where somebody is, so that there
they are left out, here before anything is counted. People whose number has not come yet have no Patient.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, DateTime, Text, Uuid

FIRST = UUID(int=0)

_MAY_BE_TOLD = "(:own or not exists (select from hidden_people h where h.id = {person}))"
_STAYS = "list_memberships m where m.list_id = :list and upper_inf(m.period)"
# Whatever is written of a registration is written with a movement or a transaction of the person.
_CHANGED = """
    (cast(:since as timestamptz) is null or p.updated_at >= :since or m.posted_at >= :since
      or exists (select from list_movements v where v.patient_id = p.id and v.recorded_at >= :since)
      or exists (select from transactions t where t.patient_id = p.id and t.posted_at >= :since)
      or exists (select from matters x where x.patient_id = p.id and greatest(x.opened_at, x.closed_at) >= :since))
"""
_TYPES = (
    bindparam("list", type_=Uuid),
    bindparam("own", type_=Boolean),
    bindparam("since", type_=DateTime(timezone=True)),
)

_ON_LIST = text(
    f"""
    select m.patient_id from {_STAYS.replace(" where", " join patients p on p.id = m.patient_id where")}
      and m.patient_id > :after and p.nhs_number is not null and {_MAY_BE_TOLD.format(person="m.patient_id")}
      and {_CHANGED} order by m.patient_id limit :limit
    """
).bindparams(*_TYPES, bindparam("after", type_=Uuid))

_LEFT = f"""
    select distinct v.patient_id from list_movements v
    where v.from_list = :list and v.recorded_at >= :since and {_MAY_BE_TOLD.format(person="v.patient_id")}
      and not exists (select from {_STAYS} and m.patient_id = v.patient_id)
"""
_WHO_LEFT = text(
    f"select l.patient_id from ({_LEFT}) l where l.patient_id > :after order by l.patient_id limit :limit"
).bindparams(*_TYPES, bindparam("after", type_=Uuid))

# A number that another took the place of is no longer a Patient's of the list, nor is that of whoever left it.
_GONE_NUMBERS = text(
    f"""
    with gone as ({_LEFT})
    select number from (
      select p.nhs_number as number from patients p join gone g on g.patient_id = p.id where p.nhs_number is not null
      union
      select n.nhs_number from patient_numbers n
      where n.since >= :since and {_MAY_BE_TOLD.format(person="n.patient_id")}
        and (exists (select from {_STAYS} and m.patient_id = n.patient_id)
          or exists (select from gone g join patients s on s.id = g.patient_id where s.merged_into = n.patient_id))
    ) numbers where number > :after order by number limit :limit
    """
).bindparams(*_TYPES, bindparam("after", type_=Text))

_HIDDEN = text("select id from hidden_people where id = any(:ids)").bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_COUNTS = text(
    f"""
    select count(*) as people, count(*) filter (where p.nhs_number is null) as without_number
    from {_STAYS.replace(" where", " join patients p on p.id = m.patient_id where")}
      and {_MAY_BE_TOLD.format(person="m.patient_id")}
    """
).bindparams(*_TYPES[:2])

_COUNT = text(f"select count(*) from {_STAYS} and {_MAY_BE_TOLD.format(person='m.patient_id')}").bindparams(*_TYPES[:2])


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose list, for whom, and since when. `own`: for the practice itself."""

    list_id: UUID
    own: bool
    since: datetime | None = None

    def values(self, **more: Any) -> Mapping[str, Any]:
        return {"list": self.list_id, "own": self.own, "since": self.since, **more}


async def on_list(connection: AsyncConnection, asked: Asked, after: UUID, limit: int) -> Sequence[UUID]:
    """The next people on the list, or, with `since`, those of them of whom something changed."""
    return (await connection.execute(_ON_LIST, asked.values(after=after, limit=limit))).scalars().all()


async def who_left(connection: AsyncConnection, asked: Asked, after: UUID, limit: int) -> Sequence[UUID]:
    """The next people who left the list since, and have not come back."""
    return (await connection.execute(_WHO_LEFT, asked.values(after=after, limit=limit))).scalars().all()


async def gone_numbers(connection: AsyncConnection, asked: Asked, after: str, limit: int) -> Sequence[str]:
    """The next NHS numbers that since then are of nobody on the list any more, in order."""
    return (await connection.execute(_GONE_NUMBERS, asked.values(after=after, limit=limit))).scalars().all()


async def hidden_among(connection: AsyncConnection, ids: Sequence[UUID]) -> set[UUID]:
    """Those of some people whose whereabouts are shown to nobody."""
    return set((await connection.execute(_HIDDEN, {"ids": list(ids)})).scalars())


async def counts(connection: AsyncConnection, asked: Asked) -> tuple[int, int]:
    """How many people are on the list, and how many of these have no number yet."""
    row = (await connection.execute(_COUNTS, {"list": asked.list_id, "own": asked.own})).one()
    return row.people, row.without_number


async def how_many(connection: AsyncConnection, list_id: UUID, *, own: bool) -> int:
    """How many people are on a list, as may be told."""
    found: int = (await connection.execute(_COUNT, {"list": list_id, "own": own})).scalar_one()
    return found
