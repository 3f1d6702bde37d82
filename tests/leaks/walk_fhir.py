"""The FHIR API of a world, walked as every caller; what an answer only repeats of the question is not looked at."""

from collections.abc import Iterable
from typing import Any

import httpx
from fastapi import FastAPI

from registry.values.person import Demographics
from tests.leaks.cast import PIMWINNICK, THEODWYNA, WILHELMARA
from tests.leaks.find import find
from tests.leaks.values import UNKNOWN_NUMBER, Values
from tests.leaks.walk import Walk
from tests.leaks.world import NOBODY
from tests.support.fhir_asks import Asked, Asks
from tests.support.fhir_crawl import Crawler, without_echo
from tests.support.fhir_described import Described, interactions_of

THOROUGH = frozenset({"office staff", "here staff"})
"""Whoever asks everything; the others see a part of what these see, or ask for it elsewhere, and ask less."""
LESS, LINKS = 2, 30
SENDERS = frozenset({"office staff", "here staff", NOBODY})
"""Whoever asks for changes; what others may do is a part of it."""
_GENDERS = {"1": "male", "2": "female"}


class FhirWalker:
    """Calls the FHIR API of one world, as anybody."""

    def __init__(self, values: Values, walk: Walk, app: FastAPI) -> None:
        self.world, self.walk = values.world, walk
        self.asks = Asks(values.numbers, values.practices, [as_patient(each) for each in remembered()])
        self.interactions = interactions_of(app)
        self._base = ""

    async def read(self, client: httpx.AsyncClient, callers: Iterable[str]) -> None:
        """Everything that changes nothing, by each caller; the office, which sees most, comes first."""
        crawler = self._crawler(client)
        for caller in sorted(callers, key=lambda each: not each.startswith("office staff")):
            if caller in THOROUGH:
                await crawler.look(caller, links=LINKS)
            else:
                await crawler.look(caller, each_at_most=LESS, links=LINKS // 6)

    async def send(self, client: httpx.AsyncClient, callers: Iterable[str], numbers: Iterable[str]) -> None:
        """Every change that may be asked for, about these numbers, and of people as they were."""
        self.asks.numbers = [*numbers, UNKNOWN_NUMBER]
        crawler = self._crawler(client)
        for caller in callers:
            if caller in SENDERS:
                practice = self.world.practices.get(caller.split()[0], self.world.practices["here"])
                await crawler.change(caller, practice.ods_code)

    def _crawler(self, client: httpx.AsyncClient) -> Crawler:
        crawler = Crawler(client, self.world.tokens, self.interactions, self.asks, self._look_at)
        self._base = crawler.base
        return crawler

    async def _look_at(self, caller: str, each: Described, asked: Asked, answer: httpx.Response) -> None:
        path, query, body = asked
        said = f"{caller}: {each.method} {path} {query or ''} {str(body or '')[:200]} -> {answer.status_code}"
        self.walk.statuses[each.name].add(answer.status_code)
        self.walk.look(each.name, repr(sorted(answer.headers.items())), said)
        # Whoever wrote a thing is answered with it.
        if each.only_looks or not answer.is_success or not find(self.walk.marks, repr(body), ""):
            self.walk.look(each.name, without_echo(answer, self._base), said)


def remembered() -> list[Demographics]:
    """The people as somebody may remember them."""
    return [each for who in (WILHELMARA, PIMWINNICK, THEODWYNA) for each in (who.at_first, who.at_last)]


def as_patient(person: Demographics) -> dict[str, Any]:
    """What describes a person, as elements of a Patient."""
    assert person.sex is not None
    since = {"start": "2020-01-01"}
    name = {"use": "usual", "family": person.name.surname, "given": [person.name.first_forename], "period": since}
    lines, postcode = [*person.address.lines], person.address.postcode
    return {
        "name": [name],
        "gender": _GENDERS[person.sex.value],
        "birthDate": str(person.date_of_birth),
        "address": [{"use": "home", "line": lines, "postalCode": postcode, "period": since}],
    }
