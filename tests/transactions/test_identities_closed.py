"""A vault that closes in the middle of an act leaves nothing of it behind."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.acts.act import Answer, Asked, Done, Impossible, Stale
from registry.transactions.context import Context
from registry.transactions.identities.on_case import vault_act
from registry.transactions.quarters.blockers import look_for_blockers
from registry.transactions.quarters.calendar import quarter_of
from registry.values.clock import FixedClock
from registry.vault.closed import Moved, WrongKey
from tests.support.acts import do
from tests.support.office import Office

_WRITE = text("insert into postcode_places values ('ZX9 9ZZ', 400000, 400000)")
_WRITTEN = text("select count(*) from postcode_places where postcode = 'ZX9 9ZZ'")


async def _act(connection: AsyncConnection, office: Office, ends: Exception | None) -> tuple[Answer, int]:
    async def run(connection: AsyncConnection, context: Context, what: Asked) -> Answer:
        await connection.execute(_WRITE)
        if ends is not None:
            raise ends
        return Done("done")

    act = vault_act("try", Asked, run, summary="Try.", example="identities try")
    answer = await do(connection, office.context(), act)
    return answer, (await connection.execute(_WRITTEN)).scalar_one()


async def test_what_was_written_before_the_vault_did_not_open_is_undone(connection: AsyncConnection, clock: FixedClock):
    office = Office(connection, clock)
    answer, written = await _act(connection, office, WrongKey())
    assert isinstance(answer, Impossible) and "REGISTRY_VAULT_KEY" in answer.sentence and written == 0
    answer, written = await _act(connection, office, Moved(4))
    assert answer == Stale(4) and written == 0
    answer, written = await _act(connection, office, None)
    assert isinstance(answer, Done) and written == 1


async def test_the_quarters_blockers_are_asked_by_the_clock_of_whoever_asks(office: Office, monkeypatch: Any):
    asked: list[Any] = []

    async def unfinished(_: AsyncConnection, ends_on: Any, now: Any) -> int:
        asked.append((ends_on, now))
        return 2

    monkeypatch.setattr("registry.transactions.quarters.blockers.unfinished_until", unfinished)
    quarter, context = quarter_of(office.today), office.context()
    found = await look_for_blockers(office.connection, quarter, context.now)
    assert asked == [(quarter.ends_on, context.now)]
    assert [(each.name, each.count) for each in found if each.name == "unfinished"] == [("unfinished", 2)]
