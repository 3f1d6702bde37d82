"""What comes with a request before its content is looked at: media type, body, and the practice's number for it."""

import re
from hashlib import sha256
from uuid import uuid4

import orjson
from starlette.requests import Request

from registry.errors import RequestError
from registry.http.bodies import parse_json
from registry.links.facade.faults import Fault, refusal_of

CONVERSATION = "ConversationId"
_GOOD_CONVERSATION = re.compile(r"[!-~]{1,128}\Z")


async def read_document(request: Request) -> object:
    """The body as JSON. Raises RequestError: 415 for another media type, 400 for what is no JSON."""
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body.strip() and kind != "application/json":
        raise RequestError(415, "unknown", "The body must be sent as application/json.")
    return parse_json(body)


def conversation_id(request: Request) -> str:
    """The practice's number for the request, or a new one of 32 upper case hexadecimal digits. Raises RequestError."""
    given = request.headers.get(CONVERSATION, "").strip()
    if not given:
        return uuid4().hex.upper()
    if not _GOOD_CONVERSATION.match(given):
        raise refusal_of([Fault("invalid", CONVERSATION, "at most 128 visible ASCII characters")])
    return given


def content_hash(operation: str, document: object) -> str:
    """Equal for requests that ask the same: blanks and the order of keys do not count."""
    return sha256(operation.encode() + b"\n" + orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()
