"""Numbers that the simulated national side makes: of the 999 range, which is nobody's."""

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text

from registry.patients.invalidated import invalidated_among
from registry.values.nhs_number import check_digit

_FIRST_STEM = 999_600_000
_LAST_STEM = 999_999_998
_AT_ONCE = 50

_TURN = {"key": 7_203_114_999}
"""Key of the advisory lock under which a number is made, so that two requests never get one number."""

_TAKE_TURN = text("select pg_advisory_xact_lock(:key)")
_LAST_ALLOTTED = text(
    "select greatest("
    "(select max(nhs_number) from simulated_people where allotted_for is not null and nhs_number >= :first),"
    " (select max(nhs_number) from simulated_reserve))"
)
_FREE = text(
    "select number from unnest(:numbers) with ordinality n(number, place)"
    " where not exists (select from simulated_people p where p.nhs_number = number)"
    " and not exists (select from patients p where p.nhs_number = number)"
    " and not exists (select from patient_numbers p where p.nhs_number = number)"
    " order by place"
).bindparams(bindparam("numbers", type_=ARRAY(Text)))


async def take_turn(connection: AsyncConnection) -> None:
    """Wait until no other transaction makes a number, and keep others waiting until this one ends."""
    await connection.execute(_TAKE_TURN, _TURN)


async def next_number(connection: AsyncConnection) -> str:
    """A number that neither the register nor the national side has, after all made before.

    Whoever asks has taken the turn and writes the number down in the same transaction. When
    the range is exhausted: ValueError.
    """
    return (await next_numbers(connection, 1))[0]


async def next_numbers(connection: AsyncConnection, count: int) -> list[str]:
    """Several such numbers, ascending. Raises ValueError where fewer are left in the range."""
    last = (await connection.execute(_LAST_ALLOTTED, {"first": str(_FIRST_STEM * 10)})).scalar_one()
    candidates = valid_numbers(_FIRST_STEM if last is None else int(last[:9]) + 1)
    found: list[str] = []
    while batch := list(islice(candidates, max(_AT_ONCE, count - len(found)))):
        free = [str(each) for each in (await connection.execute(_FREE, {"numbers": batch})).scalars()]
        invalidated = await invalidated_among(connection, free)
        found += [each for each in free if each not in invalidated][: count - len(found)]
        if len(found) == count:
            return found
    raise ValueError("no NHS numbers are left in the range")


def valid_numbers(first_stem: int) -> Iterator[str]:
    """Every valid number from a stem of nine digits on; about one stem in eleven has none."""
    for stem in range(first_stem, _LAST_STEM + 1):
        digit = check_digit(str(stem))
        if digit is not None:
            yield f"{stem}{digit}"
