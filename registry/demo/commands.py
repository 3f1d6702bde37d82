"""Commands of the demonstration office."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from registry.console import REFUSED, AsJson, Stop, group, on_register, print_json, progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.ext.asyncio import AsyncEngine

app = group("The demonstration office: invented practices and people, and a day of their traffic.")


@app.callback()
def _demo() -> None:
    """The demonstration office: invented practices and people, and a day of their traffic."""


@app.command("load")
def load_command(
    people: Annotated[int, typer.Option(min=1000, max=2_000_000, help="How many people.")] = 20_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same office.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Load 8 practices, their people, and one working day of about 300 interchanges.

    The day goes through the same door as any practice's messages, so afterwards there are
    approvals, rejections, pending deductions, and a queue with work in it. The register must be
    empty; `registry dev restore` empties one.
    """

    async def work(engine: "AsyncEngine") -> None:
        from registry.demo.load import is_empty, load
        from registry.settings import settings
        from registry.values.clock import SystemClock

        if not await is_empty(engine):
            raise Stop(REFUSED, "the register is not empty: the demonstration office is loaded into an empty one only")
        with ExitStack() as stack:
            loaded = await load(engine, settings(), SystemClock().now(), people=people, seed=seed, tell=bars(stack))
        if as_json:
            print_json(loaded)
        else:
            typer.echo(
                f"{loaded.people} people of {loaded.practices} practices, and {loaded.interchanges} interchanges"
                f" of {loaded.day:%A %d %B %Y}"
            )

    on_register(work)


def bars(stack: ExitStack) -> "Callable[[str, int, int], None]":
    """One progress bar after another, each by its name."""
    shown: dict[str, Callable[[int], None]] = {}

    def tell(step: str, done: int, total: int) -> None:
        if step not in shown:
            stack.pop_all().close()
            shown[step] = stack.enter_context(progress(step, total))
        shown[step](done)

    return tell
