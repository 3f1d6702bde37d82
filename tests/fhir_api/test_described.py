"""The published description of the FHIR API is true: what it gives as examples really answers, as it says."""

import re
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from registry.app import create_app
from registry.database import unit_of_work
from registry.http.answers import FHIR_BASE
from registry.jobs.drain import drain
from registry.jobs.handlers import JobContext
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.settings import Settings
from registry.values.clock import FixedClock
from registry.worker import load_handlers
from tests.conformance.described import EXAMPLE, OTHER_PRACTICE, PRACTICE, described
from tests.fhir_api.conftest import fill_reserve
from tests.leaks.world import instant
from tests.support import databases
from tests.support.fhir_described import Described, example_of, in_every_text, interactions_of, links_in
from tests.support.taken_on import Register

INTERACTIONS = interactions_of(create_app(Settings()))  # pyright: ignore[reportCallIssue]
EITHER_OR = {"address-postcode", "subject"}
"""Parameters that are another name of one, and not sent beside it."""
NOBODYS = "00000000-0000-4000-8000-000000000000"
_REFERENCE = re.compile(r"(Task|Communication)/[0-9a-f-]{36}")
_GIVEN_AS = {"$export-file": "$export-status"}
_IDS = frozenset({"id", "export"})
KNOWN_OUTSIDE = {"Patient", "Organization", "Location", "Group"}
"""Kinds whose ids are known outside; the others' are the register's own, and change with every register."""


@dataclass
class Asker:
    """Sends the examples; ids of the register's own are those that it gave before."""

    client: httpx.AsyncClient
    tokens: list[str]
    ids: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[str, list[httpx.Response]] = field(default_factory=lambda: defaultdict(list))
    """By interaction, to each of its examples in turn."""
    queried: dict[str, str] = field(default_factory=dict[str, str])
    """The query that the practice is asked, and its question, as references."""

    async def be_asked(self) -> None:
        """The office asks the practice something, so that there is work of the practice's to answer."""
        asked = {"practice": PRACTICE, "nhs_number": EXAMPLE, "question": "DOES SHE LIVE AT 1 TREVELYAN SQUARE"}
        headers = {"Authorization": f"Bearer {self.tokens[-1]}", "X-Request-ID": str(uuid4())}
        answer = await self.client.post("/api/queries/ask", json=asked, headers=headers)
        task = f"Task/{answer.json()['id']}"
        said = await self.client.get(f"{FHIR_BASE}/Communication?part-of={task}", headers=headers)
        self.queried = {"Task": task, "Communication": f"Communication/{said.json()['entry'][0]['resource']['id']}"}

    async def ask(self, each: Described, body: Any = None) -> httpx.Response:
        """What whoever may ask it is answered: a practice's user, its system, or the office."""
        body = in_every_text(body, lambda text: _REFERENCE.sub(lambda found: self.queried[found[1]], text))
        answer = await self._send(each, body, self.tokens[0])
        for token in self.tokens[1:]:
            if answer.status_code not in (401, 403, 404):
                break
            answer = await self._send(each, body, token)
        self._note(answer)
        return answer

    async def _send(self, each: Described, body: Any, token: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", "X-Request-ID": str(uuid4())}
        path = self._path(each)
        if each.path.endswith("/$export"):
            headers["Prefer"] = "respond-async"
        if each.needs_if_match:
            headers["If-Match"] = (await self.client.get(path, headers=headers)).headers.get("etag", "")
        sent: dict[str, Any] = {}
        if each.media is not None and body is not None:
            headers["Content-Type"] = each.media
            sent["data" if each.path.endswith("/_search") else "json"] = body
        if each.query():
            sent["params"] = {name: value for name, value in each.query() if name not in EITHER_OR}
        return await self.client.request(each.method, path, headers=headers, **sent)

    def _path(self, each: Described) -> str:
        path = each.path
        if each.name == f"PATCH {FHIR_BASE}/Task/{{id}}":
            return f"{FHIR_BASE}/{self.queried['Task']}"
        for one in each.parameters("path"):
            given = self.ids[_GIVEN_AS.get(each.kind, each.kind)] if one["name"] in _IDS else []
            examples = [value for _, value in example_of(one)]
            path = path.replace("{" + one["name"] + "}", [*examples, NOBODYS, *given][-1 if given else 0])
        return path

    def _note(self, answer: httpx.Response) -> None:
        base = str(self.client.base_url).rstrip("/") + FHIR_BASE
        found = [answer.headers[name] for name in ("location", "content-location") if name in answer.headers]
        if answer.content[:1] == b"{":
            found += [each.get("fullUrl", "") for each in answer.json().get("entry", ())]
        for url in links_in(found, base):
            kind, _, rest = url.removeprefix(base + "/").partition("/")
            if kind not in KNOWN_OUTSIDE:
                self.ids[kind].append(rest.partition("/")[0])


@pytest_asyncio.fixture(scope="module")
async def asker(template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Asker]:
    clock = FixedClock(instant("2026-11-02T09:30"))
    async with databases.cloned(template) as database:
        register = Register(database.engine, clock)
        await register.add_practices(PRACTICE, OTHER_PRACTICE, "Y90101", "Y90102")
        await register.load(described(tmp_path_factory.mktemp("described")))
        assert not register.refused
        [[practice]] = await register.rows("select id from practices where ods_code = :code", code=PRACTICE)
        async with unit_of_work(database.engine) as connection:
            tokens = [
                await issue(connection, f"{role.value}-{place}", role, clock.now(), practice_id=place)
                for role, place in ((Role.STAFF, practice), (Role.APP, practice), (Role.STAFF, None))
            ]
        await fill_reserve(database)
        load_handlers()
        settings = Settings(DATABASE_URL=database.url)  # pyright: ignore[reportCallIssue]
        app = create_app(settings, engine=database.engine, clock=clock)
        app.state.engine = database.engine
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://registry.test") as client:
            found = Asker(client, tokens)
            await found.be_asked()
            for _, group in groupby(sorted(INTERACTIONS, key=_turn), key=_turn):
                for each in group:
                    for body in each.bodies or [None]:
                        found.answers[each.name].append(await found.ask(each, body))
                await drain(JobContext(database.engine, clock, settings))
            yield found


def _turn(each: Described) -> tuple[bool, ...]:
    """What gives ids comes first, and of that what asks for somebody who is there; what ends things comes last."""
    gives = (each.method == "POST" and "{" not in each.path) or each.path.endswith("/$export")
    # A question is received before it is answered.
    is_step = each.method == "PATCH" and each.kind == "Task"
    return each.method == "DELETE", not is_step, not gives, "{" in each.path, "$allocate" not in each.path


@pytest.mark.parametrize("each", INTERACTIONS, ids=lambda each: each.name)
async def test_every_example_answers_as_it_says(asker: Asker, each: Described):
    for answer in asker.answers[each.name]:
        assert answer.status_code in each.good, answer.text
        told = each.operation["responses"][str(answer.status_code)].get("content", {})
        assert not answer.content or answer.headers["content-type"].partition(";")[0] in told


@pytest.mark.parametrize("each", INTERACTIONS, ids=lambda each: each.name)
def test_every_path_and_every_body_has_an_example(each: Described):
    without = [one["name"] for one in each.parameters("path") if not example_of(one)]
    assert without == [] or each.kind not in KNOWN_OUTSIDE
    assert each.media is None or each.bodies


@pytest.mark.parametrize("each", INTERACTIONS, ids=lambda each: each.name)
def test_whatever_any_interaction_may_answer_is_declared(each: Described):
    if each.path.endswith("/smart-configuration"):
        return  # It looks at nothing of a request.
    wanted = {400, 406, 503} if each.is_open else {400, 401, 403, 406, 429, 503}
    assert wanted - each.statuses == set()
    for status, told in each.operation["responses"].items():
        if status.isdigit() and int(status) >= 400:
            assert list(told["content"]) == ["application/fhir+json"]
            assert told["content"]["application/fhir+json"]["example"]["resourceType"] == "OperationOutcome"
