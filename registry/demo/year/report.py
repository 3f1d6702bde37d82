"""What a simulated year leaves open, and its report."""

from dataclasses import dataclass
from datetime import datetime

import typer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.console import print_table
from registry.demo.year.run import Passed

_OPEN = text(
    """
    select kind, state, count(*) as items, count(*) filter (where due_at < :now) as late,
      min(due_at) as first_due, min(since) as oldest
    from open_work group by kind, state order by kind, state
    """
)


@dataclass(frozen=True, slots=True)
class Left:
    """Open items of one kind and state."""

    kind: str
    state: str
    items: int
    late: int
    """How many should have been dealt with by now."""
    first_due: datetime | None
    oldest: datetime | None


async def what_is_open(engine: AsyncEngine, now: datetime) -> list[Left]:
    """Everything that is open, by kind and state, as of an instant."""
    async with engine.connect() as connection:
        rows = (await connection.execute(_OPEN, {"now": now})).mappings()
        return [Left(**row) for row in rows]


def print_report(passed: Passed, left: list[Left]) -> None:
    """Print what happened, what is open, and how long it took."""
    print_table("what happened", ("what", "times"), passed.happened.items())
    columns = ("kind", "state", "open", "late", "first due", "oldest")
    rows = [(each.kind, each.state, each.items, each.late, _day(each.first_due), _day(each.oldest)) for each in left]
    print_table("what is open at the end", columns, rows)
    each_second = passed.transactions / passed.seconds if passed.seconds else 0.0
    typer.echo(
        f"{passed.days} days, {passed.transactions} transactions of practices in {passed.seconds:.0f} s"
        f" ({each_second:.0f} a second with all that follows); {sum(each.late for each in left)} items late"
    )


def _day(instant: datetime | None) -> str:
    return "" if instant is None else f"{instant:%Y-%m-%d}"
