"""`registry monitor`: the run sheet, the balances and their signing, and how long answers take."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.console import REFUSED, AsJson, Stop, group, on_register, operator, print_json, print_table
from registry.monitoring.print_rows import print_balance, print_rows

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from registry.transactions.context import Context

monitor = group("The morning's run sheet, the evening's balance, and how long answers take.")

Day = Annotated[datetime, typer.Argument(metavar="DAY", formats=["%Y-%m-%d"], help="The London day: YYYY-MM-DD.")]


@monitor.callback()
def _monitor() -> None:
    """The morning's run sheet, the evening's balance, and how long answers take."""


@monitor.command("run-sheet")
def run_sheet_command(
    on: Annotated[
        datetime | None, typer.Option("--on", metavar="DAY", formats=["%Y-%m-%d"], help="Another day than today.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print what the office begins the day with: what is due and late, the links, what did not balance."""

    async def run(engine: "AsyncEngine") -> None:
        from registry.monitoring.print_run_sheet import print_run_sheet
        from registry.monitoring.run_sheet import run_sheet

        async with engine.connect() as connection:
            sheet = await run_sheet(connection, await _context(connection), on.date() if on else None)
        if as_json:
            print_json(sheet)
        else:
            print_run_sheet(sheet)

    on_register(run)


@monitor.command("balance")
def balance_command(
    day: Day,
    differing: Annotated[bool, typer.Option("--differing", help="Only the practices that do not balance.")] = False,
    strike: Annotated[bool, typer.Option("--strike", help="Take the figures down now, unless it is signed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show a day's balance, practice by practice: opening + in - out = closing, and what else must add up."""

    async def run(engine: "AsyncEngine") -> None:
        from registry.anomalies.store import EVERYTHING
        from registry.database import unit_of_work
        from registry.monitoring.balance import strike_balance
        from registry.monitoring.read_balance import read_balance

        async with unit_of_work(engine) as connection:
            context = await _context(connection)
            if strike:
                if day.date() > context.today:
                    raise Stop(REFUSED, "this day has not begun")
                await strike_balance(connection, context, day.date())
            found = await read_balance(connection, EVERYTHING, day.date(), differing=differing)
        if found is None:
            raise Stop(REFUSED, "this day was not balanced; --strike does it")
        if as_json:
            print_json(found)
            return
        lines = found.pop("lines")
        print_table("", ("", ""), found.items())
        print_balance(lines)

    on_register(run)


@monitor.command("sign")
def sign_command(
    day: Day,
    remark: Annotated[str | None, typer.Option(help="Why practices do not balance, where some do not.")] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Who signs, where that is not the owner of this account.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Sign a day that is over: its figures are taken down once more, and never change again.

    Exit 1 when it cannot be signed: the day is not over, an earlier one is not signed, or
    practices differ and there is no remark.
    """

    async def run(engine: "AsyncEngine") -> None:
        from dataclasses import replace

        from registry.monitoring.balance import Unsignable, sign_balance
        from registry.retry import retrying
        from registry.values.actor import Actor, ActorKind

        async def sign(connection: "AsyncConnection") -> Any:
            context = await _context(connection)
            if by is not None:
                context = replace(context, actor=Actor(ActorKind.STAFF, f"command-line:{by}"))
            return await sign_balance(connection, context, day.date(), remark)

        match await retrying(engine, sign):
            case None:
                raise Stop(REFUSED, "this day was not balanced; `registry monitor balance DAY --strike` does it")
            case Unsignable(sentence=sentence):
                raise Stop(REFUSED, sentence)
            case signed:
                if as_json:
                    print_json({"day": signed.day, "practices": signed.practices, "differing": signed.differing})
                else:
                    typer.echo(
                        f"{signed.day} is signed: {signed.practices} practices, {signed.differing} of which differ"
                    )

    on_register(run)


@monitor.command("unanswered")
def unanswered_command(as_json: AsJson = False) -> None:
    """Show how long acceptances wait for F4 or F3, in working days, and which wait for longer than any may."""

    async def run(engine: "AsyncEngine") -> None:
        from registry.monitoring.ages import never_approved, unanswered

        async with engine.connect() as connection:
            context = await _context(connection)
            ages, late = await unanswered(connection, context), await never_approved(connection, context)
        if as_json:
            print_json({**ages, "never_approved": late})
            return
        rows = [{"practice": name, **found} for name, found in (("all", ages["all"]), *ages["practices"].items())]
        print_rows(rows, "unanswered acceptances by working days", as_json)
        print_rows(late, f"{len(late)} without an answer for longer than any may be", as_json, whole=("id",))

    on_register(run)


async def _context(connection: "AsyncConnection") -> "Context":
    from registry.policies.store import load
    from registry.settings import settings
    from registry.transactions.context import Context
    from registry.values.clock import SystemClock

    return Context(operator(), SystemClock(), await load(connection, settings().profile))
