"""Lists in print: page by page, each recorded as seen before it is shown."""

from collections.abc import Iterable
from datetime import date
from itertools import islice

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.console import operator, print_json, print_table
from registry.database import unit_of_work
from registry.transactions.look.list_numbers import list_numbers
from registry.transactions.look.lists import AT_ONCE, find_list, members, movements, people_on_list
from registry.transactions.look.person import Shown, record_look
from registry.transactions.special_registrations.counted import count_list
from registry.values.clock import SystemClock, today

_PERSON = ("nhs_number", "surname", "first_forename", "date_of_birth", "sex", "postcode", "since", "gp_code")
_MOVEMENT = ("effective_on", "nhs_number", "direction", "other_list", "reason", "operation_id")


async def print_members(engine: AsyncEngine, code: str, on: date | None, *, as_json: bool) -> bool:
    """Print who is on a practice's list on a day. False where the code is no practice's."""
    clock = SystemClock()
    day = on or today(clock)
    async with engine.connect() as connection:
        found = await find_list(connection, code)
        if found is None or not found.is_practice:
            return False
        everybody = await members(connection, found.id, day, today(clock))
        counts = await count_list(connection, found.id, day)
    if not as_json:
        apart = f"{counts.counted:,} counted for capitation, {counts.out_of_area:,} living out of the area"
        typer.echo(f"{found.code} {found.practice_name}: {counts.on_list:,} on the list on {day}; {apart}")
        _tell_of_withheld(counts.on_list - len(everybody))
    ids = iter(everybody)
    while some := list(islice(ids, AT_ONCE)):
        async with unit_of_work(engine) as connection:
            page = await people_on_list(connection, found.id, day, some)
            await record_look(connection, operator(), "list", clock.now(), page)
        _print_page(page, _PERSON, as_json=as_json)
    return True


async def print_movements(
    engine: AsyncEngine, code: str, first: date | None, last: date | None, *, as_json: bool
) -> bool:
    """Print who came to a list and who left it. False where there is no such list."""
    clock = SystemClock()
    begin, end = first or date.min, last or today(clock)
    async with engine.connect() as connection:
        found = await find_list(connection, code)
        if found is None:
            return False
        numbers = await list_numbers(connection, found.id, begin, end)
    shown_ones = 0
    after: tuple[date, int] | None = None
    while True:
        async with unit_of_work(engine) as connection:
            page = await movements(connection, found.id, begin, end, after)
            await record_look(connection, operator(), "list", clock.now(), page)
        if not page:
            break
        _print_page(page, _MOVEMENT, as_json=as_json)
        shown_ones += len(page)
        after = (page[-1].answer["effective_on"], page[-1].answer["id"])
    if not as_json:
        typer.echo(
            f"{found.code}: opening {numbers.opening:,}, in {numbers.came:,}, out {numbers.went:,},"
            f" closing {numbers.closing:,}"
        )
        _tell_of_withheld(numbers.came + numbers.went - shown_ones)
    return True


def _tell_of_withheld(withheld: int) -> None:
    """Whoever is left out is counted, and nothing else is said of them."""
    if withheld > 0:
        typer.echo(f"{withheld:,} of them not shown: their whereabouts are protected")


def _print_page(page: Iterable[Shown], columns: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        for shown in page:
            print_json(shown.answer)
    else:
        print_table(
            "", (column.replace("_", " ") for column in columns), ([s.answer[c] for c in columns] for s in page)
        )
