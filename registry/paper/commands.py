"""`registry paper`: what the office may do with paper, and the batches."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from registry.console import REFUSED, AsJson, Stop, on_register, operator, print_json, print_table
from registry.paper.acts import PAPER
from registry.transactions.acts.command import commands_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

app = commands_of(PAPER)


@app.command("list")
def list_command(
    practice: Annotated[str | None, typer.Option(metavar="ODS", help="Only those of this practice.")] = None,
    closed: Annotated[bool, typer.Option("--closed", help="Those that are closed too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List batches of forms with their control totals (at most 200)."""

    async def work(engine: "AsyncEngine") -> None:
        from registry.anomalies.store import EVERYTHING
        from registry.paper.read import MOST_AT_ONCE, list_batches

        async with engine.connect() as connection:
            found = await list_batches(connection, EVERYTHING, practice=practice, closed=closed, limit=MOST_AT_ONCE)
        if as_json:
            for each in found:
                print_json(dict(each))
            return
        columns = ("id", "number", "practice", "came on", "received", "keyed", "rejected", "returned", "left", "owner",
                   "due")  # fmt: skip
        rows = [
            (
                each["id"], each["number"], each["practice"], each["received_on"], each["received"], each["keyed"],
                each["rejected"], each["returned"], each["left_over"], each["owner"],
                f"{each['due_at']:%Y-%m-%d}" if each["due_at"] else "closed",
            )
            for each in found
        ]  # fmt: skip
        print_table(f"{len(found)} batches", columns, rows, whole=("id",))

    on_register(work)


@app.command("show")
def show_command(
    batch_id: Annotated[UUID, typer.Argument(metavar="ID", help="As `registry paper list` names it.")],
    as_json: AsJson = False,
) -> None:
    """Show one batch: its totals, and what became of each form."""

    async def work(engine: "AsyncEngine") -> None:
        from registry.anomalies.store import EVERYTHING
        from registry.audit.record import record_read
        from registry.database import Writes, unit_of_work
        from registry.paper.read import read_batch
        from registry.values.clock import SystemClock

        async with unit_of_work(engine) as connection:
            found = await read_batch(connection, EVERYTHING, batch_id)
            if found is None:
                raise Stop(REFUSED, "there is no such batch; `registry paper list` shows those that are open")
            writes = Writes()
            seen = {form["patient_id"] for form in found["forms"] if form["patient_id"] is not None}
            record_read(writes, operator(), "paper-batch", SystemClock().now(), seen)
            await writes.flush(connection)
        if as_json:
            print_json(found)
            return
        forms = found.pop("forms")
        print_table("", ("", ""), found.items())
        columns = ("form", "state", "kind", "what became of it", "reason", "by", "transaction")
        rows = [
            (
                form["reference"], form["state"], form["kind"],
                f"{form['transaction_state']}: {form['outcome']}" if form["transaction_id"] else form["expects"],
                form["reason"], form["decided_by"], form["transaction_id"],
            )
            for form in forms
        ]  # fmt: skip
        print_table(f"{len(forms)} forms", columns, rows, whole=("form", "transaction"))

    on_register(work)
