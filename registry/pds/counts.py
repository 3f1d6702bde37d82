"""What the simulated national side holds, and what is asked of the national side."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_POPULATION = text(
    """
    select count(*) filter (where superseded_by is null), count(*) filter (where superseded_by is not null),
           count(date_of_death), count(allotted_for), count(behaviour),
           (select count(*) from simulated_registrations)
    from simulated_people
    """
)
_OUTAGE = text("select behaviour, behaves_times from simulated_outage where behaves_times is distinct from 0")
_REQUESTS = text("select kind, state, count(*) from national_requests group by kind, state order by kind, state")


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of people and requests. `outage` is a behaviour, with how often it is still met where that is limited."""

    people: int
    superseded: int
    dead: int
    allotted: int
    misbehaving: int
    registrations: int
    outage: str | None
    requests: dict[str, dict[str, int]]
    """By kind, then by state: P waiting, E error, U answered and to be applied, C complete."""


async def count(connection: AsyncConnection) -> Counts:
    """Count everything."""
    population = (await connection.execute(_POPULATION)).one()
    outage = (await connection.execute(_OUTAGE)).one_or_none()
    requests: dict[str, dict[str, int]] = {}
    for kind, state, number in await connection.execute(_REQUESTS):
        requests.setdefault(kind, {})[state] = number
    return Counts(*population, outage=_written(outage[0], outage[1]) if outage else None, requests=requests)


def _written(behaviour: str, times: int | None) -> str:
    return behaviour if times is None else f"{behaviour}:{times}"
