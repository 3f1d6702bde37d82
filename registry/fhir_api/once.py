"""The same request again gets the answer that it got before, and is not done twice.

The key is who asks, the method, the path with its query, the body and X-Request-ID: some clients send one
X-Request-ID for a whole session. It is written before the work in the same unit of work, so that a second copy
waits for the first and then finds its answer. Kept for a day.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, LargeBinary

from registry.fhir_api.call import Call
from registry.jobs import names
from registry.jobs.handlers import JobContext, Payload, handler, schedule

_BEGIN = text(
    "insert into fhir_requests (key, at) values (:key, :at) on conflict (key) do nothing returning true"
).bindparams(bindparam("key", type_=LargeBinary), bindparam("at", type_=DateTime(timezone=True)))
_STORED = text("select status, headers, media, body from fhir_requests where key = :key").bindparams(
    bindparam("key", type_=LargeBinary)
)
_KEEP = text(
    "update fhir_requests set status = :status, headers = :headers, media = :media, body = :body where key = :key"
).bindparams(
    bindparam("key", type_=LargeBinary), bindparam("body", type_=LargeBinary), bindparam("headers", type_=JSONB)
)
_FORGET = text("delete from fhir_requests where at < :now - interval '1 day'").bindparams(
    bindparam("now", type_=DateTime(timezone=True))
)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it goes out."""

    status: int
    headers: Mapping[str, str]
    media: str
    body: bytes


async def once(connection: AsyncConnection, call: Call, work: Callable[[], Awaitable[StoredAnswer]]) -> StoredAnswer:
    """Do the work, or give the answer that the same request got. Whatever `work` raises leaves no trace of it."""
    key = _key(call)
    begun = (await connection.execute(_BEGIN, {"key": key, "at": call.clock.now()})).one_or_none()
    if begun is None:
        row = (await connection.execute(_STORED, {"key": key})).one()
        return StoredAnswer(row.status, row.headers, row.media, row.body)
    answer = await work()
    kept = {"status": answer.status, "headers": dict(answer.headers), "media": answer.media, "body": answer.body}
    await connection.execute(_KEEP, {"key": key, **kept})
    return answer


def _key(call: Call) -> bytes:
    parts = [
        call.caller.actor.name,
        str(call.caller.practice_id),
        call.request.method,
        call.request.url.path,
        call.request.url.query,
        call.request_id,
        call.header("if-match") or "",
        call.header("prefer") or "",
        hashlib.sha256(call.body).hexdigest(),
    ]
    return hashlib.sha256(orjson.dumps(parts)).digest()


@handler(names.FORGET_FHIR_REQUESTS)
async def forget_requests(context: JobContext, payload: Payload) -> None:
    """Remove the answers of yesterday."""
    async with context.unit_of_work() as connection:
        await connection.execute(_FORGET, {"now": context.clock.now()})


schedule(names.FORGET_FHIR_REQUESTS, "7 * * * *")
