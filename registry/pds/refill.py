"""Filling the reserve of numbers from the national side: a job, and once when the API starts.

In three steps, as every question to the national side: the order is written down in a short unit of work, the
port is called with no connection in hand, and what came is stored in another.
"""

import asyncio
from datetime import date

import structlog

from registry.jobs import names
from registry.jobs.handlers import JobContext, Payload, handler, job_actor, schedule
from registry.patients.orders import Order, fill, note_problem, open_order, order_numbers
from registry.patients.reserve import held
from registry.pds.ask import PATIENCE_SECONDS, port_of
from registry.pds.port import Later, NationalSideUnavailable, Problem, Reserved
from registry.policies.store import PolicyStore
from registry.transactions.context import Context
from registry.transactions.due.failing import note_failing, note_mended
from registry.values.period import london_date

log = structlog.get_logger("registry.pds")

_WHAT, _ITEM = "number-reserve", "order"
"""By what a failure that lasts is told in the queue."""


async def refill(context: JobContext) -> int:
    """Have numbers set aside where the reserve is low; returns how many came. Twice does no more than once.

    Where the national side does not answer, the order stays open, with the reason; a person hears of it when that
    has lasted. An installation without a national side has nothing to wait for, and nobody is troubled.
    """
    order = await _order(context)
    if order is None:
        return 0
    reply = await _ask(context, order)
    log.info("numbers.ordered", wanted=order.wanted, reply=_word(reply))
    return await _settle(context, order, reply)


async def _order(context: JobContext) -> Order | None:
    """The order to be sent: an open one, or a new one where too few numbers are left."""
    async with context.unit_of_work() as connection:
        pending = await open_order(connection)
        if pending is not None:
            return pending
        policies = await _policies(context).current(connection)
        rule = policies.on("number_reserve", _today(context))
        left = await held(connection)
        if left >= rule["refill_below"]:
            return None
        return await order_numbers(connection, rule["hold"] - left, context.clock.now())


async def _ask(context: JobContext, order: Order) -> Reserved | Later | Problem:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await port_of(context).reserve(order.wanted, order.id)
    except TimeoutError:
        return Problem.TIME_OUT
    except OSError:
        return Problem.REFUSED
    except NationalSideUnavailable as unavailable:
        return unavailable.problem


async def _settle(context: JobContext, order: Order, reply: Reserved | Later | Problem) -> int:
    async with context.unit_of_work() as connection:
        rules = Context(
            job_actor(names.REFILL_NUMBERS), context.clock, await _policies(context).current(connection), str(order.id)
        )
        if isinstance(reply, Reserved):
            stored = await fill(connection, order, reply.numbers, context.clock.now())
            await note_mended(connection, rules, _WHAT, [_ITEM])
            return len(reply.numbers) if stored else 0
        await note_problem(connection, order, _word(reply))
        if isinstance(reply, Problem) and reply is not Problem.NOT_CONFIGURED:
            await note_failing(connection, rules, _WHAT, _ITEM, reply.value, "failing_update_attempts")
        return 0


def _word(reply: Reserved | Later | Problem) -> str:
    return reply.value if isinstance(reply, Problem) else "late" if isinstance(reply, Later) else "reserved"


def _policies(context: JobContext) -> PolicyStore:
    store: PolicyStore = context.resources.setdefault("policies", PolicyStore(context.settings.profile))
    return store


def _today(context: JobContext) -> date:
    return london_date(context.clock.now())


@handler(names.REFILL_NUMBERS)
async def refill_numbers(context: JobContext, payload: Payload) -> None:
    """Every ten minutes, and when somebody has taken one of the last."""
    await refill(context)


schedule(names.REFILL_NUMBERS, "*/10 * * * *")
