"""Fetching a client's keys from where it publishes them, within bounds of time and size.

Nothing is followed: a redirect could lead into our own network, so that the address of the registration is the last.
"""

import asyncio

import httpx
import orjson
from joserfc.jwk import Key

from registry.security.clients.keys import UnusableKeys, published_keys

PATIENCE = 5.0
"""Seconds for all of it."""
LARGEST = 64 * 1024
"""Bytes of a set of keys."""
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


class KeysOutOfReach(Exception):
    """The keys could not be had; the text is a word for the log."""


def is_address_of_keys(url: str, *, allow_http: bool) -> bool:
    """Whether keys may be published there: https, or http in development; no password and no fragment in it."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        return False
    schemes = ("https", "http") if allow_http else ("https",)
    return parsed.scheme in schemes and bool(parsed.host) and not parsed.userinfo and not parsed.fragment


async def fetch_keys(url: str, *, allow_http: bool) -> tuple[Key, ...]:
    """The keys that are published at an address. Raises KeysOutOfReach. Never call it within a unit of work."""
    if not is_address_of_keys(url, allow_http=allow_http):
        raise KeysOutOfReach("address")
    try:
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(timeout=PATIENCE, follow_redirects=False) as client:
            return published_keys(orjson.loads(await _body(client, url)))
    except TimeoutError:
        raise KeysOutOfReach("time") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise KeysOutOfReach(type(error).__name__) from None
    except (orjson.JSONDecodeError, UnusableKeys):
        raise KeysOutOfReach("content") from None


async def _body(client: httpx.AsyncClient, url: str) -> bytes:
    async with client.stream("GET", url, headers=_HEADERS) as answer:
        # What was compressed could be a thousand times as large when it is opened.
        if answer.status_code != 200 or answer.headers.get("content-encoding", "identity") != "identity":
            raise KeysOutOfReach(f"status-{answer.status_code}")
        body = bytearray()
        async for piece in answer.aiter_raw():
            body += piece
            if len(body) > LARGEST:
                raise KeysOutOfReach("size")
        return bytes(body)
