"""Two practices at work in one register, by every way in, and what each of them may not see of the other's."""

import re
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import Any

import httpx

from registry.jobs.drain import drain
from registry.jobs.handlers import JobContext
from registry.worker import load_handlers
from tests.fhir_api.conftest import Fhir
from tests.fhir_api.population import ADA, ALONE, BELLA, BELLAMY, CARYS, ELSEWHERE, HERE, NOBODY, THERE, TOM, people
from tests.support.fhir_asks import Asked, Asks
from tests.support.fhir_crawl import Crawler, without_echo
from tests.support.fhir_described import Described, interactions_of

NAMES = {"staff": HERE, "app": HERE, "there": THERE}
"""Callers, and whose they are."""
OWN = {HERE: [ADA, BELLA, CARYS, TOM], THERE: [BELLAMY, ELSEWHERE]}
PUBLIC = frozenset({"Patient", "Organization", "Practitioner", "PractitionerRole", "Location"})
"""What PDS and the directory show to anybody with a token."""
_FREE_TEXT = frozenset({"text", "contentString", "valueString", "description", "reason"})
_MARKED = """
    select table_name, array_agg(column_name::text) from information_schema.columns
    where table_schema = 'public' and udt_name = 'uuid' and column_name not in ('practice_id', 'patient_id')
      and table_name in (select table_name from information_schema.columns
                         where table_schema = 'public' and column_name = 'practice_id')
      and table_name not in ('lists', 'practice_doctors', 'access_tokens', 'clients')
    group by table_name
"""


@dataclass
class Heard:
    """One answer, and who got it."""

    caller: str
    each: Described
    asked: Asked
    answer: httpx.Response

    @property
    def said(self) -> str:
        """Everything that was said, headers too."""
        return self.answer.text + repr(sorted(self.answer.headers.items()))


@dataclass
class Town:
    """The register, both practices, and everything that either was ever answered."""

    fhir: Fhir
    context: JobContext
    interactions: list[Described]
    chance: Random
    heard: list[Heard] = field(default_factory=list[Heard])
    words: dict[str, set[str]] = field(default_factory=lambda: {HERE: set(), THERE: set()})
    """What each practice wrote that nobody else writes."""
    unaudited: list[str] = field(default_factory=list[str])

    @classmethod
    async def of(cls, fhir: Fhir, app: Any, context: JobContext, seed: int) -> "Town":
        load_handlers()
        return cls(fhir, context, interactions_of(app), Random(seed))

    def crawler(self) -> Crawler:
        described = [each for each in people() if each.get("address") and each.get("name") and "link" not in each]
        elements = [{name: each[name] for name in ("name", "gender", "birthDate", "address")} for each in described]
        numbers = [number for each in OWN.values() for number in each] + [ALONE, NOBODY]
        return Crawler(
            self.fhir.client, self.fhir.tokens, self.interactions, Asks(numbers, [HERE, THERE], elements), self._hear
        )

    async def _hear(self, caller: str, each: Described, asked: Asked, answer: httpx.Response) -> None:
        self.heard.append(Heard(caller, each, asked, answer))
        await self._check_audit(caller, each, asked, answer)

    async def _check_audit(self, caller: str, each: Described, asked: Asked, answer: httpx.Response) -> None:
        """Whoever is named in an answer is named in the audit of the request, with who asked."""
        if caller not in NAMES or not answer.is_success or each.is_open:
            return
        named = _numbers_in(without_echo(answer, self.crawler().base))
        if not named:
            return
        [[seen]] = await self.fhir.rows(
            "select array(select p.nhs_number from audit_events e cross join unnest(e.patient_ids) shown(id)"
            " join patients p on p.id = shown.id where e.request_id = :id)",
            id=answer.headers["x-request-id"],
        )
        if not named <= set(seen):
            self.unaudited.append(f"{caller} {each.name} {asked[0]}: {sorted(named - set(seen))}")

    # What practices do

    async def act(self, caller: str, *, among_themselves: bool = False) -> None:
        """Something that a practice may do, about somebody: its own people for the most part, or alone."""
        practice = NAMES[caller]
        changing = [each for each in self.interactions if not each.only_looks]
        each = self.chance.choice(changing)
        own = among_themselves or self.chance.random() < 0.8
        crawler = self.crawler()
        crawler.asks.numbers = [self.chance.choice(OWN[practice] if own else [*OWN[HERE], *OWN[THERE], ALONE])]
        crawler.asks.practices = [practice]
        if own:
            crawler.asks.people = []
        for kind, ids in (await self.ids_of(practice)).items():
            crawler.asks.ids[kind] |= ids
        bodies = [*crawler.asks.bodies(each, practice)] or [None]
        path, body = self.chance.choice(crawler.asks.paths(each)), self.chance.choice(bodies)
        planted = self._with_words(body, practice)
        answer = await crawler.ask(caller, each, (path, each.query(), planted))
        if answer.status_code == 400 and planted != body:
            await crawler.ask(caller, each, (path, each.query(), body))

    async def ids_of(self, practice: str) -> dict[str, set[str]]:
        """Ids that the practice was answered with, by the type of resource."""
        crawler = self.crawler()
        for each in self.heard:
            if NAMES.get(each.caller) == practice and each.answer.is_success:
                crawler.noted(each.answer)
        return crawler.asks.ids

    def _with_words(self, body: Any, practice: str) -> Any:
        """A body with a word of the practice's own in every free text."""

        def plant(content: Any) -> Any:
            match content:
                case dict():
                    return {
                        name: self._word(practice) if name in _FREE_TEXT and isinstance(each, str) else plant(each)
                        for name, each in content.items()
                    }
                case list():
                    return [plant(each) for each in content]
                case _:
                    return content

        return plant(body)

    def _word(self, practice: str) -> str:
        word = "Q" + "".join(self.chance.choice("BCDFGHJKLMNPRSTVWXZ") for _ in range(11))
        self.words[practice].add(word)
        return word

    async def work(self) -> None:
        """What follows happens."""
        await drain(self.context)

    # What must not be seen

    async def view(self, crawler: Crawler, caller: str) -> dict[str, str]:
        """Everything that a caller sees but of people and practices, which anybody may trace, by what was asked."""
        found: dict[str, str] = {}
        for each in self.interactions:
            if each.only_looks and each.kind not in PUBLIC and not each.is_open:
                for asked in islice(crawler.asks.looks(each), 30):
                    answer = await crawler.ask(caller, each, asked)
                    found[f"{each.name} {asked}"] = f"{answer.status_code} {_without_passing_ids(answer.text)}"
        return found

    async def marks_of(self, practice: str) -> set[str]:
        """Ids of everything that is the practice's, and its words."""
        found = set(self.words[practice])
        [[practice_id]] = await self.fhir.rows("select id from practices where ods_code = :code", code=practice)
        registrations = "select m.id from list_memberships m join lists l on l.id = m.list_id where l.practice_id = :id"
        found |= {str(row[0]) for row in await self.fhir.rows(registrations, id=practice_id)}
        for table, columns in await self.fhir.rows(_MARKED):
            told = ", ".join(f'"{column}"' for column in columns)
            query = f'select {told} from "{table}" where practice_id = :id'
            for row in await self.fhir.rows(query, id=practice_id):
                found |= {str(value) for value in row if value is not None}
        return found


def _numbers_in(said: bytes) -> set[str]:
    """The people whom an answer names by their number."""
    text = said.decode(errors="replace")
    return {number for each in OWN.values() for number in each if number in text}


def _without_passing_ids(text: str) -> str:
    """An answer without the ids that its entries have for its own length."""
    for passing in re.findall(r"urn:uuid:([0-9a-f-]{36})", text):
        text = text.replace(passing, "-")
    return text
