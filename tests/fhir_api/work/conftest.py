"""Work by the FHIR API over the population's two practices, with an office beside it."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.acts.act import Act, Done
from registry.values.clock import FixedClock
from tests.fhir_api.conftest import Fhir
from tests.support.acts import done
from tests.support.committing_office import CommittingOffice


@dataclass(slots=True)
class Work:
    """The API as practices and the office ask it, and the office's own acts."""

    fhir: Fhir
    office: CommittingOffice

    async def get(self, path: str, who: str = "staff") -> dict[str, Any]:
        """What is there, which must be."""
        answer = await self.fhir.get(path, who)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def task(self, task_id: str, who: str = "staff") -> tuple[str, str]:
        """Status and business status of a Task."""
        return words(await self.get(f"Task/{task_id}", who))

    async def found(self, query: str, who: str = "staff") -> list[dict[str, Any]]:
        """The resources of one page of a search."""
        bundle = await self.get(query, who)
        return [entry["resource"] for entry in bundle.get("entry", [])]

    async def place(self, body: dict[str, Any], who: str = "staff") -> dict[str, Any]:
        """Work that is placed; it must be taken."""
        answer = await self.fhir.post("Task", body, who)
        assert answer.status_code == 201, answer.text
        assert answer.headers["Location"].endswith(f"/Task/{answer.json()['id']}")
        assert answer.headers["ETag"] == f'W/"{answer.json()["meta"]["versionId"]}"'
        return answer.json()

    async def patch(
        self, task_id: str, patches: list[Any], who: str = "staff", version: str | None = None
    ) -> httpx.Response:
        """Set a status, at the version that is there unless another is named."""
        if version is None:
            version = (await self.fhir.get(f"Task/{task_id}", who)).headers.get("ETag", 'W/"1"')
        return await self.fhir.ask(
            "PATCH", f"Task/{task_id}", who, headers={"If-Match": version}, json={"patches": patches}
        )

    async def act(self, act: Act[Any], **details: Any) -> Done:
        """Do an act of the office, which is to succeed."""

        async def work(connection: AsyncConnection) -> Done:
            return await done(connection, self.office.plan.context(), act, **details)

        return await self.office.act(work)


def words(task: dict[str, Any]) -> tuple[str, str]:
    """Status and business status of a Task."""
    return task["status"], task["businessStatus"]["coding"][0]["code"]


@pytest_asyncio.fixture
async def work(fhir: Fhir, clock: FixedClock) -> Work:
    return Work(fhir, CommittingOffice(fhir.database.engine, clock))
