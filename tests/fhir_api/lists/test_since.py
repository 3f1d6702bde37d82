"""$export with `_since`: who changed, who came, who left, and whose number went."""

from datetime import datetime, timedelta
from typing import Any

import pytest_asyncio
from sqlalchemy import text

from registry.values.clock import FixedClock
from tests.fhir_api.conftest import Fhir
from tests.fhir_api.lists.conftest import Exports
from tests.fhir_api.population import ADA, ALONE, BELLA, CARYS, HERE, RESTRICTED, THERE, TOM, TWIN


@pytest_asyncio.fixture
async def since(fhir: Fhir, clock: FixedClock) -> datetime:
    """An instant after which nothing has been written yet; the register's clock stands an hour later."""
    ((now,),) = await fhir.rows("select now()")
    clock.instant = now + timedelta(hours=1)
    return now + timedelta(minutes=5)


async def do(fhir: Fhir, statement: str, since: datetime, number: str = "") -> None:
    """Write something as if a minute after `since`."""
    at = since + timedelta(minutes=1)
    async with fhir.database.engine.begin() as connection:
        values: dict[str, Any] = {"at": at, "number": number, "here": HERE, "there": THERE}
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        await connection.execute(text(statement), used)


MOVE = """
    with who as (select id from patients where nhs_number = :number),
    ended as (update list_memberships set period = daterange(lower(period), '2026-11-01')
      where patient_id = (select id from who) and upper_inf(period))
    insert into list_movements (patient_id, from_list, to_list, effective_on, effective_at, recorded_at, reason)
    select (select id from who), f.id, t.id, '2026-11-01', '2026-11-01', cast(:at as timestamptz), 'test'
    from lists f, lists t where f.code = :here and t.code = :there
"""
COME = """
    insert into list_memberships (id, patient_id, list_id, period, accepted_on, posted_at, gp_code)
    select gen_random_uuid(), p.id, r.id, daterange('2026-11-01', null), '2026-11-01', cast(:at as timestamptz), '1,1'
    from patients p, practices r where p.nhs_number = :number and r.ods_code = :here
"""


def gone(bundles: list[Any]) -> set[str]:
    return {
        entry["request"]["url"].removeprefix("Patient/")
        for bundle in bundles
        for entry in bundle["entry"]
        if entry["request"]["method"] == "DELETE"
    }


async def test_nothing_has_changed(exports: Exports, since: datetime):
    manifest = await exports.made(_since=since.isoformat())
    assert manifest["output"] == []
    assert manifest["deleted"] == []


async def test_whoever_changed_or_came_is_told(exports: Exports, fhir: Fhir, since: datetime):
    await do(fhir, "update patients set surname = 'Quilp', updated_at = :at where nhs_number = :number", since, ADA)
    await do(fhir, COME, since, ALONE)
    manifest = await exports.made(_since=since.isoformat())
    people = {each["id"]: each for each in await exports.lines(manifest, "Patient")}
    assert people.keys() == {ADA, ALONE}
    assert people[ADA]["name"][0]["family"] == "Quilp"
    assert len(await exports.lines(manifest, "EpisodeOfCare")) == 2


async def test_whoever_left_is_deleted_from_the_list(exports: Exports, fhir: Fhir, since: datetime):
    await do(fhir, MOVE, since, TOM)
    manifest = await exports.made(_since=since.isoformat())
    assert manifest["deleted"][0]["type"] == "Bundle"
    assert gone(await exports.lines(manifest, "Bundle", part="deleted")) == {TOM}
    assert await exports.numbers(manifest) == set()
    (ended,) = await exports.lines(manifest, "EpisodeOfCare")
    assert ended["status"] == "finished"
    assert ended["managingOrganization"]["identifier"]["value"] == HERE


async def test_whoever_left_and_came_back_is_on_it(exports: Exports, fhir: Fhir, since: datetime):
    await do(fhir, MOVE, since, TOM)
    await do(fhir, COME, since, TOM)
    manifest = await exports.made(_since=since.isoformat())
    assert manifest["deleted"] == []
    assert await exports.numbers(manifest) == {TOM}


async def test_a_number_that_another_took_the_place_of_is_deleted(exports: Exports, fhir: Fhir, since: datetime):
    await do(fhir, MOVE, since, TWIN)
    merged = """
        with survivor as (select id from patients where nhs_number = :number)
        update patients set nhs_number = null, status = 'superseded', merged_into = (select id from survivor),
          updated_at = :at where nhs_number = '{loser}'
    """
    await do(fhir, merged.format(loser=TWIN), since, CARYS)
    kept = f"insert into patient_numbers select '{TWIN}', id, :at from patients where nhs_number = :number"
    await do(fhir, kept, since, CARYS)
    manifest = await exports.made(_since=since.isoformat())
    assert gone(await exports.lines(manifest, "Bundle", part="deleted")) == {TWIN}


async def test_the_office_is_not_told_of_the_restricted_who_left(exports: Exports, fhir: Fhir, since: datetime):
    await do(fhir, MOVE, since, RESTRICTED)
    manifest = await exports.made("office", _since=since.isoformat())
    assert manifest["deleted"] == []
    own = await exports.made(_since=since.isoformat())
    assert gone(await exports.lines(own, "Bundle", part="deleted")) == {RESTRICTED}
    assert await exports.lines(own, "EpisodeOfCare") == []


async def test_the_instant_to_ask_from_next_is_not_after_what_is_being_written(
    exports: Exports, fhir: Fhir, clock: FixedClock
):
    ((now,),) = await fhir.rows("select now()")
    clock.instant = now + timedelta(hours=1)
    async with fhir.database.engine.connect() as connection, connection.begin():
        update = text("update patients set surname = 'Barlow', updated_at = now() where nhs_number = :number")
        await connection.execute(update, {"number": BELLA})
        ((begun,),) = (await connection.execute(text("select now()"))).all()
        manifest = await exports.made()
    assert datetime.fromisoformat(manifest["transactionTime"]) <= begun
    later = await exports.made(_since=manifest["transactionTime"])
    assert BELLA in await exports.numbers(later)


async def test_who_waits_for_a_number_is_counted(exports: Exports, fhir: Fhir, since: datetime):
    await do(fhir, "update patients set nhs_number = null where nhs_number = :number", since, TOM)
    manifest = await exports.made()
    (outcome,) = await exports.lines(manifest, "OperationOutcome", part="error")
    assert outcome["issue"][0]["severity"] == "information"
    assert outcome["issue"][0]["diagnostics"].endswith(": 1")
    assert TOM not in await exports.numbers(manifest)
