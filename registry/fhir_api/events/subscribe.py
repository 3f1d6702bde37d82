"""Begin, change and end a subscription."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.audit.record import record
from registry.database import Writes
from registry.events.number import number_events
from registry.events.read import last_number
from registry.fhir.refusals import invalid, invalid_resource, missing, refusal, wrong_step
from registry.fhir_api.call import Call
from registry.fhir_api.events import store
from registry.fhir_api.events.endpoint import check_endpoint
from registry.fhir_api.events.life import next_status
from registry.fhir_api.events.store import Subscription
from registry.fhir_api.events.wanted import Wanted

_NOTHING_FAILED: dict[str, Any] = {"failures": 0, "failing_since": None, "try_at": None, "problem": None}


async def begin(call: Call, connection: AsyncConnection, wanted: Wanted) -> Subscription:
    """Begin to follow: the next event that is committed has the number 1.

    Raises RequestError: 400, 409 where the same client follows the same already, 422.
    """
    if wanted.status not in ("requested", "active"):
        raise invalid(wanted.status, "status")
    _check(call, wanted)
    practice = await store.practice_followed(connection, call.caller, wanted.practice)
    if practice is None:
        if wanted.practice is None:
            raise missing("_criteria/extension")
        raise refusal(422, "REFERENCE_NOT_FOUND", "There is no such practice, or none that this token may see")
    practice_id, ods_code = practice
    client = call.caller.actor.name
    # One at a time for a practice, from here to the end of the unit of work.
    await number_events(connection, practice_id, call.clock.now(), hold=True)
    if await store.is_followed_already(connection, practice_id, client, wanted.topic, wanted.endpoint):
        raise refusal(409, "CONFLICT", "This client follows the same already, by a subscription that is not off")
    most: int = call.context.policies.on("event_subscriptions_most", call.context.today)
    if await store.count_of(connection, practice_id) >= most:
        raise invalid_resource(f"A practice has no more than {most} subscriptions; turn one off")
    now = call.clock.now()
    row: dict[str, Any] = {
        "id": UUID(str(uuid7())),
        "practice_id": practice_id,
        "client": client,
        "topic": wanted.topic,
        "status": "active" if wanted.endpoint is None else "requested",
        "starts_after": await last_number(connection, practice_id, wanted.topic),
        "created_at": now,
        "updated_at": now,
        **_columns(wanted),
    }
    await store.insert(connection, row)
    await _note(call, connection, "subscription.begun", row["id"], wanted.topic)
    nothing = {"told": 0, "spoken_at": None, **_NOTHING_FAILED}
    return Subscription(**{**row, **nothing, "version": 1, "ods_code": ods_code})


async def change(call: Call, connection: AsyncConnection, held: Subscription, wanted: Wanted) -> Subscription:
    """Change a subscription that is held: its status, its channel, its reason, its end. Raises RequestError (422)."""
    if wanted.topic != held.topic or wanted.practice not in (None, held.ods_code):
        raise invalid_resource("What is followed does not change: begin another subscription", "criteria")
    other_endpoint = wanted.endpoint != held.endpoint
    status = next_status(held.status, wanted.status, pushes=wanted.endpoint is not None, other_endpoint=other_endpoint)
    if status != "off":
        _check(call, wanted)
        await _check_twin(connection, held, wanted)
    columns = _columns(wanted) | {"status": status}
    if status == "requested" or other_endpoint:
        columns |= _NOTHING_FAILED
    await store.update(connection, held, call.clock.now(), **columns)
    await _note(call, connection, "subscription.changed", held.id, held.topic)
    return replace(held, version=held.version + 1, updated_at=call.clock.now(), **columns)


async def end(call: Call, connection: AsyncConnection, held: Subscription) -> None:
    """Turn a subscription off. One that is off stays so."""
    if held.status != "off":
        await store.update(connection, held, call.clock.now(), status="off", try_at=None)
        await _note(call, connection, "subscription.ended", held.id, held.topic)


def _check(call: Call, wanted: Wanted) -> None:
    if wanted.endpoint is not None:
        check_endpoint(wanted.endpoint, is_development=call.settings.is_development)
    elif wanted.numbers.get("heartbeat_seconds") is not None:
        raise invalid_resource("A heartbeat needs an endpoint", "channel/extension")
    if wanted.ends_at is not None and wanted.ends_at < call.clock.now() + timedelta(seconds=1):
        raise wrong_step("A subscription cannot end in the past", "end")


async def _check_twin(connection: AsyncConnection, held: Subscription, wanted: Wanted) -> None:
    if wanted.endpoint != held.endpoint and await store.is_followed_already(
        connection, held.practice_id, held.client, held.topic, wanted.endpoint
    ):
        raise refusal(409, "CONFLICT", "This client follows the same already, by a subscription that is not off")


def _columns(wanted: Wanted) -> dict[str, Any]:
    return {
        "reason": wanted.reason,
        "endpoint": wanted.endpoint,
        "content": wanted.content,
        "ends_at": wanted.ends_at,
        **wanted.numbers,
    }


async def _note(call: Call, connection: AsyncConnection, what: str, subscription_id: UUID, topic: str) -> None:
    writes = Writes()
    subject = {"subscription": str(subscription_id), "topic": topic}
    record(writes, call.caller.actor, what, call.clock.now(), subject=subject)
    await writes.flush(connection)
