"""Making an export: of one instant, whole or not at all, by one at a time, and by whoever is there."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.database import create_engine
from registry.fhir_api.lists import fill, make
from registry.fhir_api.lists.make import MOST_FAILURES, make_export
from registry.jobs import names
from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.lists.conftest import Exports
from tests.fhir_api.population import ADA
from tests.support.jobs import replaced

Heard = Callable[[int], Awaitable[None]]


@pytest.fixture
def hearing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Heard], None]:
    """Do something each time when the making tells how far it is, two people at a time."""
    monkeypatch.setattr(fill, "AT_ONCE", 2)
    tell = make._tell  # pyright: ignore[reportPrivateUsage]

    def hear(heard: Heard) -> None:
        async def told(engine: AsyncEngine, export_id: UUID, people: int, of: int) -> None:
            await heard(people)
            await tell(engine, export_id, people, of)

        monkeypatch.setattr(make, "_tell", told)

    return hear


async def id_of(exports: Exports, **query: str) -> UUID:
    asked = await exports.ask(**query)
    return UUID(asked.headers["content-location"].rpartition("/")[2])


async def make_it(exports: Exports, export_id: UUID, engine: AsyncEngine | None = None) -> bool:
    context = exports.context
    return await make_export(engine or context.engine, context.clock, context.settings, export_id)


async def do(fhir: Fhir, statement: str, **values: object) -> None:
    async with fhir.database.engine.begin() as connection:
        await connection.execute(text(statement), values)


async def files(fhir: Fhir) -> int:
    return (await fhir.rows("select count(*) from list_export_files"))[0][0]


async def test_all_files_are_of_one_instant(exports: Exports, fhir: Fhir, hearing: Callable[[Heard], None]):
    async def meanwhile(people: int) -> None:
        if people == 2:
            await do(fhir, "update patients set surname = 'Changed' where restricted = false")
            await do(fhir, "update list_memberships set period = daterange(lower(period), lower(period) + 1)")
        assert await files(fhir) == 0

    hearing(meanwhile)
    manifest = await exports.made()
    people = await exports.lines(manifest, "Patient")
    assert len(people) == 8
    assert "Changed" not in {each["name"][0]["family"] for each in people}


async def test_who_dies_half_way_leaves_no_file_and_the_next_one_makes_it(
    exports: Exports, fhir: Fhir, hearing: Callable[[Heard], None]
):
    died: list[int] = []

    async def die(people: int) -> None:
        if people == 4 and not died:
            died.append(people)
            await do(
                fhir,
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                " and backend_xid is not null and pid <> pg_backend_pid()",
            )

    hearing(die)
    export_id = await id_of(exports)
    with pytest.raises(DBAPIError):
        await make_it(exports, export_id)
    assert await files(fhir) == 0
    assert (await fhir.get(f"$export-status/{export_id}")).status_code == 202
    assert await make_it(exports, export_id)
    assert (await fhir.get(f"$export-status/{export_id}")).status_code == 200


async def test_whoever_cannot_make_it_says_so_in_the_end(
    exports: Exports, fhir: Fhir, hearing: Callable[[Heard], None]
):
    async def fail(people: int) -> None:
        raise ConnectionResetError

    hearing(fail)
    export_id = await id_of(exports)
    for _ in range(MOST_FAILURES):
        with pytest.raises(ConnectionResetError):
            await make_it(exports, export_id)
    answer = await fhir.get(f"$export-status/{export_id}")
    assert (answer.status_code, code_of(answer)) == (503, "FAILURE_TO_PROCESS_MESSAGE")
    assert not await make_it(exports, export_id)


async def test_one_at_a_time_makes_it(exports: Exports, fhir: Fhir, hearing: Callable[[Heard], None]):
    other = create_engine(fhir.database.url, 2)
    export_id = await id_of(exports)
    second: list[bool] = []

    async def another(people: int) -> None:
        if people == 2:
            second.append(await make_it(exports, export_id, other))

    hearing(another)
    try:
        assert await make_it(exports, export_id)
    finally:
        await other.dispose()
    assert second == [False]
    assert await make_it(exports, export_id) is False
    lines = await fhir.rows("select sum(lines) from list_export_files where type = 'Patient'")
    assert lines == [(8,)]


async def test_one_that_is_ended_meanwhile_is_not_made(exports: Exports, fhir: Fhir, hearing: Callable[[Heard], None]):
    export_id = await id_of(exports)

    async def end(people: int) -> None:
        if people == 4:
            assert (await fhir.ask("DELETE", f"$export-status/{export_id}")).status_code == 202

    hearing(end)
    assert await make_it(exports, export_id) is False
    assert await files(fhir) == 0


async def test_without_a_worker_the_api_makes_it(exports: Exports, fhir: Fhir):
    asked = await exports.ask()
    where = asked.headers["content-location"]
    assert (await fhir.get(where)).status_code == 202
    await do(fhir, "update list_exports set queued_at = now() - interval '3 seconds'")
    for _ in range(100):
        if (await fhir.get(where)).status_code == 200:
            break
        await asyncio.sleep(0.05)
    manifest = (await fhir.get(where)).json()
    assert ADA in await exports.numbers(manifest)


async def test_what_was_kept_long_enough_is_removed(exports: Exports, fhir: Fhir):
    manifest = await exports.made()
    await do(fhir, "update list_exports set done_at = done_at - interval '25 hours'")
    assert (await fhir.get(manifest["output"][0]["url"])).status_code == 404
    from registry.jobs.handlers import HANDLERS

    await HANDLERS[names.FORGET_EXPORTS](exports.context, {})
    assert await fhir.rows("select count(*) from list_export_chunks") == [(0,)]
    assert await fhir.rows("select count(*) from list_exports") == [(0,)]


async def test_a_file_is_split_and_its_pieces_are_bounded(
    exports: Exports, fhir: Fhir, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("registry.fhir_api.lists.lines.PIECE", 1000)
    monkeypatch.setattr("registry.fhir_api.lists.lines.LINES", 3)
    manifest = await exports.made(_type="Patient")
    assert [each["count"] for each in manifest["output"]] == [3, 3, 2]
    assert len(await exports.lines(manifest, "Patient")) == 8
    assert (await fhir.rows("select count(*) from list_export_chunks"))[0][0] > 3


async def test_a_handler_that_fails_is_tried_again_by_the_queue(exports: Exports, fhir: Fhir):
    tries: list[str] = []

    async def count(_context: object, payload: dict[str, str]) -> None:
        tries.append(payload["export_id"])

    with replaced(names.EXPORT_LIST, count):
        export_id = await id_of(exports)
        await exports.work()
    assert tries == [str(export_id)]
