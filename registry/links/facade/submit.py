"""One request of a practice in one unit of work: its number, the decision, and everything that follows.

A unit of work that loses against a simultaneous one is done again from the start; after some
attempts the caller is asked to come back.
"""

import asyncio
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.database import unit_of_work
from registry.links.facade.request_numbers import New, NumberedRequest, OtherContent, Repeated, take_number
from registry.links.items import Items
from registry.links.partners import Partner, directory_of, partner
from registry.links.to_commands import Arrival, to_command
from registry.logs import current_request
from registry.policies.store import PolicyStore
from registry.practices.store import complete_practices
from registry.transactions.context import Context
from registry.transactions.receive import consider
from registry.values.actor import Actor
from registry.values.clock import Clock

ATTEMPTS = 5
_PAUSE_SECONDS = 0.02

_LOST_STATES = frozenset({"40001", "40P01", "23503", "23505", "23P01"})
"""SQLSTATEs of a unit of work that was overtaken: serialization, deadlock, what another made unique or took away."""
_SERIES_ABSENT = "42P01"


@dataclass(frozen=True, slots=True)
class Submission:
    """What is to be done: the items of a request under its number, and for whom."""

    request: NumberedRequest
    items: Items
    actor: Actor


@dataclass(frozen=True, slots=True)
class Taken:
    """The request is decided, or stands where it waits; committed. A repeated request is taken too."""

    operation_id: str


@dataclass(frozen=True, slots=True)
class Busy:
    """Nothing was done; the same request may succeed in a moment."""


async def submit(
    engine: AsyncEngine, policies: PolicyStore, clock: Clock, submission: Submission
) -> Taken | OtherContent | Busy:
    """Consider a request once, however often and however simultaneously it is sent."""
    sender = submission.request.partner
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await _consider(engine, policies, clock, submission)
        except DBAPIError as error:
            state: str | None = getattr(error.orig, "sqlstate", None)
            if state not in _LOST_STATES and not (state == _SERIES_ABSENT and attempt == 1):
                raise
        if not await _is_as_remembered(engine, sender):
            return Busy()
        if state == _SERIES_ABSENT:
            async with unit_of_work(engine) as connection:
                await complete_practices(connection, [sender.id])
        await asyncio.sleep(_PAUSE_SECONDS * (attempt - 1))
    return Busy()


async def _is_as_remembered(engine: AsyncEngine, sender: Partner) -> bool:
    """Whether the practice still is what was remembered of it; the next request will be told of a change."""
    directory_of(engine).forget(sender.code)
    return await partner(engine, sender.code) == sender


async def _consider(
    engine: AsyncEngine, policies: PolicyStore, clock: Clock, submission: Submission
) -> Taken | OtherContent | Busy:
    request = submission.request
    async with unit_of_work(engine) as connection:
        taken = await take_number(connection, request)
        match taken:
            case None:
                return Busy()
            case Repeated(operation_id=operation_id):
                return Taken(operation_id)
            case OtherContent():
                return taken
            case New(operation_id=operation_id, transaction_number=number):
                context = Context(submission.actor, clock, await policies.current(connection), current_request.get())
                await consider(connection, context, to_command(submission.items, _arrival(request, number)))
    return Taken(operation_id)


def _arrival(request: NumberedRequest, number: int) -> Arrival:
    """A request is written and received at the same moment."""
    return Arrival(
        source="facade",
        practice_id=request.partner.id,
        partner_code=request.partner.code,
        transaction_number=number,
        received_at=request.received_at,
        document_at=request.received_at,
    )
