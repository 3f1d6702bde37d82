"""Every route, as every role: what it shows of the world, what its acts answer, and what its refusals say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import uuid4

import httpx
import orjson

from registry.http.answers import is_fhir
from tests.leaks.discover import Route, routes_of
from tests.leaks.fill import bodies, paths, queries
from tests.leaks.values import Values
from tests.leaks.walk import Walk
from tests.leaks.walk_fhir import FhirWalker
from tests.leaks.world import NOBODY
from tests.links.facade import bodies as facade
from tests.support.office import Practice

MOST_PAGES = 40
UNCALLABLE = frozenset({400, 405, 415})
"""Answers by which a route says that the walk does not know how to call it."""
THOROUGH = frozenset({"office staff", "office identity", "office governance"})
"""Callers who try every act on every matter; what others may do is a part of it, or is looked at by its reading."""
OPEN_TO_ALL = (
    "/docs", "/docs/oauth2-redirect", "/openapi.json", "/healthz", "/readyz", "/metrics", "/FHIR/R4/metadata",
    "/FHIR/R4/.well-known/smart-configuration", "/.well-known/smart-configuration", "/oauth2/token",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One request."""

    method: str
    path: str
    query: dict[str, Any] | None = None
    body: Any = None

    def __str__(self) -> str:
        said = "" if self.body is None else f" {orjson.dumps(self.body, default=str).decode()[:200]}"
        return f"{self.method} {self.path} {self.query or ''}{said}"


class RouteWalker:
    """Calls the routes of one world with what is worth sending."""

    def __init__(self, values: Values, walk: Walk) -> None:
        self.values, self.walk = values, walk
        self.world = values.world
        self._app = self.world.app()
        self.fhir = FhirWalker(values, walk, self._app)
        self.routes = routes_of(self._app)

    @property
    def callers(self) -> list[str]:
        return [*self.world.tokens, NOBODY]

    async def read(self, callers: Iterable[str] = ()) -> None:
        """Everything that is only looked at, page by page to the end."""
        async with self._client() as client:
            for route in self.routes:
                if route.method == "GET" and not is_fhir(route.path):
                    for caller in callers or self.callers:
                        await self._read(client, route, caller)
            await self.fhir.read(client, callers or self.callers)

    async def act(self) -> None:
        """Every act, about people by every number and on every matter."""
        async with self._client() as client:
            for route in self.routes:
                if route.method == "POST" and route.path.startswith("/api/"):
                    for caller in self.callers:
                        calls = self._acts(route)
                        await self._try(client, route, caller, calls if caller in THOROUGH else islice(calls, 5))

    async def send(self, numbers: Iterable[str], said: Iterable[Any] = ()) -> None:
        """What practices send by the façade and the FHIR API: about these numbers, and with these documents."""
        told, numbers = list(said), list(numbers)
        async with self._client() as client:
            for caller in self.callers:
                practice = self.world.practices.get(caller.split()[0], self.world.practices["here"])
                for number in numbers:
                    for call in facade_calls(practice, number):
                        await self._call(client, _template(call), caller, call)
                for call in told:
                    await self._call(client, _template(call), caller, call)
            await self.fhir.send(client, self.callers, numbers)

    def uncallable(self) -> list[str]:
        """Routes that no caller ever got to answer: the walk does not know what they ask for."""
        return sorted(
            route.name
            for route in self.routes
            if route.path not in OPEN_TO_ALL and not self.walk.statuses[route.name] - UNCALLABLE - {401, 403}
        )

    # How

    def _client(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://registry.test")

    async def _read(self, client: httpx.AsyncClient, route: Route, caller: str) -> None:
        asks = [(path, query) for path in paths(route, self.values) for query in queries(route, self.values)]
        for path, query in asks:
            if await self._pages(client, route, caller, path, query) in (401, 403):
                return

    async def _pages(
        self, client: httpx.AsyncClient, route: Route, caller: str, path: str, query: dict[str, Any]
    ) -> int:
        names = {each["name"] for each in route.parameters}
        page: dict[str, Any] = {"count": 7} if "count" in names else {}
        for _ in range(MOST_PAGES):
            answer = await self._call(client, route.name, caller, Call("GET", path, {**query, **page}))
            following = _next(answer)
            if following is None:
                return answer.status_code
            page |= {"after" if "after" in names else "skip": following}
        return 200

    def _acts(self, route: Route) -> Iterator[Call]:
        for path in paths(route, self.values):
            for body in bodies(route, self.values):
                yield Call("POST", path, body=body)

    async def _try(self, client: httpx.AsyncClient, route: Route, caller: str, calls: Iterator[Call]) -> None:
        for call in calls:
            answer = await self._call(client, route.name, caller, call)
            if answer.status_code in (401, 403):
                return

    async def _call(self, client: httpx.AsyncClient, name: str, caller: str, call: Call) -> httpx.Response:
        headers = {} if caller == NOBODY else {"authorization": f"Bearer {self.world.tokens[caller]}"}
        if call.path.startswith("/fhir"):
            headers["ConversationId"] = uuid4().hex
        answer = await client.request(call.method, call.path, params=call.query, json=call.body, headers=headers)
        self.walk.statuses[name].add(answer.status_code)
        asked = f"{caller}: {call} -> {answer.status_code}"
        self.walk.look(name, answer.content, asked)
        self.walk.look(name, repr(sorted(answer.headers.items())), asked)
        return answer


def facade_calls(practice: Practice, number: str) -> Iterator[Call]:
    """Everything that a practice may send about a number."""
    operation = "/fhir/Patient/$nhais."
    yield Call("POST", f"{operation}acceptance", body=facade.acceptance(practice, number))
    yield Call("POST", f"{operation}removal", body=facade.removal(practice, number))
    yield Call("POST", f"{operation}deduction", body=facade.deduction(practice, number))
    yield Call("PATCH", f"/fhir/Patient/{number}", body=facade.amendment(practice, number))
    yield Call("POST", f"{operation}looking", body={})
    message = {"name": "message", "valueUri": f"urn:uuid:{uuid4()}"}
    yield Call("POST", "/fhir/$nhais.acknowledge", body={"resourceType": "Parameters", "parameter": [message]})


def _template(call: Call) -> str:
    """The name of the route that a call of the façade goes to."""
    if call.method == "PATCH":
        return "PATCH /fhir/Patient/{nhsNumber}"
    return "POST /fhir/Patient/{operation}" if call.path.endswith("looking") else f"{call.method} {call.path}"


def _next(answer: httpx.Response) -> Any:
    if answer.status_code != 200 or "json" not in answer.headers.get("content-type", ""):
        return None
    content = answer.json()
    return content.get("next") if isinstance(content, dict) else None
