"""Commands about the queue: `registry anomalies list` and `show`."""

from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

import typer

from registry.console import REFUSED, AsJson, Stop, group, on_register

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

app = group("The queue of cases that a person settles.")


@app.callback()
def _anomalies() -> None:
    """The queue of cases that a person settles."""


@app.command("list")
def list_command(
    state: Annotated[Literal["open", "decided", "any"], typer.Option(help="Which cases.")] = "open",
    kind: Annotated[str | None, typer.Option(help="Only cases of this kind.")] = None,
    practice: Annotated[str | None, typer.Option(metavar="ODS", help="Only cases of this practice.")] = None,
    as_json: AsJson = False,
) -> None:
    """List cases, in the order in which they were opened. With --json one case a line."""

    async def work(engine: "AsyncEngine") -> None:
        from registry.transactions.command_line.print_cases import print_cases

        wanted = None if state == "any" else state
        await print_cases(engine, wanted, kind, practice.upper() if practice else None, as_json=as_json)

    on_register(work)


@app.command()
def show(
    case_id: Annotated[UUID, typer.Argument(metavar="ID", help="The case, as `registry anomalies list` names it.")],
    as_json: AsJson = False,
) -> None:
    """Show a case: why it is here, what was asked, whom it may mean, and with which codes it can be rejected.

    Its version goes into the decision, which is sent back when the facts have moved since.
    The next step: registry anomalies decide ID --version N ... Exit codes: 0 shown, 1 no such case.
    """

    async def work(engine: "AsyncEngine") -> None:
        from registry.transactions.command_line.print_cases import print_case

        if not await print_case(engine, case_id, as_json=as_json):
            raise Stop(REFUSED, "there is no such case; `registry anomalies list` shows those that are open")

    on_register(work)
