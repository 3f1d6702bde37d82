"""The people whom the simulated national side knows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import iso, to_json
from registry.pds.behaviour import parse_behaviour
from registry.pds.port import NationalPerson
from registry.values.address import Address
from registry.values.person import Demographics

_ROWS_AT_ONCE = 5_000
_MOST_MERGES = 20
"""How many times a number can have been merged on; a ring in the data ends here."""

_LOAD = text(
    "insert into simulated_people"
    " select s.* from json_populate_recordset(null::simulated_people, cast(:rows as json)) s"
    " on conflict (nhs_number) do update set person = excluded.person, date_of_birth = excluded.date_of_birth,"
    " date_of_death = excluded.date_of_death, superseded_by = excluded.superseded_by,"
    " restricted = excluded.restricted, behaviour = excluded.behaviour, behaves_times = excluded.behaves_times"
)
_COLUMNS = "nhs_number, person, date_of_death, superseded_by, restricted"
_BY_NUMBER = text(
    f"""
    with recursive merged as (
      select {_COLUMNS}, 1 as step from simulated_people where nhs_number = :number
      union all
      select p.nhs_number, p.person, p.date_of_death, p.superseded_by, p.restricted, m.step + 1
      from simulated_people p join merged m on p.nhs_number = m.superseded_by and m.step < {_MOST_MERGES})
    select {_COLUMNS} from merged where superseded_by is null
    """
)
_BORN = text(
    f"select {_COLUMNS} from simulated_people"
    " where date_of_birth between :first and :last and superseded_by is null order by nhs_number"
)
_PERSON = TypeAdapter(Demographics)


@dataclass(frozen=True, slots=True)
class SimulatedPerson:
    """Somebody whom the national side knows.

    Of `person` the former surname and the former address count as history. `behaviour` is
    what questions about them meet, as `behaviour.parse_behaviour` reads it. A number that was
    merged into another has `superseded_by`; its person may be empty.
    """

    number: str
    person: Demographics
    date_of_death: date | None = None
    superseded_by: str | None = None
    restricted: bool = False
    behaviour: str | None = None

    def as_known(self) -> NationalPerson:
        """As an answer tells it: the number in use, and no address of somebody restricted."""
        person = replace(self.person, number=self.number)
        if self.restricted:
            person = replace(person, address=Address(), previous_address=Address())
        return NationalPerson(self.number, person, self.date_of_death)


async def load_people(connection: AsyncConnection, people: Iterable[SimulatedPerson]) -> int:
    """Add people, or replace those of the same number. Returns how many. An unknown behaviour: ValueError."""
    loaded = 0
    remaining = iter(people)
    while batch := list(islice(remaining, _ROWS_AT_ONCE)):
        # One statement must not meet a number twice; the last one counts.
        rows = {person.number: _row(person) for person in batch}
        await connection.execute(_LOAD, {"rows": to_json(list(rows.values()))})
        loaded += len(rows)
    return loaded


async def by_number(connection: AsyncConnection, number: str) -> SimulatedPerson | None:
    """The person who has a number now, also when it was merged into theirs."""
    row = (await connection.execute(_BY_NUMBER, {"number": number})).one_or_none()
    return None if row is None else _read(row)


async def born_between(connection: AsyncConnection, first: date, last: date) -> list[SimulatedPerson]:
    """Everybody in use who was born on these days, by number."""
    return [_read(row) for row in await connection.execute(_BORN, {"first": first, "last": last})]


async def add_allotted(connection: AsyncConnection, number: str, person: Demographics, request_id: UUID) -> None:
    """Add a person for whom a number was just made."""
    row = _row(SimulatedPerson(number, person)) | {"allotted_for": request_id}
    await connection.execute(_LOAD, {"rows": to_json([row])})


def _row(person: SimulatedPerson) -> dict[str, Any]:
    behaviour, times = parse_behaviour(person.behaviour) if person.behaviour else (None, None)
    return {
        "nhs_number": person.number,
        "person": person.person,
        "date_of_birth": iso(person.person.date_of_birth),
        "date_of_death": iso(person.date_of_death),
        "superseded_by": person.superseded_by,
        "restricted": person.restricted,
        "behaviour": behaviour.value if behaviour else None,
        "behaves_times": times,
    }


def _read(row: Sequence[Any]) -> SimulatedPerson:
    number, person, died_on, superseded_by, restricted = row
    return SimulatedPerson(number, _PERSON.validate_python(person), died_on, superseded_by, restricted)
