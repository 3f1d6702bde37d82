"""Commands for the reserve of NHS numbers.

What a command needs is imported when it runs, so that `registry --help` answers at once.
"""

from typing import TYPE_CHECKING, Any

import typer

from registry.console import REFUSED, AsJson, Stop, group, on_register, print_json

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

app = group("The reserve of NHS numbers, set aside by the national side for people yet to be made.")


@app.callback()
def _numbers() -> None:
    """The reserve of NHS numbers, set aside by the national side for people yet to be made."""


@app.command("status")
def status_command(as_json: AsJson = False) -> None:
    """How many numbers are at hand, how many are to be, and what became of the last order.

        registry numbers status

    Exit codes: 0 enough are at hand, 1 none is.
    """

    async def work(engine: "AsyncEngine") -> int:
        told = await _status(engine)
        if as_json:
            print_json(told)
        else:
            for name, value in told.items():
                typer.echo(f"{name:14} {'-' if value is None else value}")
        return 0 if told["held"] else REFUSED

    on_register(work)


@app.command("refill")
def refill_command(as_json: AsJson = False) -> None:
    """Have numbers set aside now, where too few are at hand; the worker does so every ten minutes.

        registry numbers refill

    Exit codes: 0 done, or enough are at hand; 1 the national side did not answer.
    """

    async def work(engine: "AsyncEngine") -> int:
        from registry.jobs.handlers import JobContext
        from registry.pds.refill import refill
        from registry.settings import settings
        from registry.values.clock import SystemClock

        came = await refill(JobContext(engine, SystemClock(), settings()))
        told = await _status(engine)
        if told["problem"] is not None:
            raise Stop(REFUSED, f"the national side did not answer ({told['problem']}); {told['held']} are at hand")
        if as_json:
            print_json({"came": came, **told})
        else:
            typer.echo(f"{came} numbers came, {told['held']} are at hand")
        return 0

    on_register(work)


async def _status(engine: "AsyncEngine") -> dict[str, Any]:
    from registry.patients.orders import last_order
    from registry.patients.reserve import held
    from registry.policies.store import load
    from registry.settings import settings
    from registry.values.clock import SystemClock, today

    async with engine.connect() as connection:
        rule = (await load(connection, settings().profile)).on("number_reserve", today(SystemClock()))
        last = await last_order(connection)
        return {
            "held": await held(connection),
            "hold": rule["hold"],
            "refill_below": rule["refill_below"],
            "ordered_at": last and last.asked_at,
            "filled_at": last and last.filled_at,
            "came": last and last.came,
            "problem": last and last.problem,
        }
