"""Commands for development: `registry dev ...`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.console import REFUSED, AsJson, group, on_register

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

app = group("For development alone: a fresh start.")


@app.callback()
def _dev() -> None:
    """For development alone: a fresh start."""


@app.command("restore")
def restore_command(
    population: Annotated[
        Path, typer.Option(metavar="FILE.ndjson", help="The people to begin with, as for people import.")
    ],
    create_practices: Annotated[
        bool, typer.Option("--create-practices", help="Make up the practices that the people name and nobody loaded.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Empty the register and fill it from a file, in one unit of work, also under a running server.

    Everything goes that has happened: people, lists, transactions, messages, cases,
    interchanges, requests and their keys, number series, waiting jobs, and the audit, which
    nothing else can empty. Practices, policies and tokens stay. Works only where REGISTRY_ENV
    is development.

    Exit codes: 0 restored, 1 refused, or some lines were, 2 the file cannot be used and nothing changed.
    """
    from registry.settings import settings

    if not settings().is_development:
        typer.echo("dev restore empties the register: it works only where REGISTRY_ENV is development", err=True)
        raise typer.Exit(REFUSED)

    async def work(engine: "AsyncEngine") -> int:
        from registry.console import operator
        from registry.import_report import ImportReport
        from registry.transactions.command_line.report import ended, listening
        from registry.transactions.take_on.restore import restore
        from registry.values.clock import SystemClock

        report = ImportReport(as_json)
        with listening(population, report) as listener:
            counts = await restore(
                engine,
                population,
                actor=operator(),
                clock=SystemClock(),
                listener=listener,
                create_practices=create_practices,
            )
        return ended(report, counts)

    on_register(work)
