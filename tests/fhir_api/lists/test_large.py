"""A list of 50,000 people: exported whole, with a bounded use of memory."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.fhir_api.lists import make
from registry.values.nhs_number import check_digit
from tests.fhir_api.conftest import Fhir
from tests.fhir_api.lists.conftest import Exports
from tests.fhir_api.population import THERE

PEOPLE = 50_000
_MEBIBYTE = 1024 * 1024
_LOAD = """
    with people as (
      insert into patients (id, nhs_number, surname, first_forename, sex, date_of_birth, line_1, line_4, postcode)
      select gen_random_uuid(), number, 'Surname' || place, 'Forename' || place, '1',
        date '1950-01-01' + (place % 20000)::integer, place || ' Long Street', 'Otterford', 'ZX1 1AA'
      from unnest(cast(:numbers as text[])) with ordinality given(number, place) returning id)
    insert into list_memberships (id, patient_id, list_id, period, accepted_on, posted_at, gp_code)
    select gen_random_uuid(), people.id, r.id, daterange('2015-01-01', null), '2015-01-01', now(), '9910101,2'
    from people, practices r where r.ods_code = :there
"""


def numbers() -> Iterator[str]:
    """Valid numbers of the test range, far from those of the population."""
    for stem in range(999_100_000, 999_999_999):
        digit = check_digit(str(stem))
        if digit is not None:
            yield f"{stem}{digit}"


def resident() -> int:
    """What of this process lies in memory, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


async def test_fifty_thousand_people_take_no_more_memory_than_five(
    exports: Exports, fhir: Fhir, monkeypatch: pytest.MonkeyPatch
):
    async with fhir.database.engine.begin() as connection:
        await connection.execute(text(_LOAD), {"numbers": list(islice(numbers(), PEOPLE)), "there": THERE})
    async with fhir.database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("analyze"))
    seen: list[int] = []
    tell = make._tell  # pyright: ignore[reportPrivateUsage]

    async def told(engine: AsyncEngine, export_id: UUID, people: int, of: int) -> None:
        seen.append(resident())
        await tell(engine, export_id, people, of)

    monkeypatch.setattr(make, "_tell", told)
    manifest = await exports.made("there", THERE)
    counts = [file["count"] for file in manifest["output"] if file["type"] == "Patient"]
    assert sum(counts) == PEOPLE + 2
    assert len(counts) == 2
    assert len(seen) > 50
    tenth = seen[len(seen) // 10]
    assert max(seen) - tenth < 30 * _MEBIBYTE
    people: set[bytes] = set()
    for file in manifest["output"]:
        if file["type"] == "Patient":
            content = (await fhir.get(file["url"], "there")).content
            people |= {line.partition(b'"id":"')[2][:10] for line in content.splitlines()}
    assert len(people) == PEOPLE + 2
