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
from registry.links.partners import directory_of
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

_LOST_STATES = frozenset({"40001", "40P01", "23505", "23P01"})
"""SQLSTATEs of a unit of work that was overtaken: serialization, deadlock, and what another made unique first."""
_PRACTICE_GONE = "23503"
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


@dataclass(frozen=True, slots=True)
class PartnerGone:
    """The practice is not there any more; nothing was done."""


async def submit(
    engine: AsyncEngine, policies: PolicyStore, clock: Clock, submission: Submission
) -> Taken | OtherContent | Busy | PartnerGone:
    """Consider a request once, however often and however simultaneously it is sent."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await _consider(engine, policies, clock, submission)
        except DBAPIError as error:
            state: str | None = getattr(error.orig, "sqlstate", None)
            if state == _PRACTICE_GONE:
                directory_of(engine).forget(submission.request.partner.code)
                return PartnerGone()
            if state == _SERIES_ABSENT and attempt == 1:
                async with unit_of_work(engine) as connection:
                    await complete_practices(connection, [submission.request.partner.id])
            elif state not in _LOST_STATES:
                raise
        await asyncio.sleep(_PAUSE_SECONDS * (attempt - 1))
    return Busy()


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
