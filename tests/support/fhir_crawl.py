"""Goes through the FHIR API as somebody: every interaction by its examples, and every link that an answer holds.

Ids are not listed anywhere: whatever an answer names (an entry, a reference, the next page, the address of an export)
is asked for in turn, by every caller. So a new kind of resource is seen as soon as a search finds one.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import orjson

from registry.http.answers import FHIR_BASE
from tests.support.fhir_asks import Asked, Asks
from tests.support.fhir_described import Described, in_every_text, links_in

MOST_LINKS = 400
"""So many addresses are followed for one caller."""

Seen = Callable[[str, Described, Asked, httpx.Response], Awaitable[None]]
"""What is done with an answer: who asked, what, and the answer."""


class Crawler:
    """Asks as any of those who have a token; a caller without one is nobody."""

    def __init__(
        self, client: httpx.AsyncClient, tokens: dict[str, str], interactions: list[Described], asks: Asks, seen: Seen
    ) -> None:
        self.client, self.tokens, self.interactions, self.asks, self.seen = client, tokens, interactions, asks, seen
        self.base = str(client.base_url).rstrip("/") + FHIR_BASE
        self._followed: dict[str, set[str]] = defaultdict(set)

    async def look(self, caller: str, *, each_at_most: int | None = None, links: int = MOST_LINKS) -> None:
        """Everything that changes nothing: of each interaction the first so many requests, then so many links."""
        found: set[str] = set()
        for each in sorted(self.interactions, key=lambda each: "{" in each.path):
            if not each.only_looks:
                continue
            for number, asked in enumerate(self.asks.looks(each)):
                if each_at_most is not None and number >= each_at_most:
                    break
                answer = await self.ask(caller, each, asked)
                if answer.status_code in (401, 403):
                    break
                found |= self.noted(answer)
        await self._follow(caller, found, links)

    async def change(self, caller: str, practice: str) -> None:
        """Everything that may be asked to be changed, of a practice."""
        for each in self.interactions:
            if not each.only_looks:
                await self._change(caller, each, practice)

    async def _change(self, caller: str, each: Described, practice: str) -> None:
        bodies = [*self.asks.bodies(each, practice)] if each.media else [None]
        for number, path in enumerate(self.asks.paths(each)[:8]):
            for body in bodies[: None if number == 0 else 1]:
                answer = await self.ask(caller, each, (path, each.query(), body))
                self.noted(answer)
                if answer.status_code in (401, 403):
                    return

    async def ask(self, caller: str, each: Described, asked: Asked) -> httpx.Response:
        """One request, with the headers that it needs."""
        path, query, body = asked
        headers = {"X-Request-ID": str(uuid4())}
        if caller in self.tokens:
            headers["authorization"] = f"Bearer {self.tokens[caller]}"
        if path.endswith("/$export"):
            headers["prefer"] = "respond-async"
        if each.needs_if_match:
            read = await self.client.get(path, headers=headers)
            headers["If-Match"] = read.headers.get("etag", 'W/"1"')
        sent: dict[str, Any] = {"params": dict(query)} if query else {}
        if each.media is not None and body is not None:
            headers["content-type"] = each.media
            sent["data" if each.path.endswith("/_search") else "json"] = body
        answer = await self.client.request(each.method, path, headers=headers, **sent)
        await self.seen(caller, each, asked, answer)
        return answer

    async def _follow(self, caller: str, found: set[str], most: int) -> None:
        """Every address that an answer named, and those that their answers name."""
        seen, waiting = self._followed[caller], sorted(found)
        while waiting and len(seen) < most:
            url = waiting.pop()
            each = self.interaction_of(url)
            if url not in seen and each is not None:
                seen.add(url)
                waiting += sorted(self.noted(await self.ask(caller, each, (url, [], None))) - seen)

    def interaction_of(self, url: str) -> Described | None:
        """The GET that answers at an address."""
        path = url.partition("?")[0].removeprefix(self.base).strip("/").split("/")
        return next((each for each in self.interactions if each.method == "GET" and each.is_at(path)), None)

    def noted(self, answer: httpx.Response) -> set[str]:
        """What an answer names, below the base."""
        found = {answer.headers[name] for name in ("location", "content-location") if name in answer.headers}
        if is_object(answer):
            found |= links_in(answer.json(), self.base)
        for url in found:
            kind, _, rest = url.removeprefix(self.base + "/").partition("/")
            if rest and "?" not in url:
                self.asks.ids[kind].add(rest.partition("/")[0])
        return found


def is_object(answer: httpx.Response) -> bool:
    """Whether an answer is one JSON object."""
    kind = answer.headers.get("content-type", "")
    return "json" in kind and "ndjson" not in kind and answer.content[:1] == b"{"


def without_echo(answer: httpx.Response, base: str) -> bytes:
    """What was said, without the queries in the addresses of a search, which repeat what was asked."""
    if not is_object(answer):
        return answer.content
    start = base + "/"
    return orjson.dumps(
        in_every_text(answer.json(), lambda text: text.partition("?")[0] if text.startswith(start) else text)
    )
