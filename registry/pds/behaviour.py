"""How the simulated national side misbehaves when it is told to.

Written as `name` or `name:N`; with N the first N questions meet it, then the truth is told.
A behaviour belongs to one person, or as an outage to every question.
"""

from datetime import timedelta
from enum import Enum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.pds.port import Later, NationalSideUnavailable, Nobody, Problem, Several

LATE_BY = timedelta(minutes=5)
"""How long after the question a late answer is promised."""


class Behaviour(Enum):
    """What a question meets instead of the truth."""

    TIMEOUT = "timeout"
    """No answer comes. The simulator says so at once and does not make anybody wait."""
    ERROR = "error"
    """The question is refused."""
    LATE = "late"
    """The question is taken; its answer comes when it is asked again."""
    SEVERAL = "several"
    NONE = "none"


def parse_behaviour(written: str) -> tuple[Behaviour, int | None]:
    """A behaviour and how many questions meet it (None: all). Another text: ValueError naming what is known."""
    name, _, times = written.partition(":")
    try:
        return Behaviour(name), int(times) if times else None
    except ValueError:
        known = ", ".join(each.value for each in Behaviour)
        raise ValueError(f"behaviour: {known}, or one of them with `:N`") from None


_SPEND = (
    "update {table} set behaves_times = behaves_times - 1"
    " where {key} = :key and behaviour is not null and (behaves_times is null or behaves_times > 0)"
    " returning behaviour"
)
_SPEND_OUTAGE = text(_SPEND.format(table="simulated_outage", key="id"))
_SPEND_PERSON = text(_SPEND.format(table="simulated_people", key="nhs_number"))
_BEGIN_OUTAGE = text(
    "insert into simulated_outage (id, behaviour, behaves_times) values (1, :behaviour, :times)"
    " on conflict (id) do update set behaviour = excluded.behaviour, behaves_times = excluded.behaves_times"
)
_END_OUTAGE = text("delete from simulated_outage")


async def begin_outage(connection: AsyncConnection, written: str = "timeout") -> None:
    """Let every question meet a behaviour, until it is spent or ended. An unknown one: ValueError."""
    behaviour, times = parse_behaviour(written)
    await connection.execute(_BEGIN_OUTAGE, {"behaviour": behaviour.value, "times": times})


async def end_outage(connection: AsyncConnection) -> None:
    """Answer again. Where there was no outage nothing happens."""
    await connection.execute(_END_OUTAGE)


async def met_by_all(connection: AsyncConnection) -> Behaviour | None:
    """The behaviour that any question meets now, one time of it spent; None where the truth is told."""
    return _behaviour((await connection.execute(_SPEND_OUTAGE, {"key": 1})).scalar_one_or_none())


async def met_by(connection: AsyncConnection, number: str) -> Behaviour | None:
    """The behaviour that a question about a person meets now, one time of it spent."""
    return _behaviour((await connection.execute(_SPEND_PERSON, {"key": number})).scalar_one_or_none())


def _behaviour(stored: str | None) -> Behaviour | None:
    return None if stored is None else Behaviour(stored)


Misbehaviour = NationalSideUnavailable | Later | Several | Nobody


def act(behaviour: Behaviour) -> Misbehaviour:
    """What the caller meets. An exception is returned too: what was spent has to be committed before it is raised."""
    match behaviour:
        case Behaviour.TIMEOUT:
            return NationalSideUnavailable(Problem.TIME_OUT)
        case Behaviour.ERROR:
            return NationalSideUnavailable(Problem.REFUSED)
        case Behaviour.LATE:
            return Later(LATE_BY)
        case Behaviour.SEVERAL:
            return Several()
        case Behaviour.NONE:
            return Nobody()
