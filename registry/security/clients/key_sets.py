"""Keys of clients as this process knows them: kept for an hour, and asked for again when a key is not among them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from joserfc.jwk import Key

from registry.security.clients.fetch_keys import KeysOutOfReach, fetch_keys
from registry.security.clients.keys import key_for, published_keys
from registry.security.clients.refusals import KEY_ERROR, refused

KEPT_SECONDS = 3600.0
BETWEEN_FETCHES = 60.0
"""Seconds at least between two fetches from one address: whoever invents key ids costs its owner no more than that."""

log = structlog.get_logger("registry.security")


@dataclass(slots=True)
class _Published:
    """What is known of one address. `fetched_at` and `asked_at` are of the process's own clock."""

    keys: tuple[Key, ...] = ()
    fetched_at: float | None = None
    asked_at: float | None = None
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(slots=True)
class KeySets:
    """Finds the key that an assertion names. One for each process."""

    allow_http: bool
    fetch: Callable[..., Awaitable[tuple[Key, ...]]] = fetch_keys
    now: Callable[[], float] = time.monotonic
    _published: dict[str, _Published] = field(default_factory=dict)

    async def find(self, url: str | None, document: Any, kid: str, algorithm: str) -> Key:
        """The key of a client, from the set that is kept with it or from the address where it publishes one.

        Raises RequestError: 403 where there are no keys to be had, 401 where none is meant. May wait for a network.
        """
        if url is not None:
            keys = await self._keys_at(url, kid, algorithm)
        elif document is not None:
            keys = published_keys(document)
        else:
            raise refused("No public key is registered for this client", "keys", 403, KEY_ERROR)
        key = key_for(keys, kid, algorithm)
        if key is None:
            raise refused("Invalid 'kid' header in JWT - no matching public key", "kid", 401)
        return key

    async def _keys_at(self, url: str, kid: str, algorithm: str) -> tuple[Key, ...]:
        published = self._published.setdefault(url, _Published())
        if not self._is_fresh(published) or key_for(published.keys, kid, algorithm) is None:
            async with published.asking:
                # Somebody before us in the queue may have asked.
                if not self._is_fresh(published) or key_for(published.keys, kid, algorithm) is None:
                    await self._ask(published, url)
        if not self._is_fresh(published):
            raise refused("The public keys of this client cannot be reached", "keys", 403, KEY_ERROR)
        return published.keys

    def _is_fresh(self, published: _Published) -> bool:
        return published.fetched_at is not None and self.now() - published.fetched_at < KEPT_SECONDS

    async def _ask(self, published: _Published, url: str) -> None:
        if published.asked_at is not None and self.now() - published.asked_at < BETWEEN_FETCHES:
            return
        published.asked_at = self.now()
        try:
            published.keys = await self.fetch(url, allow_http=self.allow_http)
            published.fetched_at = self.now()
        except KeysOutOfReach as error:
            log.warning("client.keys-out-of-reach", reason=str(error))
