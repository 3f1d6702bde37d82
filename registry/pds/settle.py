"""What came of asking the national side, written down. Each step looks first whether another job was faster."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.jobs import names
from registry.jobs.enqueue import enqueue_all
from registry.jobs.handlers import JobContext, job_actor
from registry.pds.requests import add_problem, come_back, keep_answer, lock_open, nudge, whereabouts_of
from registry.pds.tasks import Announcing, Telling
from registry.policies.store import PolicyStore
from registry.transactions.commands import TraceAnswer
from registry.transactions.context import Context
from registry.transactions.due.chase import open_chaser
from registry.transactions.due.failing import note_failing, note_mended
from registry.transactions.national_answers import NationalRequest, note_failure, take_answer

_POLICIES = "policies"
"""The name under which a JobContext's resources hold the PolicyStore."""
_UPDATE = "national-update"
KNOWN_NATIONALLY = "known-nationally"
_SENTENCE = (
    "Somebody alike has another NHS number nationally; ask the National Back Office whether they are one person."
)


async def keep(context: JobContext, request: NationalRequest, answer: TraceAnswer) -> None:
    """Keep an answer (state U), in a unit of work of its own: it is not asked for again."""
    async with context.unit_of_work() as connection:
        if await lock_open(connection, request.id):
            await keep_answer(connection, request.id, answer, context.clock.now())


async def apply(context: JobContext, request: NationalRequest, answer: TraceAnswer) -> None:
    """Let the transaction that waits go on with an answer."""
    async with context.unit_of_work() as connection:
        await take_answer(connection, await _rules(context, connection, request), request.id, answer)


async def told(context: JobContext, telling: Telling | Announcing, *, beside: bool = False) -> None:
    """It was taken. Should the person have moved on while an update was told, it is told again.

    `beside`: somebody alike is known nationally under another number, which is put before a person.
    """
    request = telling.request
    async with context.unit_of_work() as connection:
        if not await lock_open(connection, request.id):
            return
        rules = await _rules(context, connection, request)
        await note_mended(connection, rules, _UPDATE, [str(request.id)])
        if beside:
            writes = Writes()
            open_chaser(writes, rules, KNOWN_NATIONALLY, _SENTENCE, patient_ids=(telling.patient_id,))
            await writes.flush(connection)
        if isinstance(telling, Announcing) or await _stands(connection, telling):
            await take_answer(connection, rules, request.id, None)
        else:
            await come_back(connection, request, context.clock.now())
            await enqueue_all(connection, [nudge(request.id)])


async def _stands(connection: AsyncConnection, telling: Telling) -> bool:
    return await whereabouts_of(connection, telling.patient_id) == (telling.number, telling.whereabouts)


async def put_off(context: JobContext, request: NationalRequest, why: str, after: timedelta | None = None) -> None:
    """No answer yet. It is asked again `after` a while (state P), or by the policy after a failure (state E).

    When the transaction's time is up it goes to a person instead. An update, for which nothing
    waits, is put before a person when it has failed often enough, and is tried on.
    """
    now = context.clock.now()
    if request.waits_until is not None and now >= request.waits_until:
        await give_up(context, request, why)
        return
    async with context.unit_of_work() as connection:
        if not await lock_open(connection, request.id):
            return
        if after is None:
            rules = await _rules(context, connection, request)
            await note_failure(connection, rules, request, why)
            if request.patient_id is not None:
                await note_failing(connection, rules, _UPDATE, str(request.id), why, "failing_update_attempts")
        else:
            await come_back(connection, request, min(now + after, request.waits_until or now + after))


async def give_up(context: JobContext, request: NationalRequest, why: str) -> None:
    """Let the transaction go to a person without an answer; `why` stays with the request."""
    async with context.unit_of_work() as connection:
        if await lock_open(connection, request.id):
            rules = await _rules(context, connection, request)
            await take_answer(connection, rules, request.id, TraceAnswer("unanswered"))
            await add_problem(connection, request.id, why)


async def _rules(context: JobContext, connection: AsyncConnection, request: NationalRequest) -> Context:
    """The circumstances in which the job acts."""
    policies: PolicyStore = context.resources.setdefault(_POLICIES, PolicyStore(context.settings.profile))
    actor = job_actor(names.ASK_NATIONAL_SIDE)
    return Context(actor, context.clock, await policies.current(connection), str(request.id))
