"""`registry letters list` and `show`: what was decided to be sent, and what became of it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.console import REFUSED, AsJson, Stop, on_register, operator, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


def list_command(
    state: Annotated[
        str | None, typer.Option(help="Only these: queued, handed-over, posted, suppressed, returned.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="Only this kind: REM-1, REM-3 ...")] = None,
    nhs: Annotated[str | None, typer.Option(metavar="NHS", help="Only those about this person.")] = None,
    batch: Annotated[int | None, typer.Option(help="Only those of this batch.")] = None,
    as_json: AsJson = False,
) -> None:
    """List letters in the order in which they were decided (at most 200), and how many there are in all.

    Decided is queued plus handed over plus posted plus suppressed; those suppressed are itemised.
    """

    async def work(engine: "AsyncEngine") -> None:
        from registry.anomalies.store import EVERYTHING
        from registry.database import unit_of_work
        from registry.transactions.letters.look import MOST_AT_ONCE, letter_totals, list_letters

        async with unit_of_work(engine) as connection:
            found = await list_letters(
                connection, EVERYTHING, state=state, kind=kind, number=nhs, batch=batch, limit=MOST_AT_ONCE
            )
            totals = await letter_totals(connection, EVERYTHING)
            await _record(connection, found)
        if as_json:
            for each in found:
                print_json(each)
            return
        columns = (
            "reference",
            "kind",
            "state",
            "by way of",
            "NHS number",
            "practice",
            "due",
            "batch",
            "posted",
            "why not",
        )
        print_table(f"{len(found)} letters", columns, [_row(each) for each in found], whole=("NHS number",))
        because = totals.pop("suppressed_because")
        print_table("all letters", ("", ""), [*totals.items(), *((f"  {why}", n) for why, n in because.items())])

    on_register(work)


def show_command(
    reference: Annotated[int, typer.Argument(metavar="REFERENCE", help="The number under its barcode.")],
    as_json: AsJson = False,
) -> None:
    """Show one letter: what it says, as frozen, and what became of it."""

    async def work(engine: "AsyncEngine") -> None:
        from registry.anomalies.store import EVERYTHING
        from registry.database import unit_of_work
        from registry.transactions.letters.look import read_letter

        async with unit_of_work(engine) as connection:
            found = await read_letter(connection, EVERYTHING, reference=reference)
            if found is None:
                raise Stop(REFUSED, "there is no letter of this reference; `registry letters list` shows them")
            await _record(connection, [found])
        if as_json:
            print_json(found)
        else:
            content = found.pop("content")
            print_table("", ("", ""), found.items())
            print_table("what it says", ("", ""), content.items())

    on_register(work)


def _row(each: dict[str, Any]) -> tuple[Any, ...]:
    due = each["due_at"] and f"{each['due_at']:%Y-%m-%d %H:%M}"
    names = ("reference", "kind", "state", "route", "nhs_number", "practice")
    return (*(each[name] for name in names), due, each["batch"], each["posted_on"], each["suppressed_because"])


async def _record(connection: "AsyncConnection", found: "Iterable[dict[str, Any]]") -> None:
    from registry.audit.record import record_read
    from registry.database import Writes
    from registry.values.clock import SystemClock

    writes = Writes()
    seen = {each["patient_id"] for each in found if each["patient_id"] is not None}
    record_read(writes, operator(), "letters", SystemClock().now(), seen)
    await writes.flush(connection)
