"""A list: who is on it on a day, and who came and went. Whoever's whereabouts are protected is left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.transactions.look.person import Shown

AT_ONCE = 1_000

_LIST = text(
    "select l.id, l.code, l.practice_id, r.name from lists l left join practices r on r.id = l.id where l.code = :code"
)

# Whoever is on a list now is found by the index of open stays; whoever was on it on a day came
# to it before, by a movement, so that nobody is looked at who never was on it.
_ON_LIST_NOW = """
    select m.patient_id from shown_memberships m
    where m.list_id = :list_id and upper_inf(m.period) and lower(m.period) <= :day
"""
_WAS_ON_LIST = """
    select v.patient_id from (
      select distinct patient_id from shown_movements where to_list = :list_id and effective_on <= :day) v
    where exists (
      select from shown_memberships m
      where m.patient_id = v.patient_id and m.list_id = :list_id and m.period @> cast(:day as date))
"""
_IN_ORDER = """
    select p.id from ({members}) on_list join shown_patients p on p.id = on_list.patient_id
    order by p.surname, p.first_forename, p.date_of_birth, p.id
"""
_MEMBERS_NOW = text(_IN_ORDER.format(members=_ON_LIST_NOW))
_MEMBERS_THEN = text(_IN_ORDER.format(members=_WAS_ON_LIST))

_PEOPLE = text(
    """
    select p.id, p.nhs_number, p.surname, p.first_forename, p.second_forename, p.date_of_birth, p.sex, p.postcode,
      p.status, lower(m.period) as since, m.accepted_on, m.gp_code, m.out_of_area
    from unnest(:ids) with ordinality asked(id, place) join shown_patients p on p.id = asked.id
    join shown_memberships m on m.patient_id = p.id and m.list_id = :list_id and m.period @> cast(:day as date)
    order by asked.place
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))

_MOVEMENTS = text(
    """
    select m.id, m.effective_on, m.patient_id, p.nhs_number, m.direction, o.code as other_list, m.reason,
      m.recorded_at, t.id as transaction_id, t.operation_id
    from (
      (select id, effective_on, patient_id, 'in' as direction, from_list as other, reason, recorded_at, transaction_id
       from shown_movements where to_list = :list_id and effective_on between :first and :last
         and (effective_on, id) > (:after_on, :after_id) order by effective_on, id limit :limit)
      union all
      (select id, effective_on, patient_id, 'out', to_list, reason, recorded_at, transaction_id
       from shown_movements where from_list = :list_id and effective_on between :first and :last
         and (effective_on, id) > (:after_on, :after_id) order by effective_on, id limit :limit)
    ) m join shown_patients p on p.id = m.patient_id join lists o on o.id = m.other
    left join shown_transactions t on t.id = m.transaction_id
    order by m.effective_on, m.id limit :limit
    """
)


@dataclass(frozen=True, slots=True)
class ListName:
    """A list: a practice's, by ODS code, or one outside every practice, by its own name."""

    id: UUID
    code: str
    practice_name: str | None

    @property
    def is_practice(self) -> bool:
        return self.practice_name is not None


async def find_list(connection: AsyncConnection, code: str) -> ListName | None:
    """The list of a code, in any case; None where there is none."""
    for form in (code.strip().upper(), code.strip().lower()):
        row = (await connection.execute(_LIST, {"code": form})).one_or_none()
        if row is not None:
            return ListName(row.id, row.code, row.name)
    return None


async def members(connection: AsyncConnection, list_id: UUID, day: date, today: date) -> list[UUID]:
    """Everybody on a practice's list on a day whose whereabouts may be shown, by name."""
    query = _MEMBERS_NOW if day >= today else _MEMBERS_THEN
    return list((await connection.execute(query, {"list_id": list_id, "day": day})).scalars())


async def people_on_list(connection: AsyncConnection, list_id: UUID, day: date, ids: Sequence[UUID]) -> list[Shown]:
    """What a list shows of some of its people, in the order given."""
    rows = await connection.execute(_PEOPLE, {"ids": list(ids), "list_id": list_id, "day": day})
    return [
        Shown({name: value for name, value in row.items() if name != "id"}, (row["id"],)) for row in rows.mappings()
    ]


async def movements(
    connection: AsyncConnection, list_id: UUID, first: date, last: date, after: tuple[date, int] | None = None
) -> list[Shown]:
    """A page of who came to a list and who left it from a day to a day, both included, in the order of time.

    `after` is the day and the id of the last movement of the page before.
    """
    after_on, after_id = after or (date.min, 0)
    asked = {"first": first, "last": last, "after_on": after_on, "after_id": after_id, "limit": AT_ONCE}
    rows = (await connection.execute(_MOVEMENTS, {"list_id": list_id, **asked})).mappings()
    return [
        Shown({name: value for name, value in row.items() if name != "patient_id"}, (row["patient_id"],))
        for row in rows
    ]
