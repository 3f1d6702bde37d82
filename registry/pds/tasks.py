"""What a request to the national side asks for now, read in one short unit of work."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.jobs.handlers import JobContext
from registry.pds.port import Whereabouts
from registry.pds.requests import described, lock_open, whereabouts_of, withdraw
from registry.transactions.commands import TraceAnswer
from registry.transactions.national_answers import NationalRequest, read_request
from registry.values.person import Demographics


@dataclass(frozen=True, slots=True)
class Question:
    """Who is it, or which number may they have?"""

    request: NationalRequest
    person: Demographics


@dataclass(frozen=True, slots=True)
class Telling:
    """Where a person now is."""

    request: NationalRequest
    patient_id: UUID
    number: str
    whereabouts: Whereabouts


@dataclass(frozen=True, slots=True)
class Announcing:
    """Who was given a number of the reserve."""

    request: NationalRequest
    patient_id: UUID
    number: str
    person: Demographics


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer has come already and was not applied."""

    request: NationalRequest
    answer: TraceAnswer


Task = Question | Telling | Announcing | Answered


async def read_task(context: JobContext, request_id: UUID) -> Task | None:
    """What is to be done about a request. None where that is nothing: it is complete, or put off until later.

    A request that nobody waits for any more is closed here.
    """
    async with context.unit_of_work() as connection:
        request = await read_request(connection, request_id)
        if request is None or not request.is_open or _comes_early(request, context):
            return None
        if request.kind == "allocate" and request.patient_id is not None:
            return await _for_person(connection, context, request, request.patient_id)
        if request.kind == "announce" and request.patient_id is not None:
            return await _announcing(connection, context, request, request.patient_id)
        if request.patient_id is not None:
            return await _telling(connection, context, request, request.patient_id)
        if request.command is None or request.waits_until is None:
            await _close(connection, context, request, "transaction-settled")
            return None
        if request.answer is not None:
            return Answered(request, request.answer)
        return Question(request, request.command.demographics)


def _comes_early(request: NationalRequest, context: JobContext) -> bool:
    """A second job for a request that has been put off. The first asks without looking at the clock."""
    due = request.next_attempt_at
    return request.attempts > 0 and due is not None and due > context.clock.now()


async def _for_person(
    connection: AsyncConnection, context: JobContext, request: NationalRequest, patient_id: UUID
) -> Question | Answered | None:
    """A number for somebody whom the register holds without one. Whoever came by one meanwhile needs none."""
    if request.answer is not None:
        return Answered(request, request.answer)
    person = await described(connection, patient_id)
    if person.number is not None:
        await _close(connection, context, request, "has-number")
        return None
    return Question(request, person)


async def _telling(
    connection: AsyncConnection, context: JobContext, request: NationalRequest, patient_id: UUID
) -> Telling | None:
    number, whereabouts = await whereabouts_of(connection, patient_id)
    if number is None:
        # A number that they get later is told with the registration that brings it.
        await _close(connection, context, request, "no-number")
        return None
    return Telling(request, patient_id, number, whereabouts)


async def _announcing(
    connection: AsyncConnection, context: JobContext, request: NationalRequest, patient_id: UUID
) -> Announcing | None:
    person = await described(connection, patient_id)
    if person.number is None or person.number != request.number:
        # The record was merged into another meanwhile, or is no longer in use: whoever did that tells it.
        await _close(connection, context, request, "no-number")
        return None
    return Announcing(request, patient_id, person.number, person)


async def _close(connection: AsyncConnection, context: JobContext, request: NationalRequest, why: str) -> None:
    if await lock_open(connection, request.id):
        await withdraw(connection, request, why, context.clock.now())
