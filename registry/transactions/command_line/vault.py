"""Commands of whoever runs the register: making the vault, looking after it, changing its keys."""

from typing import TYPE_CHECKING, Annotated

import typer

from registry.console import REFUSED, AsJson, Stop, on_register, operator, print_json

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


def setup_command(
    sql: Annotated[
        bool, typer.Option("--sql", help="Change nothing; print what an administrator of the database carries out.")
    ] = False,
) -> None:
    """Make what the vault lacks: role, schemas, tables. Repeating it changes nothing.

    Example: registry vault setup --sql
    """

    async def work(engine: "AsyncEngine") -> int:
        from registry.database import unit_of_work
        from registry.vault.set_up import OLDEST_SERVER, set_up, sql_for_administrator, standing

        async with unit_of_work(engine) as connection:
            found = await connection.run_sync(standing)
            if found.server < OLDEST_SERVER:
                raise Stop(REFUSED, "The vault needs PostgreSQL 16 or later.")
            if sql:
                typer.echo(sql_for_administrator(found))
                return 0
            if not await connection.run_sync(set_up):
                sentence = "This user may not make the vault: have an administrator carry out what follows."
                raise Stop(REFUSED, f"{sentence}\n\n{sql_for_administrator(found)}")
        typer.echo("The vault is set up.")
        return 0

    on_register(work)


def check_command(as_json: AsJson = False) -> None:
    """Say how the vault stands: role, schemas, key, and whether every row opens. Exit 1 where something is wrong.

    Example: registry vault check
    """

    async def work(engine: "AsyncEngine") -> int:
        from registry.values.clock import SystemClock
        from registry.vault.check import check

        found = await check(engine, operator(), SystemClock().now())
        if as_json:
            there = {"set_up": found.there.is_set_up, "rows": found.rows, "to_rotate": found.to_rotate}
            print_json({**there, "wrong": found.wrong, "beware": found.beware})
        else:
            typer.echo(f"{found.rows} rows, {found.to_rotate} of them sealed with a former key.")
            for sentence in found.beware:
                typer.echo(f"beware: {sentence}")
            for sentence in found.wrong:
                typer.echo(f"wrong: {sentence}", err=True)
            if not found.wrong:
                typer.echo("The vault is as it should be.")
        return REFUSED if found.wrong else 0

    on_register(work)


def rotate_command() -> None:
    """Seal everything anew with the first key of REGISTRY_VAULT_KEY; then the others can be taken away.

    Example: registry vault rotate
    """

    async def work(engine: "AsyncEngine") -> int:
        from registry.database import unit_of_work
        from registry.patients.invalidated import seal_anew
        from registry.values.clock import SystemClock
        from registry.vault.closed import VaultClosed
        from registry.vault.door import NOT_SET_UP
        from registry.vault.keys import keyring
        from registry.vault.rotate import rotate
        from registry.vault.set_up import standing

        try:
            keys = keyring()
            async with unit_of_work(engine) as connection:
                is_set_up = (await connection.run_sync(standing)).is_set_up
                numbers = await seal_anew(connection, keys)
            rows = await rotate(engine, operator(), SystemClock().now()) if is_set_up else 0
        except VaultClosed as closed:
            raise Stop(REFUSED, str(closed)) from None
        typer.echo(f"{rows} rows and {numbers} numbers are sealed anew." + ("" if is_set_up else f" {NOT_SET_UP}"))
        return 0

    on_register(work)
