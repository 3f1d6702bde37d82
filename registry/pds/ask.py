"""Asking the national side one question: a job.

Three steps. What is to be asked is read in a short unit of work; the port is called with no
connection in hand; what came of it is written in another. An answer is kept (state U) before
it is applied, so that a crash between the two does not ask again.
"""

import asyncio
from uuid import UUID

import structlog

from registry.jobs import names
from registry.jobs.handlers import JobContext, Payload, handler
from registry.pds.choose import national_side
from registry.pds.port import (
    Allotted,
    Dead,
    Insufficient,
    Later,
    NationalSide,
    NationalSideUnavailable,
    Nobody,
    Problem,
    Several,
    Single,
    Taken,
    TakenBeside,
)
from registry.pds.settle import apply, give_up, keep, put_off, told
from registry.pds.tasks import Announcing, Answered, Question, Telling, read_task
from registry.transactions.commands import TraceAnswer
from registry.values.nhs_number import NHSNumber

PATIENCE_SECONDS = 10.0
"""How long an answer is waited for before the question is given up until later."""

NATIONAL_SIDE = "national-side"
"""The name under which a JobContext's resources hold the port; without one the settings choose."""

log = structlog.get_logger("registry.pds")

Found = Single | Dead | Several | Nobody | Allotted
Reply = Found | Insufficient | Taken | TakenBeside | Later | Problem
"""What came of asking; a Problem is that nothing did."""


@handler(names.ASK_NATIONAL_SIDE)
async def ask_national_side(context: JobContext, payload: Payload) -> None:
    """Ask what a request wants to know, and let its transaction go on. Twice does no more than once."""
    match await read_task(context, UUID(payload["request_id"])):
        case None:
            return
        case Answered(request=request, answer=answer):
            await apply(context, request, answer)
        case task:
            reply = await _ask(port_of(context), task)
            log.info("national.asked", request_id=str(task.request.id), kind=task.request.kind, reply=_name_of(reply))
            await _settle(context, task, reply)


async def _ask(side: NationalSide, task: Question | Telling | Announcing) -> Reply:
    """Call the port. No connection of the register is held here."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await _call(side, task)
    except TimeoutError:
        return Problem.TIME_OUT
    except OSError:
        return Problem.REFUSED
    except NationalSideUnavailable as unavailable:
        return unavailable.problem


async def _call(side: NationalSide, task: Question | Telling | Announcing) -> Reply:
    if isinstance(task, Announcing):
        return await side.announce(task.number, task.person, task.request.id)
    if isinstance(task, Telling):
        return await side.update(task.number, task.whereabouts, task.request.id)
    if task.request.kind == "allocate":
        return await side.allocate(task.person, task.request.id)
    # Numbers of other formats and countries are no more than evidence.
    number = NHSNumber.parse(task.person.number or "")
    return await side.trace(task.person, number.value if number else None)


async def _settle(context: JobContext, task: Question | Telling | Announcing, reply: Reply) -> None:
    request = task.request
    match reply:
        case Problem():
            await put_off(context, request, reply.value)
        case Later():
            await put_off(context, request, "late", reply.after)
        case Insufficient():
            await give_up(context, request, "insufficient-particulars")
        case Taken() | TakenBeside():
            if isinstance(task, Telling | Announcing):
                await told(context, task, beside=isinstance(reply, TakenBeside))
        case _:
            answer = to_answer(reply)
            await keep(context, request, answer)
            await apply(context, request, answer)


def to_answer(found: Found) -> TraceAnswer:
    """The national side's words in the register's."""
    match found:
        case Single(found=person):
            return TraceAnswer("single", person.number)
        case Dead(found=person):
            return TraceAnswer("dead", person.number)
        case Several():
            return TraceAnswer("several")
        case Nobody():
            return TraceAnswer("none")
        case Allotted(number=number):
            return TraceAnswer("allocated", number)


def port_of(context: JobContext) -> NationalSide:
    """The national side of this worker, opened at first use."""
    if NATIONAL_SIDE not in context.resources:
        context.resources[NATIONAL_SIDE] = national_side(context.settings, context.engine)
    side: NationalSide = context.resources[NATIONAL_SIDE]
    return side


def _name_of(reply: Reply) -> str:
    return reply.value if isinstance(reply, Problem) else type(reply).__name__.lower()
