"""Commands about lists: `registry lists ...`."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from registry.console import REFUSED, UNUSABLE, AsJson, Stop, group, on_register

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

app = group("Practices' lists: who is on one, who came and who went.")


def read_day(text: str) -> date:
    """A day as an option gives it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write a day as YYYY-MM-DD") from None


Code = Annotated[str, typer.Argument(metavar="ODS", help="ODS code of the practice.")]
Day = Annotated[date | None, typer.Option(metavar="DATE", parser=read_day)]


@app.callback()
def _lists() -> None:
    """Practices' lists: who is on one, who came and who went."""


@app.command()
def show(
    code: Code,
    on: Annotated[
        date | None, typer.Option(metavar="DATE", parser=read_day, help="The day; today unless given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show everybody on a practice's list on a day, by name, and how many they are.

    With --json one person a line. Everybody shown is recorded in the audit as seen.

    Exit codes: 0 shown, 1 no such list.
    """

    async def work(engine: "AsyncEngine") -> None:
        from registry.transactions.command_line.print_lists import print_members

        if not await print_members(engine, code, on, as_json=as_json):
            raise Stop(REFUSED, f"{code} is no practice of the register")

    on_register(work)


@app.command()
def movements(
    code: Code,
    first: Annotated[
        date | None,
        typer.Option("--from", metavar="DATE", parser=read_day, help="The first day; the beginning unless given."),
    ] = None,
    last: Annotated[
        date | None, typer.Option("--to", metavar="DATE", parser=read_day, help="The last day; today unless given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show who came to a list and who left it, in order, with opening, in, out and closing numbers.

    Opening is the number when the first day began; opening plus in minus out is closing. A
    list outside every practice can be looked at too, by its name: take-on, birth,
    first-registration, elsewhere, abroad, left-area, out-of-area, death, unregistered.

    With --json one movement a line, without the numbers. Exit codes: 0 shown, 1 no such list.
    """
    if first is not None and last is not None and last < first:
        typer.echo("--to is before --from", err=True)
        raise typer.Exit(UNUSABLE)

    async def work(engine: "AsyncEngine") -> None:
        from registry.transactions.command_line.print_lists import print_movements

        if not await print_movements(engine, code, first, last, as_json=as_json):
            raise Stop(REFUSED, f"{code} is no list of the register")

    on_register(work)
