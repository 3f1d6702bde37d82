"""Make the keys of people anew whom another normaliser keyed: some hundreds at a time, each in one unit of work.

The present key is written over, in its place: so an undo of a merge still gives back what was the other
record's. Former keys are added to and never dropped, for some tell what stands nowhere else (where somebody
had lived, by a form): what another normaliser made of it still finds them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import Integer, Text, Uuid

from registry.database import Writes
from registry.matching.keys import MatchKey, key_from_json, key_row, keys_of
from registry.matching.models import match_keys
from registry.matching.normalise import NORMALISER_VERSION
from registry.retry import retrying
from registry.transactions.gather import lock_people
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex

_AT_ONCE = 500
_PEOPLE = bindparam("people", type_=ARRAY(Uuid))

_COUNT = text("select count(*) from patients where merged_into is null")
_NEXT = text(
    "select id from patients where merged_into is null and (cast(:after as uuid) is null or id > :after)"
    " order by id limit :limit"
).bindparams(bindparam("after", type_=Uuid), bindparam("limit", type_=Integer))
_OLD = text(
    "select distinct patient_id from match_keys where patient_id = any(:people)"
    " and normaliser_version <> :version order by patient_id"
).bindparams(_PEOPLE, bindparam("version", type_=Text))

# A record and all that were merged into it, each with what it was called and where it was.
_RECORDS = text(
    """
    select p.*, coalesce(p.merged_into, p.id) as stands,
      (select json_agg(n) from patient_former_names n where n.patient_id = p.id) as names,
      (select json_agg(a) from patient_former_addresses a where a.patient_id = p.id) as addresses
    from patients p where p.id = any(:people) or p.merged_into = any(:people) order by p.id
    """
).bindparams(_PEOPLE)

# Whose each key was first: the earliest merge that moved it tells.
_KEYS = text(
    """
    select k.id, coalesce(i.source_id, k.patient_id) as of, coalesce(i.present, k.is_current) as present,
      to_jsonb(k) as key
    from match_keys k left join lateral (
      select m.source_id, (i.before ->> 'is_current')::boolean as present
      from merge_items i join merges m on m.id = i.merge_id and m.state = 'made'
      where i.table_name = 'match_keys' and i.row_key = k.id::text order by m.made_at limit 1) i on true
    where k.patient_id = any(:people) order by k.id
    """
).bindparams(_PEOPLE)


async def count_people(engine: AsyncEngine) -> int:
    """How many people have keys."""
    async with engine.connect() as connection:
        count: int = (await connection.execute(_COUNT)).scalar_one()
        return count


async def rebuild(engine: AsyncEngine, on_progress: Callable[[int], None] = lambda _: None) -> int:
    """Make anew what another normaliser made; returns of how many people. Safe to break off, and to do again."""
    after: UUID | None = None
    looked_at = rebuilt = 0
    while True:
        async with engine.connect() as connection:
            place = {"after": after, "limit": _AT_ONCE}
            people: Sequence[UUID] = (await connection.execute(_NEXT, place)).scalars().all()
            old = (await connection.execute(_OLD, {"people": list(people), "version": NORMALISER_VERSION})).scalars()
            left = list(old)
        if not people:
            return rebuilt
        if left:
            await retrying(engine, partial(_rebuild, people=left))
        after = people[-1]
        looked_at, rebuilt = looked_at + len(people), rebuilt + len(left)
        on_progress(looked_at)


async def _rebuild(connection: AsyncConnection, people: list[UUID]) -> None:
    await lock_people(connection, people)
    records = (await connection.execute(_RECORDS, {"people": people})).mappings().all()
    held: dict[UUID, list[Any]] = {}
    for key in await connection.execute(_KEYS, {"people": people}):
        held.setdefault(key.of, []).append(key)
    writes = Writes()
    for record in records:
        _write(writes, keys_of_record(record), held.get(record["id"], ()))
    await writes.flush(connection)


def _write(writes: Writes, keys: Sequence[MatchKey], held: Sequence[Any]) -> None:
    """The present key in the place of the one held; of the others, those that are not held already."""
    present = next((row for row in held if row.present), None)
    known = {_content(key_from_json(row.key)) for row in held if row is not present}
    for place, key in enumerate(keys):
        if place == 0 and present is not None:
            writes.update(match_keys, present.id, **key_row(key))
        elif _content(key) not in known:
            writes.insert(match_keys, **key_row(key))
    for row in held:
        if row is not present or not keys:
            writes.update(match_keys, row.id, normaliser_version=NORMALISER_VERSION)


def _content(key: MatchKey) -> MatchKey:
    return replace(key, is_current=False, nhs_number=None)


def keys_of_record(record: Mapping[Any, Any]) -> list[MatchKey]:
    """The keys of a row of `patients` with its former `names` and `addresses`, for whom it `stands`.

    Of a record that was merged away all are former ones. One that stands for nobody has none.
    """
    if record["status"] == "invalidated":
        return []
    described = Demographics(
        _name(record),
        Sex(record["sex"]),
        _day(record["date_of_birth"]),
        record["nhs_number"],
        record["previous_surname"],
        _address(record),
    )
    keys = keys_of(
        record["stands"],
        described,
        former_names=[_name(each) for each in record["names"] or ()],
        former_addresses=[_address(each) for each in record["addresses"] or ()],
    )
    return keys if record["merged_into"] is None else [replace(key, is_current=False) for key in keys]


def _name(row: Mapping[Any, Any]) -> Name:
    return Name(row["surname"], row["first_forename"], row["second_forename"], row["other_forenames"])


def _address(row: Mapping[Any, Any]) -> Address:
    return Address.of([row[f"line_{number}"] for number in range(1, 6)], row["postcode"])


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
