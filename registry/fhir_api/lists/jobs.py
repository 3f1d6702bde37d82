"""Who makes exports: the worker, or, where none is heard of, the process of the API that is asked how far it is."""

import asyncio
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import bindparam, text
from sqlalchemy.types import DateTime
from starlette.requests import Request

from registry.fhir_api.lists.make import make_export
from registry.http.dependencies import clock_of, engine_of, settings_of
from registry.jobs import names
from registry.jobs.handlers import JobContext, Payload, handler, schedule
from registry.logs import places
from registry.policies.store import load
from registry.values.clock import today

log = structlog.get_logger("registry.lists")

_FORGET = text("delete from list_exports where coalesce(done_at, asked_at) < :before").bindparams(
    bindparam("before", type_=DateTime(timezone=True))
)


@handler(names.EXPORT_LIST)
async def export_list(context: JobContext, payload: Payload) -> None:
    """Make the files of an export."""
    await make_export(context.engine, context.clock, context.settings, UUID(payload["export_id"]))


@handler(names.FORGET_EXPORTS)
async def forget_exports(context: JobContext, payload: Payload) -> None:
    """Remove exports that were kept long enough, and those that nobody made or fetched."""
    async with context.unit_of_work() as connection:
        policies = await load(connection, context.settings.profile)
        hours: int = policies.on("list_export_kept_hours", today(context.clock))
        await connection.execute(_FORGET, {"before": context.clock.now() - timedelta(hours=hours)})


schedule(names.FORGET_EXPORTS, "23 * * * *")


def take_over(request: Request, export_id: UUID) -> None:
    """Make an export in this process, beside the requests; nothing where it is at it already."""
    state = request.app.state
    if not hasattr(state, "exports_in_hand"):
        state.exports_in_hand = {}
    in_hand: dict[UUID, asyncio.Task[None]] = state.exports_in_hand
    if export_id not in in_hand:
        task = asyncio.create_task(_make(request, export_id))
        in_hand[export_id] = task
        task.add_done_callback(lambda _: in_hand.pop(export_id, None))


async def _make(request: Request, export_id: UUID) -> None:
    try:
        await make_export(engine_of(request), clock_of(request), settings_of(request), export_id)
    except Exception as error:
        # The text of an error may hold data of people; its kind and place do not.
        log.warning("export.failed", export=str(export_id), error=type(error).__name__, at=places(error))
