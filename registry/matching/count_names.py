"""Count every night how common names and postcodes are on the register, in SQL.

Only what many bear is kept: the table tells about names and never about somebody.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.jobs import names
from registry.jobs.handlers import JobContext, Payload, handler, schedule
from registry.matching.frequencies import COMMONER_BY, LEAST_BEARERS, Kind

_EMPTY = text("delete from name_frequencies")
_SINGLE = {Kind.FORENAME: "first_forename", Kind.SURNAME: "surname", Kind.POSTCODE: "postcode"}
_COUNT_EACH = [
    text(
        f"insert into name_frequencies (kind, value, bearers) select '{kind}', {column}, count(*) from match_keys"
        f" where is_current and {column} <> '' group by {column} having count(*) >= {LEAST_BEARERS[kind]}"
    )
    for kind, column in _SINGLE.items()
]
# Both names are listed wherever the full name is, because they are at least as common.
_COUNT_TOGETHER = text(
    f"""
    insert into name_frequencies (kind, value, bearers)
    select '{Kind.FULL_NAME}', borne.first_forename || ',' || borne.surname, borne.bearers
    from (
        select first_forename, surname, count(*) as bearers from match_keys
        where is_current and first_forename <> '' and surname <> ''
        group by first_forename, surname having count(*) >= {LEAST_BEARERS[Kind.FULL_NAME]}
    ) as borne
    join name_frequencies as f on f.kind = '{Kind.FORENAME}' and f.value = borne.first_forename
    join name_frequencies as s on s.kind = '{Kind.SURNAME}' and s.value = borne.surname
    where borne.bearers * cast(:people as float8) > {COMMONER_BY} * cast(f.bearers as float8) * s.bearers
    """
)
_PEOPLE = text("select count(*) from match_keys where is_current")
_NOTE = text(
    "insert into name_counts (id, people, counted_at) values (1, :people, :now)"
    " on conflict (id) do update set people = excluded.people, counted_at = excluded.counted_at"
).bindparams(bindparam("now", type_=DateTime(timezone=True)))
# Two counts at once would collide; whoever comes second counts after the first.
_ONE_AT_A_TIME = text("lock table name_counts in share row exclusive mode")


async def count_names(connection: AsyncConnection, now: datetime) -> int:
    """Count anew in the caller's unit of work; returns how many people were counted.

    Registrations go on meanwhile, with the counts of the night before.
    """
    await connection.execute(_ONE_AT_A_TIME)
    people: int = (await connection.execute(_PEOPLE)).scalar_one()
    await connection.execute(_EMPTY)
    for statement in _COUNT_EACH:
        await connection.execute(statement)
    await connection.execute(_COUNT_TOGETHER, {"people": people})
    values: dict[str, Any] = {"people": people, "now": now}
    await connection.execute(_NOTE, values)
    return people


@handler(names.COUNT_NAMES)
async def count_names_job(context: JobContext, payload: Payload) -> None:
    """Nightly."""
    async with context.unit_of_work() as connection:
        await count_names(connection, context.clock.now())


schedule(names.COUNT_NAMES, "41 2 * * *")
