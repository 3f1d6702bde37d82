"""Pages of a search: the link to the next one says where to go on, signed and bound to who asked and what.

A handler that pages declares `COUNT` and `PAGE` among its parameters and works by keyset:

    size = page_size(call)
    after = await position(call, connection)            # None on the first page
    rows = … where (at, id) < (:at, :id) … limit size + 1
    following = await next_url(call, connection, [rows[size - 1].at, rows[size - 1].id]) if len(rows) > size else None
    searchset(entries, self_url=call.self_url, next_url=following, …)

A position is a list of what JSON can carry (times and UUIDs become text) that tells the last row shown. It is signed,
not hidden: nothing of a person belongs into it but a key of the database. A token of another caller, of another
search, or one that anybody touched is refused as if it had been invented.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import urlencode

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir import refusals
from registry.fhir_api.call import Call
from registry.fhir_api.interaction import Parameter
from registry.http.answers import FHIR_BASE

NAME = "_page"
PAGE = Parameter(NAME, "string", "Where to go on: from the link to the next page, and from nowhere else.", search=False)
COUNT = Parameter(
    "_count", "number", "How many at most on one page; never more than 100.", "20", "[0-9]{1,6}", search=False
)
DEFAULT_SIZE, LARGEST_SIZE = 20, 100

_LONGEST = 2000
_MAC = 16
_KEY = text("select key from page_keys")

Position = list[Any]


def page_size(call: Call, default: int = DEFAULT_SIZE, largest: int = LARGEST_SIZE) -> int:
    """How many rows a page has: `_count`, or fewer. Raises RequestError (400) where it is no number above 0."""
    asked = call.one("_count")
    if asked is None:
        return default
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 6 and int(asked) > 0):
        raise refusals.invalid(asked, "_count")
    return min(int(asked), largest)


async def position(call: Call, connection: AsyncConnection) -> Position | None:
    """Where `_page` says to go on; None on the first page. Raises RequestError (400)."""
    token = call.one(NAME)
    return None if token is None else read(await _key(connection), _bound_to(call), token)


async def next_url(call: Call, connection: AsyncConnection, last: Sequence[Any]) -> str:
    """The address of the page after the row at a position."""
    token = sign(await _key(connection), _bound_to(call), last)
    pairs = [*((name, value) for name, value in call.query if name != NAME), (NAME, token)]
    return f"{call.url(_path(call))}?{urlencode(pairs)}"


def sign(key: bytes, bound_to: bytes, last: Sequence[Any]) -> str:
    """The token of a position, good only together with what it is bound to."""
    content = orjson.dumps(list(last), default=str)
    return base64.urlsafe_b64encode(_mac(key, bound_to, content) + content).decode().rstrip("=")


def read(key: bytes, bound_to: bytes, token: str) -> Position:
    """The position of a token. Raises RequestError (400) for one that was not signed for this."""
    try:
        if len(token) > _LONGEST or not token.isascii():
            raise refusals.invalid(token, NAME)
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise refusals.invalid(token, NAME) from None
    if not hmac.compare_digest(raw[:_MAC], _mac(key, bound_to, raw[_MAC:])):
        raise refusals.invalid(token, NAME)
    return cast(Position, orjson.loads(raw[_MAC:]))


def _mac(key: bytes, bound_to: bytes, content: bytes) -> bytes:
    return hmac.new(key, bound_to + content, hashlib.sha256).digest()[:_MAC]


def _bound_to(call: Call) -> bytes:
    """Who asks and what for, as 32 bytes: the caller, the path, and every parameter but the page itself."""
    asked = [[name, value] for name, value in call.query if name != NAME]
    parts = [call.caller.actor.name, str(call.caller.practice_id), _path(call), asked]
    return hashlib.sha256(orjson.dumps(parts)).digest()


def _path(call: Call) -> str:
    return call.request.url.path.removeprefix(FHIR_BASE + "/").removesuffix("/_search")


async def _key(connection: AsyncConnection) -> bytes:
    return bytes((await connection.execute(_KEY)).scalar_one())
