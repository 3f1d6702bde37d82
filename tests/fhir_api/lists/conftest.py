"""Asking for an export, having it made as the worker does, and reading its files."""

from dataclasses import dataclass
from typing import Any

import httpx
import orjson
import pytest

from registry.jobs.drain import drain
from registry.jobs.handlers import JobContext
from registry.settings import Settings
from registry.values.clock import FixedClock
from registry.worker import load_handlers
from tests.fhir_api.conftest import Fhir
from tests.fhir_api.population import HERE

ASYNC = {"Prefer": "respond-async"}


@dataclass(slots=True)
class Exports:
    """Exports of one register."""

    fhir: Fhir
    context: JobContext

    async def ask(self, who: str = "staff", practice: str = HERE, **query: str) -> httpx.Response:
        return await self.fhir.get(f"Group/{practice}/$export", who, headers=ASYNC, params=query)

    async def work(self) -> None:
        """What the worker does."""
        load_handlers()
        await drain(self.context)

    async def made(self, who: str = "staff", practice: str = HERE, **query: str) -> dict[str, Any]:
        """The manifest of an export that was asked for and made."""
        asked = await self.ask(who, practice, **query)
        assert asked.status_code == 202, asked.text
        await self.work()
        answer = await self.fhir.get(asked.headers["content-location"], who)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def lines(self, manifest: dict[str, Any], kind: str, who: str = "staff", part: str = "output") -> list[Any]:
        """Every resource of a type, from all its files."""
        found: list[Any] = []
        for file in manifest[part]:
            if file["type"] == kind:
                answer = await self.fhir.get(file["url"], who, headers={"Accept": "application/fhir+ndjson"})
                assert answer.status_code == 200, answer.text
                assert answer.headers["content-type"] == "application/fhir+ndjson"
                read = [orjson.loads(line) for line in answer.content.splitlines()]
                assert len(read) == file["count"]
                found += read
        return found

    async def numbers(self, manifest: dict[str, Any], who: str = "staff") -> set[str]:
        return {each["id"] for each in await self.lines(manifest, "Patient", who)}


@pytest.fixture
def exports(fhir: Fhir, settings: Settings, clock: FixedClock) -> Exports:
    return Exports(fhir, JobContext(fhir.database.engine, clock, settings))
