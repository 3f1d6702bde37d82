"""`registry check-invariants`: every rule that must always hold."""

from typing import TYPE_CHECKING, Annotated

import typer

from registry.console import REFUSED, AsJson, on_register, print_json

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


def check_invariants(
    queries: Annotated[bool, typer.Option("--queries", help="Print each query too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check every rule that must always hold, and tell of each how many rows break it and how long that took.

    Exit 1 when one does not hold; docs/invariants.md says what to do.
    """

    async def run(engine: "AsyncEngine") -> int:
        from registry.monitoring.check import measure
        from registry.monitoring.print_invariants import as_data, print_checked

        async with engine.connect() as connection:
            checked = await measure(connection)
        if as_json:
            print_json(as_data(checked, queries=queries))
        else:
            print_checked(checked, queries=queries)
        return REFUSED if any(each.breaking for each in checked) else 0

    on_register(run)
