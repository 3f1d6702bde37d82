"""Commands about transactions: `registry transactions ...`."""

from typing import TYPE_CHECKING, Annotated

import typer

from registry.console import REFUSED, AsJson, Stop, group, on_register

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

app = group("Transactions of practices: what was asked, and what became of it.")


@app.callback()
def _transactions() -> None:
    """Transactions of practices: what was asked, and what became of it."""


@app.command()
def show(
    handle: Annotated[
        str, typer.Argument(metavar="OPERATION_ID|ID", help="The practice's operation id, or the register's own id.")
    ],
    as_json: AsJson = False,
) -> None:
    """Show a transaction: its state, the sentence that explains it, and the messages and movements that followed.

    An operation id repeats when a practice's numbers begin anew: the newest transaction comes
    first. With --json one transaction a line.

    Exit codes: 0 shown, 1 no such transaction.
    """

    async def work(engine: "AsyncEngine") -> None:
        from registry.console import operator, print_json
        from registry.database import unit_of_work
        from registry.transactions.command_line.print_details import print_transaction
        from registry.transactions.look.person import record_look
        from registry.transactions.look.transactions import look_at_transactions
        from registry.values.clock import SystemClock

        async with unit_of_work(engine) as connection:
            found = await look_at_transactions(connection, handle)
            await record_look(connection, operator(), "transaction", SystemClock().now(), found)
        if not found:
            raise Stop(REFUSED, "no transaction has this id")
        for shown in found:
            (print_json if as_json else print_transaction)(shown.answer)

    on_register(work)
