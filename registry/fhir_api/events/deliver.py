"""One notification to one endpoint, over the network: no connection of the database is held meanwhile."""

import asyncio
from dataclasses import dataclass

import httpx
import orjson

from registry.fhir.outcomes import Json
from registry.fhir_api.events.endpoint import NotAllowed, target_of
from registry.fhir_api.events.wanted import FHIR_JSON

USUAL_TIMEOUT = 10
"""Seconds that an endpoint has, unless its subscription says otherwise."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of it. `problem` is a code of `notification.PROBLEMS`, None where the endpoint took it."""

    problem: str | None = None
    is_final: bool = False
    """Whether there is no use in trying again."""


async def deliver(endpoint: str, bundle: Json, *, timeout_seconds: int | None, is_development: bool) -> Delivery:
    """Send a notification. What the endpoint answers is not read: only its status counts."""
    seconds = timeout_seconds or USUAL_TIMEOUT
    try:
        async with asyncio.timeout(seconds):
            return _judged(await _post(endpoint, orjson.dumps(bundle), is_development=is_development))
    except NotAllowed:
        return Delivery("not-allowed")
    except (TimeoutError, httpx.TimeoutException):
        return Delivery("timed-out")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError):
        return Delivery("unreachable")


async def _post(endpoint: str, content: bytes, *, is_development: bool) -> int:
    target = await target_of(endpoint, is_development=is_development)
    headers = {"Host": target.host, "Content-Type": FHIR_JSON, "Accept": FHIR_JSON}
    # The address was asked for and allowed: it is connected to, and the certificate must be of the name.
    sni = {"sni_hostname": target.name}
    async with (
        httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=None) as client,  # noqa: S113  (bounded above)
        client.stream("POST", target.url, content=content, headers=headers, extensions=sni) as answer,
    ):
        return answer.status_code


def _judged(status: int) -> Delivery:
    if 200 <= status < 300:
        return Delivery()
    if 300 <= status < 400:
        return Delivery("redirected")
    if status == 410:
        return Delivery("gone", is_final=True)
    return Delivery("refused")
