"""How often one acceptance goes to the database: at most eight times, its beginning and end counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import pytest
from asyncpg.prepared_stmt import PreparedStatement

from tests.links.facade import bodies
from tests.links.facade.conftest import Door
from tests.support.office import Office

MOST = 8


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every request to the server for as long as the block lasts, at the driver itself."""
    sent: list[str] = []

    def note(owner: type[Any], method: str, what: str) -> None:
        original = getattr(owner, method)

        async def noted(self: Any, *arguments: Any, **named: Any) -> Any:
            sent.append(what or str(arguments[0])[:60])
            return await original(self, *arguments, **named)

        monkeypatch.setattr(owner, method, noted)

    note(asyncpg.Connection, "prepare", "prepare")
    note(asyncpg.Connection, "execute", "")
    note(asyncpg.Connection, "fetch", "")
    note(PreparedStatement, "fetch", "fetch")
    yield sent
    monkeypatch.undo()


@pytest.mark.parametrize("known", [True, False], ids=["known", "new"])
async def test_an_acceptance_takes_at_most_eight_round_trips(
    door: Door, office: Office, monkeypatch: pytest.MonkeyPatch, known: bool
):
    numbers = [(await office.person(door.neighbour))[1] for _ in range(3)] if known else list(_unknown())
    await office.connection.commit()
    for number in numbers[:2]:
        assert (await door.post("acceptance", bodies.acceptance(door.practice, number))).status_code == 202
    with counted(monkeypatch) as sent:
        answer = await door.post("acceptance", bodies.acceptance(door.practice, numbers[2]))
    assert answer.status_code == 202
    assert await door.count("transactions where state = 'accepted'") == (3 if known else 0)
    assert any(each.upper().startswith("BEGIN") for each in sent), sent
    assert any(each.upper().startswith("COMMIT") for each in sent), sent
    assert 3 < len(sent) <= MOST, sent


def _unknown() -> Iterator[str]:
    yield from ("9990000018", "9990000026", "9990000034")
