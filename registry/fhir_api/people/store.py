"""Reading people for the FHIR API: every row from the views that leave out what may not be shown."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid

from registry.transactions.confusions.attributed import belongs_to

FACTS = f"""
    select p.id, p.version, p.nhs_number, p.status, p.surname, p.first_forename, p.second_forename, p.other_forenames,
      p.title, p.sex, p.date_of_birth, p.date_of_death, p.place_of_birth, p.line_1, p.line_2, p.line_3, p.line_4,
      p.line_5, p.postcode, p.restricted, p.whereabouts_hidden, p.elements, p.updated_at,
      r.ods_code as practice, lower(m.period) as registered_on, v.removal, v.effective_on as removed_on,
      greatest(p.updated_at, m.posted_at, v.recorded_at) as changed_at
    from shown_patients p
    left join shown_memberships m on m.patient_id = p.id and upper_inf(m.period)
    left join practices r on r.id = m.list_id
    left join lateral (
      select x.removal, x.effective_on, x.recorded_at from shown_movements x
      where m.id is null and {belongs_to("list_movements", "x", "array[p.id]")} and x.reverses is null
        and not exists (select from shown_movements back where back.reverses = x.id)
      order by x.id desc limit 1) v on true
"""
"""The facts of people as `to_fhir.patient_resource` reads them; a condition on `p` is to follow.

A removal is that of the last movement which stands: one that was taken back tells nothing any more.
"""

# Who is found by a former number is whoever survives it; the present number is looked for first.
_HOLDER = text(
    f"""
    {FACTS} where p.id = coalesce(
      (select id from patients where nhs_number = :number),
      (select patient_id from patient_numbers where nhs_number = :number))
    """
).bindparams(bindparam("number", type_=Text))
_SOME = text(f"{FACTS} where p.id = any(:ids)").bindparams(bindparam("ids", type_=ARRAY(Uuid)))


async def find_person(connection: AsyncConnection, number: str) -> Mapping[str, Any] | None:
    """The facts of whoever has or had a number; None for nobody."""
    row = (await connection.execute(_HOLDER, {"number": number})).mappings().one_or_none()
    return None if row is None else {**row}


async def people_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """The facts of some people, by id."""
    rows = (await connection.execute(_SOME, {"ids": list(ids)})).mappings()
    return {row["id"]: {**row} for row in rows}
