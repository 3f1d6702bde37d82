"""`registry work`: everything that is open."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.console import AsJson, group, on_register, operator
from registry.monitoring.print_rows import print_rows

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

work = group("Everything that is open: whose move it is, what is waited for, and by when.")


@work.callback()
def _work() -> None:
    """Everything that is open: whose move it is, what is waited for, and by when."""


@work.command("list")
def list_work_command(
    owner: Annotated[str | None, typer.Option(help="Only those whose move it is: registration, practice ...")] = None,
    practice: Annotated[str | None, typer.Option(metavar="ODS", help="Only those of this practice.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only this kind: transaction, case, matter, letter ...")] = None,
    late: Annotated[bool, typer.Option("--late", help="Only what is late.")] = False,
    counts: Annotated[bool, typer.Option("--counts", help="Count by owner and kind.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what is open, in the order in which it falls due (at most 200), or count it."""

    async def run(engine: "AsyncEngine") -> None:
        from registry.anomalies.store import EVERYTHING
        from registry.database import unit_of_work
        from registry.monitoring.work import MOST_AT_ONCE, count_work, list_work
        from registry.values.clock import SystemClock

        chosen: dict[str, Any] = {"owner": owner, "practice": practice, "kind": kind, "late": late}
        now = SystemClock().now()
        async with unit_of_work(engine) as connection:
            if counts:
                found = await count_work(connection, EVERYTHING, now, **chosen)
            else:
                found = await list_work(connection, EVERYTHING, now, **chosen, limit=MOST_AT_ONCE)
                await _record(connection, found)
        print_rows(found, f"{len(found)} open" if not counts else "open work", as_json, whole=("id",))

    on_register(run)


async def _record(connection: "AsyncConnection", found: Iterable[dict[str, Any]]) -> None:
    from registry.audit.record import record_read
    from registry.database import Writes
    from registry.values.clock import SystemClock

    writes = Writes()
    seen = {each["patient_id"] for each in found if each["patient_id"] is not None}
    record_read(writes, operator(), "work", SystemClock().now(), seen)
    await writes.flush(connection)
