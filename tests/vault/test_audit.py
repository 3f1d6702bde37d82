"""The vault's audit: rows are added, and nothing of them can be changed unseen."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.vault.audit import openings
from registry.vault.closed import Altered
from registry.vault.door import in_vault
from tests.vault.opened import CLERK, NOW, opened


@pytest.mark.parametrize(
    "statement",
    [
        "update vault.audit set actor_name = 'nobody'",
        "update vault.audit set sealed = ''",
        "delete from vault.audit",
        "truncate vault.audit",
    ],
)
@pytest.mark.parametrize("rotating", ["off", "on"])
async def test_nothing_is_changed_even_by_the_vaults_own_role(
    connection: AsyncConnection, statement: str, rotating: str
):
    if rotating == "on" and "sealed" in statement:
        pytest.skip("that is what a change of keys does")
    async with opened(connection) as vault:
        await vault.execute(text("select set_config('vault.rotating', :on, true)"), {"on": rotating})
        with pytest.raises(DBAPIError, match="are added, never changed"):
            async with connection.begin_nested():
                await vault.execute(text(statement))


async def test_other_words_under_an_old_digest_are_noticed(connection: AsyncConnection):
    async with opened(connection) as vault:
        ((row, sealed),) = await vault.rows(text("select id, sealed from vault.audit"))
        said = {**vault.open("audit", row, sealed), "reason": "another"}
        await vault.execute(text("select set_config('vault.rotating', 'on', true)"))
        await vault.execute(text("update vault.audit set sealed = :sealed"), {"sealed": vault.seal("audit", row, said)})
        with pytest.raises(Altered):
            await openings(vault, NOW, NOW.replace(hour=23))


async def test_reason_and_people_are_kept(connection: AsyncConnection):
    person = uuid4()
    async with in_vault(connection, CLERK, NOW, "case.open", reason="a letter came", about=[person, person]) as vault:
        (found,) = await openings(vault, NOW, NOW.replace(hour=23))
    assert (found.reason, found.about, found.actor_kind) == ("a letter came", (person,), "staff")
