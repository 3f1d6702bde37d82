"""Cases: kept in the vault from the first word, each with its own history."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.vault.cases import Case, cases_of, change_case, due_cases, events_of, lock_case, open_case, open_cases
from registry.vault.closed import Moved
from registry.vault.door import Vault
from registry.vault.window import CaseCount, cases_due, count_cases
from tests.vault.opened import NOW, opened


async def adoption(vault: Vault, days: int = 5) -> Case:
    return await open_case(
        vault,
        kind="adoption",
        state="notified",
        expects="number",
        due_at=NOW + timedelta(days=days),
        old_patient_id=uuid4(),
        facts={"outside_case": "NBO 1"},
        reason="told by the National Back Office",
    )


async def test_a_case_goes_its_way(connection: AsyncConnection):
    new = uuid4()
    async with opened(connection) as vault:
        case = await adoption(vault)
        assert await lock_case(vault, case.id) == case
        numbered = await change_case(vault, case, "numbered", state="numbered", new_patient_id=new)
        closed = await change_case(vault, numbered, "close", state="closed", closed_at=NOW, reason="done")
        assert (closed.version, closed.due_at, closed.expects, closed.is_open) == (3, None, None, False)
        assert await cases_of(vault, case.old_patient_id) == await cases_of(vault, new) == [closed]
        history = await events_of(vault, case.id)
        assert [(each.version, each.event, each.by, each.reason) for each in history] == [
            (1, "opened", "clerk", "told by the National Back Office"),
            (2, "numbered", "clerk", ""),
            (3, "close", "clerk", "done"),
        ]


async def test_a_case_that_has_moved_is_not_changed(connection: AsyncConnection):
    async with opened(connection) as vault:
        case = await adoption(vault)
        await change_case(vault, case, "numbered", state="numbered")
        with pytest.raises(Moved) as moved:
            await change_case(vault, case, "numbered", state="numbered")
        assert moved.value.version == 2


async def test_what_is_due_is_found_and_counted_from_outside(connection: AsyncConnection):
    async with opened(connection) as vault:
        late, later = await adoption(vault, days=-1), await adoption(vault, days=1)
        assert await due_cases(vault, NOW) == [late]
        assert await open_cases(vault) == [late, later]
        assert await due_cases(vault, NOW + timedelta(days=2), limit=1) == [late]
    assert await count_cases(connection, NOW) == CaseCount(open=2, late=1)
    assert await cases_due(connection, NOW - timedelta(days=2)) == 0


async def test_an_open_case_is_always_due(connection: AsyncConnection):
    async with opened(connection) as vault:
        case = await adoption(vault)
        with pytest.raises(DBAPIError, match="open_case_is_due"):
            async with connection.begin_nested():
                await change_case(vault, case, "lost", due_at=None)


async def test_history_only_grows(connection: AsyncConnection):
    async with opened(connection) as vault:
        await adoption(vault)
        for statement in ("update vault.case_events set version = 7", "delete from vault.case_events"):
            with pytest.raises(DBAPIError, match="are added, never changed"):
                async with connection.begin_nested():
                    await vault.execute(text(statement))
