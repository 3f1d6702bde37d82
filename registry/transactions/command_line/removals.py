"""`registry removals list`: who is to leave a list, and when."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from registry.console import AsJson, on_register, operator, print_json, print_table
from registry.transactions.command_line.lists import read_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine


def list_command(
    nhs: Annotated[str | None, typer.Option(metavar="NHS", help="Only of this person.")] = None,
    practice: Annotated[str | None, typer.Option(metavar="ODS", help="Only from this practice's list.")] = None,
    on: Annotated[date | None, typer.Option(metavar="DATE", parser=read_day, help="Only of this day.")] = None,
    held: Annotated[bool, typer.Option("--held", help="Only those that wait although their day has come.")] = False,
    closed: Annotated[bool, typer.Option("--closed", help="Those at their end too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List pending removals and deductions by day, then by number (at most 200); those without a day come last.

    A star before the number: the person is not with that practice any more. The last column says
    what it waits for, or why it is held. Everybody shown is recorded in the audit as seen.
    """

    async def work(engine: "AsyncEngine") -> None:
        from registry.anomalies.store import EVERYTHING
        from registry.audit.record import record_read
        from registry.database import Writes, unit_of_work
        from registry.transactions.removals.look import MOST_AT_ONCE, list_removals
        from registry.values.clock import SystemClock

        async with unit_of_work(engine) as connection:
            found = await list_removals(
                connection,
                EVERYTHING,
                number=nhs,
                practice=practice,
                due_on=on,
                held=held,
                closed=closed,
                limit=MOST_AT_ONCE,
            )
            writes = Writes()
            seen = {each["patient_id"] for each in found}
            record_read(writes, operator(), "removals", SystemClock().now(), seen)
            await writes.flush(connection)
        if as_json:
            for each in found:
                print_json(each)
        else:
            _print(found)

    on_register(work)


def _print(found: "Sequence[dict[str, object]]") -> None:
    columns = ("due", "NHS number", "name", "born", "practice", "doctor", "why", "asked", "stage", "version", "held")
    rows = [
        (
            each["due_on"],
            f"{'*' if each['has_moved_on'] and each['state'] == 'pending' else ' '}{each['nhs_number'] or ''}",
            f"{each['surname']}, {each['first_forename'] or ''}"[:24],
            each["date_of_birth"],
            each["practice"],
            each["gp_code"],
            each["removal"],
            each["requested_on"],
            each["stage"],
            each["version"],
            each["held_because"] or (each["sentence"] if each["due_on"] is None else None),
        )
        for each in found
    ]
    print_table(f"{len(found)} removals", columns, rows, whole=("due", "NHS number"))
