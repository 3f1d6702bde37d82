"""Setting the vault up: by the migration, by hand, by an administrator, and not at all."""

import asyncio
import os
import sys
from collections.abc import Callable

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import create_engine
from registry.migrations import FOLDER, migrate
from registry.transactions.acts.act import Impossible
from registry.transactions.identities.vault_acts import VAULT, AskToLook
from registry.values.clock import FixedClock
from registry.vault.check import check
from registry.vault.closed import VaultClosed
from registry.vault.set_up import empty, set_up, sql_for_administrator, standing
from registry.vault.window import CaseCount, count_cases
from tests.support import databases
from tests.support.databases import Database
from tests.support.office import Office
from tests.vault.opened import CLERK, NOW, opened
from tests.vault.servers import carry_out, plain_database


def downgrade(connection: Connection, revision: str) -> None:
    configuration = Config()
    configuration.set_main_option("script_location", str(FOLDER))
    configuration.attributes["connection"] = connection
    command.downgrade(configuration, revision)


async def migrated_by_a_process(url: str) -> None:
    """Migrations are of a process: two of one process would share what they are at."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from registry.cli import main; main()",
        "migrate",
        env={**os.environ, "DATABASE_URL": url},
    )
    assert await process.wait() == 0


async def test_the_migration_makes_it_and_takes_it_away(database: Database):
    async with database.engine.connect() as connection:
        assert (await connection.run_sync(standing)).is_set_up
        await connection.rollback()
        await connection.run_sync(downgrade, "0013")
        await connection.rollback()
        found = await connection.run_sync(standing)
        assert (found.schemas_there, found.role_there, found.can_be_set_up) == (False, True, True)
        assert await count_cases(connection, NOW) == CaseCount(0, 0)
        with pytest.raises(VaultClosed, match="registry vault setup"):
            async with opened(connection):
                raise AssertionError("is open")
    assert await migrate(database.engine)
    async with database.engine.begin() as connection, opened(connection):
        pass


async def test_setting_up_twice_changes_nothing(connection: AsyncConnection):
    assert await connection.run_sync(set_up)
    async with opened(connection) as vault:
        assert len(await vault.rows(text("select * from vault.audit"))) == 1


async def test_emptying_leaves_a_vault_with_nothing_in_it(connection: AsyncConnection):
    async with opened(connection):
        pass
    await connection.run_sync(empty)
    async with opened(connection) as vault:
        assert len(await vault.rows(text("select * from vault.audit"))) == 1


async def test_two_databases_of_one_server_are_set_up_at_once():
    async with databases.empty() as one, databases.empty() as other:
        await asyncio.gather(migrated_by_a_process(one.url), migrated_by_a_process(other.url))
        for each in (one, other):
            async with each.engine.begin() as connection, opened(connection):
                pass


async def test_a_role_that_two_make_at_once_is_made_once(monkeypatch: pytest.MonkeyPatch):
    """The role is there already on a server that has run tests: so another name is used."""
    for module in ("schema", "set_up", "door"):
        monkeypatch.setattr(f"registry.vault.{module}.ROLE", "registry_vault_race", raising=True)
    monkeypatch.setattr("registry.vault.set_up.LET_SEAL", ())
    for name in ("MAKE_ROLE", "ENTER_ROLE", "MAKE_SCHEMAS"):
        changed = getattr(__import__("registry.vault.schema", fromlist=[name]), name)
        monkeypatch.setattr(f"registry.vault.set_up.{name}", changed.replace("registry_vault", "registry_vault_race"))
    async with databases.empty() as one, databases.empty() as other:
        async with one.engine.begin() as connection:
            if (await connection.run_sync(standing)).role_there:
                await connection.execute(text("drop role registry_vault_race"))

        async def make(database: Database) -> bool:
            async with database.engine.begin() as connection:
                await connection.execute(text("select 1"))
                made = await connection.run_sync(set_up)
                await asyncio.sleep(0.2)  # so that the other meets a role that is not committed yet
                return made

        assert await asyncio.gather(make(one), make(other)) == [True, True]
    async with databases.empty() as third, third.engine.begin() as connection:
        await connection.execute(text("drop role registry_vault_race"))


async def test_who_may_make_no_roles_is_refused_with_a_sentence_and_helped_by_an_administrator():
    async with plain_database() as plain:
        assert await migrate(plain.engine)
        async with plain.engine.connect() as connection:
            found = await connection.run_sync(standing)
            assert not found.is_set_up
            assert not await connection.run_sync(set_up)
            assert await count_cases(connection, NOW) == CaseCount(0, 0)
            with pytest.raises(VaultClosed, match="registry vault setup --sql"):
                async with opened(connection):
                    raise AssertionError("is open")
        findings = await check(plain.engine, CLERK, NOW)
        assert "not set up" in " ".join(findings.wrong)

        script = sql_for_administrator(found)
        await carry_out(plain.as_administrator, script)
        await carry_out(plain.as_administrator, script)  # again: no harm
        async with plain.engine.begin() as connection:
            assert await connection.run_sync(set_up)
            async with opened(connection):
                pass
            with pytest.raises(DBAPIError, match="permission denied"):
                async with connection.begin_nested():
                    await connection.execute(text("select * from vault.audit"))
            assert await count_cases(connection, NOW) == CaseCount(0, 0)
        assert (await check(plain.engine, CLERK, NOW)).wrong == []


async def test_an_act_says_what_to_do_where_there_is_no_key(
    connection: AsyncConnection, clock: FixedClock, keys_are: Callable[..., None]
):
    office = Office(connection, clock)
    keys_are(environment="production")
    _, number = await office.person(await office.practice())
    asked = AskToLook(nhs_number=number, reason="a court order")
    answer = await VAULT.acts[0].run(office.connection, office.context(), asked)
    assert isinstance(answer, Impossible) and "REGISTRY_VAULT_KEY" in answer.sentence


async def test_a_superuser_is_told_that_no_privilege_binds():
    async with plain_database() as plain:
        engine = create_engine(plain.as_administrator, pool_size=2)
        try:
            assert await migrate(engine)
            found = await check(engine, CLERK, NOW)
        finally:
            await engine.dispose()
        assert "superuser" in " ".join(found.beware)
        assert found.wrong == []
