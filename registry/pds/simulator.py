"""A national side of our own, for development and tests, with people whom the register does not hold."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import Date, Text, Uuid

from registry.database import unit_of_work
from registry.pds.allot import next_number, next_numbers, take_turn
from registry.pds.behaviour import Misbehaviour, act, met_by, met_by_all
from registry.pds.population import SimulatedPerson, add_allotted, born_between, by_number
from registry.pds.port import (
    AllocateResult,
    Allotted,
    AnnounceResult,
    Dead,
    FetchResult,
    Insufficient,
    Later,
    NationalSideUnavailable,
    Nobody,
    Reserved,
    ReserveResult,
    Several,
    Single,
    Taken,
    TakenBeside,
    TraceResult,
    UpdateResult,
    Whereabouts,
)
from registry.pds.trace_rules import alike, cross_checks, search_dates, suffices, trace_matches
from registry.values.person import Demographics

_Answer = TypeVar("_Answer")

_ALLOTTED_BEFORE = text("select nhs_number from simulated_people where allotted_for = :request_id").bindparams(
    bindparam("request_id", type_=Uuid)
)
_TELL = text(
    "insert into simulated_registrations (nhs_number, practice_ods, outside, since, request_id)"
    " values (:number, :practice_ods, :outside, :since, :request_id)"
    " on conflict (nhs_number) do update set practice_ods = excluded.practice_ods, outside = excluded.outside,"
    " since = excluded.since, request_id = excluded.request_id, told_at = excluded.told_at"
).bindparams(bindparam("since", type_=Date), bindparam("request_id", type_=Uuid))
_SET_ASIDE_BEFORE = text(
    "select nhs_number from simulated_reserve where request_id = :request_id order by nhs_number"
).bindparams(bindparam("request_id", type_=Uuid))
_SET_ASIDE = text("insert into simulated_reserve select n, :request_id from unnest(:numbers) n").bindparams(
    bindparam("request_id", type_=Uuid), bindparam("numbers", type_=ARRAY(Text))
)


class Simulator:
    """Answers as PDS does from its own population. Each call is a transaction of its own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def trace(self, question: Demographics, number: str | None) -> TraceResult:
        """See `NationalSide.trace`."""
        async with unit_of_work(self._engine) as connection:
            answer = await _trace(connection, question, number)
        return _said(answer)

    async def fetch(self, number: str) -> FetchResult:
        """See `NationalSide.fetch`."""
        async with unit_of_work(self._engine) as connection:
            answer = await _fetch(connection, number)
        return _said(answer)

    async def allocate(self, question: Demographics, request_id: UUID) -> AllocateResult:
        """See `NationalSide.allocate`. Numbers are of the 999 range and never one of the register's."""
        async with unit_of_work(self._engine) as connection:
            answer = await _allocate(connection, question, request_id)
        return _said(answer)

    async def update(self, number: str, whereabouts: Whereabouts, request_id: UUID) -> UpdateResult:
        """See `NationalSide.update`. Taken for any number: the register's people are known nationally."""
        async with unit_of_work(self._engine) as connection:
            answer = await _update(connection, number, whereabouts, request_id)
        return _said(answer)

    async def reserve(self, count: int, request_id: UUID) -> ReserveResult:
        """See `NationalSide.reserve`. Numbers are of the 999 range and never one of the register's."""
        async with unit_of_work(self._engine) as connection:
            answer = await _reserve(connection, count, request_id)
        return _said(answer)

    async def announce(self, number: str, person: Demographics, request_id: UUID) -> AnnounceResult:
        """See `NationalSide.announce`. From then on a trace finds them."""
        async with unit_of_work(self._engine) as connection:
            answer = await _announce(connection, number, person, request_id)
        return _said(answer)


async def _trace(
    connection: AsyncConnection, question: Demographics, number: str | None
) -> TraceResult | NationalSideUnavailable:
    met = await _met(connection)
    if met is not None:
        return met
    if number is None:
        return await _search(connection, question)
    bearer = await by_number(connection, number)
    if bearer is None:
        return Nobody()
    met = await _met(connection, bearer.number)
    if met is not None:
        return met
    if question.date_of_birth is None:
        return Insufficient()
    return _found(bearer) if cross_checks(question, bearer.person) else Nobody()


async def _search(connection: AsyncConnection, question: Demographics) -> TraceResult | NationalSideUnavailable:
    """The trace without a number: one record has to be left."""
    if question.date_of_birth is None or not suffices(question):
        return Insufficient()
    people = await born_between(connection, *search_dates(question.date_of_birth))
    left = [each for each in people if trace_matches(question, each.person, restricted=each.restricted)]
    for each in left:
        met = await _met(connection, each.number)
        if met is not None:
            return met
    return _one_of(left) or Nobody()


async def _fetch(connection: AsyncConnection, number: str) -> FetchResult | NationalSideUnavailable:
    met = await _met(connection) or await _met(connection, number)
    if isinstance(met, Later | Nobody | NationalSideUnavailable):
        return met
    bearer = await by_number(connection, number)
    return Nobody() if bearer is None else _found(bearer)


async def _allocate(
    connection: AsyncConnection, question: Demographics, request_id: UUID
) -> AllocateResult | NationalSideUnavailable:
    met = await _met(connection)
    if isinstance(met, Later | Several | NationalSideUnavailable):
        return met
    if question.date_of_birth is None or not suffices(question):
        return Insufficient()
    await take_turn(connection)
    before = (await connection.execute(_ALLOTTED_BEFORE, {"request_id": request_id})).scalar_one_or_none()
    if before is not None:
        return Allotted(before)
    people = await born_between(connection, question.date_of_birth, question.date_of_birth)
    known = _one_of([each for each in people if alike(question, each.person)])
    if known is not None:
        return known
    number = await next_number(connection)
    await add_allotted(connection, number, question, request_id)
    return Allotted(number)


async def _update(
    connection: AsyncConnection, number: str, whereabouts: Whereabouts, request_id: UUID
) -> UpdateResult | NationalSideUnavailable:
    met = await _met(connection) or await _met(connection, number)
    if isinstance(met, Later | NationalSideUnavailable):
        return met
    await connection.execute(
        _TELL,
        {
            "number": number,
            "practice_ods": whereabouts.practice_ods,
            "outside": whereabouts.outside,
            "since": whereabouts.since,
            "request_id": request_id,
        },
    )
    return Taken()


async def _reserve(
    connection: AsyncConnection, count: int, request_id: UUID
) -> ReserveResult | NationalSideUnavailable:
    met = await _met(connection)
    if isinstance(met, Later | NationalSideUnavailable):
        return met
    await take_turn(connection)
    before = (await connection.execute(_SET_ASIDE_BEFORE, {"request_id": request_id})).scalars().all()
    if before:
        return Reserved(tuple(before))
    numbers = await next_numbers(connection, count)
    await connection.execute(_SET_ASIDE, {"request_id": request_id, "numbers": numbers})
    return Reserved(tuple(numbers))


async def _announce(
    connection: AsyncConnection, number: str, person: Demographics, request_id: UUID
) -> AnnounceResult | NationalSideUnavailable:
    met = await _met(connection) or await _met(connection, number)
    if isinstance(met, Later | NationalSideUnavailable):
        return met
    await add_allotted(connection, number, person, request_id)
    born = person.date_of_birth
    others = [] if born is None else await born_between(connection, born, born)
    beside = any(each.number != number and alike(person, each.person) for each in others)
    return TakenBeside() if beside else Taken()


async def _met(connection: AsyncConnection, number: str | None = None) -> Misbehaviour | None:
    """What this question meets instead of the truth: by an outage, or because of whom it is about."""
    behaviour = await (met_by_all(connection) if number is None else met_by(connection, number))
    return None if behaviour is None else act(behaviour)


def _one_of(people: Sequence[SimulatedPerson]) -> Single | Dead | Several | None:
    if len(people) > 1:
        return Several()
    return _found(people[0]) if people else None


def _found(person: SimulatedPerson) -> Single | Dead:
    known = person.as_known()
    return Single(known) if known.date_of_death is None else Dead(known)


def _said(answer: _Answer | NationalSideUnavailable) -> _Answer:
    """Raised here and not before: what a behaviour has spent is committed by now."""
    if isinstance(answer, NationalSideUnavailable):
        raise answer
    return answer
