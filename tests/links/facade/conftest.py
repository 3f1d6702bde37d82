"""A practice that talks to the façade, with its token, and what it finds in the database afterwards."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import text

from registry.app import create_app
from registry.database import unit_of_work
from registry.policies.store import seed
from registry.practices.store import complete_practices
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.settings import Settings
from registry.values.clock import FixedClock
from tests.links.facade import bodies
from tests.support import databases
from tests.support.databases import Database
from tests.support.office import Office, Practice


@dataclass(frozen=True, slots=True)
class Door:
    """The façade as one practice and the office meet it."""

    client: httpx.AsyncClient
    database: Database
    practice: Practice
    neighbour: Practice
    token: str
    neighbour_token: str
    office_token: str

    async def post(self, operation: str, body: Any, **headers: str) -> httpx.Response:
        """Post to an operation on Patient: a document, or raw bytes."""
        return await self.send("POST", f"/fhir/Patient/$nhais.{operation}", body, **headers)

    async def patch(self, number: str, body: Any, **headers: str) -> httpx.Response:
        return await self.send("PATCH", f"/fhir/Patient/{number}", body, **headers)

    async def send(
        self, method: str, path: str, body: Any = None, token: str | None = None, **headers: str
    ) -> httpx.Response:
        usual = {"authorization": f"Bearer {token or self.token}", "content-type": "application/json"}
        content = body if isinstance(body, bytes) or body is None else bodies.encoded(body)
        return await self.client.request(method, path, content=content, headers={**usual, **headers})

    async def inbox(self, token: str | None = None, **query: Any) -> dict[str, Any]:
        answer = await self.client.get(
            "/fhir/$nhais.inbox", params=query, headers={"authorization": f"Bearer {token or self.token}"}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def count(self, table: str) -> int:
        return await self.one(f"select count(*) from {table}")

    async def one(self, query: str, **values: Any) -> Any:
        async with self.database.engine.connect() as connection:
            return (await connection.execute(text(query), values)).scalar_one()

    async def drawn(self) -> int:
        """How many transaction numbers the practice has used up."""
        series = f"facade_number_{self.practice.id.hex}"
        return await self.one(f"select case when is_called then last_value else 0 end from {series}")


@pytest_asyncio.fixture
async def office(app: FastAPI, database: Database, clock: FixedClock) -> AsyncIterator[Office]:
    """Builds people in a unit of work of its own; end it with `await office.connection.commit()`."""
    async with database.engine.connect() as connection:
        yield Office(connection, clock)


@pytest_asyncio.fixture
async def door(client: httpx.AsyncClient, office: Office, database: Database, clock: FixedClock) -> Door:
    """A door on the test's own database."""
    return await opened(client, office, database, clock)


@pytest_asyncio.fixture(scope="module")
async def shared_door(template: str) -> AsyncIterator[Door]:
    """A door for all tests of a module whose requests leave nothing."""
    clock = FixedClock(datetime(2026, 11, 2, 9, 30, tzinfo=UTC))
    async with databases.cloned(template) as database:
        app = create_app(Settings(), engine=database.engine, clock=clock)  # pyright: ignore[reportCallIssue]
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://registry.test") as client,
            database.engine.connect() as connection,
        ):
            yield await opened(client, Office(connection, clock), database, clock)


async def opened(client: httpx.AsyncClient, office: Office, database: Database, clock: FixedClock) -> Door:
    practice, neighbour = await office.practice(), await office.practice()
    await office.connection.commit()
    async with unit_of_work(database.engine) as connection:
        await seed(connection)
        await complete_practices(connection, [practice.id, neighbour.id])
        tokens = [
            await issue(connection, "system", Role.APP, clock.now(), practice_id=practice_id)
            for practice_id in (practice.id, neighbour.id, None)
        ]
    return Door(client, database, practice, neighbour, *tokens)
