"""`registry matters`: what the office has in hand."""

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from registry.console import REFUSED, AsJson, Stop, group, on_register, operator, print_json, print_table

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

app = group("What the office has in hand: removals, assignments, FP69s, places on the scheme.")


@app.callback()
def _matters() -> None:
    """What the office has in hand: removals, assignments, FP69s, places on the scheme."""


@app.command("list")
def list_command(
    kind: Annotated[str | None, typer.Option(help="Only this kind: fp69, special-allocation, assignment ...")] = None,
    owner: Annotated[str | None, typer.Option(help="Only those whose move it is.")] = None,
    nhs: Annotated[str | None, typer.Option(metavar="NHS", help="Only those about this person.")] = None,
    closed: Annotated[bool, typer.Option("--closed", help="Those at their end too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List open matters, in the order in which they were opened (at most 200)."""

    async def work(engine: "AsyncEngine") -> None:
        from registry.anomalies.store import EVERYTHING
        from registry.database import unit_of_work
        from registry.transactions.matters.read import MOST_AT_ONCE, list_matters

        async with unit_of_work(engine) as connection:
            found = await list_matters(
                connection, EVERYTHING, kind=kind, owner=owner, number=nhs, closed=closed, limit=MOST_AT_ONCE
            )
            await _record(connection, found)
        if as_json:
            for each in found:
                print_json(dict(each))
            return
        columns = ("id", "kind", "state", "version", "practice", "NHS number", "owner", "expects", "due")
        rows = [
            (
                each["id"], each["kind"], each["state"], each["version"], each["practice"], each["nhs_number"],
                each["owner"], each["expects"], each["due_at"] and f"{each['due_at']:%Y-%m-%d %H:%M}",
            )
            for each in found
        ]  # fmt: skip
        print_table(f"{len(found)} matters", columns, rows, whole=("id", "NHS number"))

    on_register(work)


@app.command("show")
def show_command(
    matter_id: Annotated[UUID, typer.Argument(metavar="ID", help="As `registry matters list` names it.")],
    as_json: AsJson = False,
) -> None:
    """Show one matter: where it stands, what it waits for, and everything that happened to it."""

    async def work(engine: "AsyncEngine") -> None:
        from registry.anomalies.store import EVERYTHING
        from registry.database import unit_of_work
        from registry.transactions.liaison.look import cases_about
        from registry.transactions.matters.read import read_matter

        async with unit_of_work(engine) as connection:
            found = await read_matter(connection, EVERYTHING, matter_id)
            if found is None:
                raise Stop(REFUSED, "there is no such matter; `registry matters list` shows those that are open")
            await _record(connection, [found])
            cases = await cases_about(connection, matter_id)
        if as_json:
            print_json({**found, "cases": cases})
            return
        events = found.pop("events")
        print_table("", ("", ""), found.items())
        columns = ("version", "event", "from", "to", "at", "by", "reason")
        print_table(
            "what happened",
            columns,
            [
                (
                    e["version"],
                    e["event"],
                    e["from_state"],
                    e["to_state"],
                    f"{e['at']:%Y-%m-%d %H:%M}",
                    e["by"],
                    e["reason"],
                )
                for e in events
            ],
        )
        if cases:
            shown = ("reference", "with_whom", "asks", "state", "their_reference", "outcome", "due_at")
            print_table("cases about it", shown, [[each[name] for name in shown] for each in cases])

    on_register(work)


async def _record(connection: "AsyncConnection", found: Any) -> None:
    from registry.audit.record import record_read
    from registry.database import Writes
    from registry.values.clock import SystemClock

    writes = Writes()
    seen = {each["patient_id"] for each in found if each["patient_id"] is not None}
    record_read(writes, operator(), "matters", SystemClock().now(), seen)
    await writes.flush(connection)
