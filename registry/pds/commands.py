"""Commands for the national side: its simulated people, its outages, and what waits for it.

What a command needs is imported when it runs, so that `registry --help` answers at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

app = typer.Typer(no_args_is_help=True, help="The national side: a simulator in development and tests.")

_Result = TypeVar("_Result")


@app.command()
def load(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="FHIR Patients, one a line.")],
) -> None:
    """Load people whom the national side knows. Safe to repeat; lines that cannot be read are reported."""
    from registry.pds.population import SimulatedPerson, load_people
    from registry.pds.read_people import RefusedLine, read_people

    refused: list[RefusedLine] = []

    async def load_file(connection: "AsyncConnection") -> int:
        def good() -> "Iterator[SimulatedPerson]":
            with file.open("rb") as lines:
                for each in read_people(lines):
                    if isinstance(each, RefusedLine):
                        refused.append(each)
                    else:
                        yield each

        return await load_people(connection, good())

    loaded = _in_development(load_file)
    for each in refused:
        typer.echo(f"line {each.line}: {each.reason}", err=True)
    typer.echo(f"{loaded} people loaded, {len(refused)} lines refused")
    raise typer.Exit(1 if refused else 0)


@app.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Count the simulated people, and the requests by kind and state."""
    from dataclasses import asdict

    from registry.database import to_json
    from registry.pds.counts import count

    found = asdict(_with_database(count))
    if as_json:
        typer.echo(to_json(found))
        return
    for name, value in found.items():
        typer.echo(f"{name:14} {value if value is not None else '-'}")


@app.command()
def outage(
    switch: Annotated[Literal["on", "off"], typer.Argument(help="on or off")],
    behaviour: Annotated[
        str, typer.Option(help="timeout, error, late, several or none; with :N only the first N questions.")
    ] = "timeout",
) -> None:
    """Let the simulator misbehave to every question, or end that."""
    from registry.pds.behaviour import begin_outage, end_outage

    async def turn(connection: "AsyncConnection") -> None:
        await (begin_outage(connection, behaviour) if switch == "on" else end_outage(connection))

    try:
        _in_development(turn)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def _in_development(work: "Callable[[AsyncConnection], Awaitable[_Result]]") -> _Result:
    from registry.settings import settings

    if not settings().is_development:
        typer.echo("the simulator is for development and tests only", err=True)
        raise typer.Exit(1)
    return _with_database(work)


def _with_database(work: "Callable[[AsyncConnection], Awaitable[_Result]]") -> _Result:
    from registry.database import create_engine, unit_of_work
    from registry.embedded_postgres import database_url
    from registry.settings import settings

    async def run() -> _Result:
        engine = create_engine(database_url(settings()), pool_size=1)
        try:
            async with unit_of_work(engine) as connection:
                return await work(connection)
        finally:
            await engine.dispose()

    return asyncio.run(run())
