"""Reading practices and doctors for the FHIR API."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, Date, Integer, Text, Uuid

_ENTRY = "json_build_array(d.id, d.gmc_number, d.local_code, lower(d.period), upper(d.period), {code})"

_PRACTICES = f"""
    select p.ods_code, p.name, p.trading_partner_code, p.authority_cipher, p.postcode, p.list_state, p.updated_at,
      coalesce((select json_agg({_ENTRY.format(code="p.ods_code")} order by lower(d.period) nulls first, d.local_code)
        from practice_doctors d where d.practice_id = p.id), '[]') as doctors
    from practices p where (cast(:after as text) is null or p.ods_code > :after) {{where}}
    order by p.ods_code limit :most
"""
PRACTICE_CONDITIONS: Mapping[str, str] = {
    "codes": "p.ods_code = any(:codes)",
    "name": "starts_with(upper(p.name), upper(:name))",
    "postcode": "starts_with(replace(upper(p.postcode), ' ', ''), :postcode)",
    "ods": "p.ods_code = :identifier",
    "partner": "p.trading_partner_code = :identifier",
    "cipher": "p.authority_cipher = :identifier",
    "link": "p.authority_cipher || case length(p.authority_cipher) when 2 then '01' else '1' end = :identifier",
    "doctor": "p.id in (select d.practice_id from practice_doctors d where d.gmc_number || ',' || d.local_code"
    " = :identifier)",
}
"""What practices can be looked for by."""

_DOCTORS = f"""
    select d.gmc_number, json_agg({_ENTRY.format(code="p.ods_code")}
      order by lower(d.period) nulls first, d.local_code, p.ods_code) as entries
    from practice_doctors d join practices p on p.id = d.practice_id
    where (cast(:after as text) is null or d.gmc_number > :after) {{where}}
    group by d.gmc_number {{having}} order by d.gmc_number limit :most
"""
DOCTOR_CONDITIONS: Mapping[str, str] = {
    "ids": "d.gmc_number = any(:ids)",
    "gmc": "d.gmc_number = :identifier",
    "doctor": "d.gmc_number in (select x.gmc_number from practice_doctors x"
    " where x.gmc_number || ',' || x.local_code = :identifier)",
}
_ROLES = f"""
    select {_ENTRY.format(code="p.ods_code")} as entry from practice_doctors d join practices p on p.id = d.practice_id
    where (:after_id is null or d.id > :after_id) {{where}} order by d.id limit :most
"""
ROLE_CONDITIONS: Mapping[str, str] = {
    "uuids": "d.id = any(:uuids)",
    "practitioner": "d.gmc_number = :practitioner",
    "organization": "p.ods_code = :organization",
    "active": "(d.period @> :day) = :active",
    "gmc": "d.gmc_number = :identifier",
    "local": "d.local_code = :identifier",
    "doctor": "d.gmc_number || ',' || d.local_code = :identifier",
}

_TYPES: Mapping[str, Any] = {
    "after": Text, "after_id": Uuid, "most": Integer, "codes": ARRAY(Text), "ids": ARRAY(Text),
    "uuids": ARRAY(Uuid), "name": Text, "postcode": Text,
    "identifier": Text, "practitioner": Text, "organization": Text, "active": Boolean, "day": Date,
}  # fmt: skip

Conditions = Sequence[tuple[tuple[str, ...], Mapping[str, Any]]]
"""What is looked for: alternatives by name, and the values that they need."""


async def practices(
    connection: AsyncConnection, conditions: Conditions, *, most: int, after: str | None = None
) -> list[Mapping[str, Any]]:
    """Practices by ODS code, with their doctors; `after` is the code of the last one shown."""
    query, values = _query(_PRACTICES, PRACTICE_CONDITIONS, conditions)
    return await _rows(connection, query, values | {"most": most, "after": after})


async def doctors(
    connection: AsyncConnection,
    conditions: Conditions,
    *,
    most: int,
    after: str | None = None,
    active: bool | None,
    day: date,
) -> list[Mapping[str, Any]]:
    """Doctors by GMC number, each with every entry of theirs. `active`: those who have, or have not, one that is open
    on the day; None: all."""
    having = "" if active is None else "having bool_or(d.period @> :day) = :active"
    query, values = _query(_DOCTORS.replace("{having}", having), DOCTOR_CONDITIONS, conditions)
    return await _rows(connection, query, values | {"most": most, "after": after, "active": active, "day": day})


async def roles(
    connection: AsyncConnection, conditions: Conditions, *, most: int, after: UUID | None = None
) -> list[Mapping[str, Any]]:
    """Doctors at practices, by id."""
    query, values = _query(_ROLES, ROLE_CONDITIONS, conditions)
    return await _rows(connection, query, values | {"most": most, "after_id": after})


def _query(statement: str, known: Mapping[str, str], conditions: Conditions) -> tuple[str, dict[str, Any]]:
    where, values = "", dict[str, Any]()
    for names, needed in conditions:
        alternatives = " or ".join(known[name] for name in names) or "false"
        where += f" and ({alternatives})"
        values |= needed
    return statement.replace("{where}", where), values


async def _rows(connection: AsyncConnection, query: str, values: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    # A value that no alternative names is none of the statement's.
    given = {name: value for name, value in values.items() if f":{name}" in query}
    return [{**row} for row in (await connection.execute(_typed(query, given), given)).mappings()]


def _typed(query: str, given: Mapping[str, Any]) -> TextClause:
    return text(query).bindparams(*(bindparam(name, type_=_TYPES[name]) for name in given))
