"""A server with two practices and a few people, and callers of every kind."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import text

from registry.database import unit_of_work
from registry.pds.allot import valid_numbers
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.values.clock import FixedClock
from tests.fhir_api.population import HERE, THERE, people
from tests.support.databases import Database
from tests.support.fhir_patients import a_file
from tests.support.taken_on import Register

BASE = "/FHIR/R4/"


@dataclass(slots=True)
class Fhir:
    """Asks the FHIR API as one of: staff, app, app-read (of HERE), there (staff of THERE), office, nobody."""

    client: httpx.AsyncClient
    database: Database
    tokens: dict[str, str]

    async def ask(
        self, method: str, path: str, who: str = "staff", *, headers: dict[str, str | None] | None = None, **more: Any
    ) -> httpx.Response:
        """One request with a fresh X-Request-ID; a header given as None is left out."""
        sent: dict[str, str | None] = {"X-Request-ID": str(uuid4()), "Accept": "application/fhir+json"}
        if who in self.tokens:
            sent["Authorization"] = f"Bearer {self.tokens[who]}"
        if "json" in more:
            sent["Content-Type"] = "application/json-patch+json" if method == "PATCH" else "application/fhir+json"
        sent |= headers or {}
        url = path if path.startswith(("/", "http")) else BASE + path
        return await self.client.request(
            method, url, headers={name: value for name, value in sent.items() if value is not None}, **more
        )

    async def get(self, path: str, who: str = "staff", **more: Any) -> httpx.Response:
        return await self.ask("GET", path, who, **more)

    async def post(self, path: str, body: Any, who: str = "staff", **more: Any) -> httpx.Response:
        return await self.ask("POST", path, who, json=body, **more)

    async def patch(
        self, number: str, patches: list[Any], version: int | None = 1, who: str = "staff"
    ) -> httpx.Response:
        """Amend a Patient; `version` None leaves If-Match out."""
        headers = {"If-Match": None if version is None else f'W/"{version}"'}
        return await self.ask("PATCH", f"Patient/{number}", who, headers=headers, json={"patches": patches})

    async def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        async with self.database.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(query), values)]


def code_of(answer: httpx.Response) -> str | None:
    """The Spine code of an OperationOutcome."""
    return answer.json()["issue"][0]["details"]["coding"][0]["code"]


@pytest_asyncio.fixture
async def fhir(
    app: FastAPI, client: httpx.AsyncClient, database: Database, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[Fhir]:
    """The API over the people of `population`."""
    register = Register(database.engine, clock)
    await register.add_practices(HERE, THERE)
    await register.load(a_file(tmp_path, *people()))
    assert not register.refused
    await fill_reserve(database)
    yield Fhir(client, database, await issue_tokens(database, clock))


async def fill_reserve(database: Database, count: int = 40) -> list[str]:
    """Set numbers aside, as the national side does; returns them."""
    numbers = list(islice(valid_numbers(999_700_000), count))
    async with unit_of_work(database.engine) as connection:
        statement = text("insert into number_reserve select n, now() from unnest(cast(:numbers as text[])) n")
        await connection.execute(statement, {"numbers": numbers})
    return numbers


async def issue_tokens(database: Database, clock: FixedClock, here: str = HERE, there: str = THERE) -> dict[str, str]:
    """A token of each kind: of one practice, of another, and of the office."""
    async with unit_of_work(database.engine) as connection:
        rows = await connection.execute(text("select ods_code, id from practices"))
        ids = dict(tuple(row) for row in rows)
        wanted = {
            "staff": (Role.STAFF, ids[here]),
            "app": (Role.APP, ids[here]),
            "app-read": (Role.APP_READ, ids[here]),
            "there": (Role.STAFF, ids[there]),
            "office": (Role.STAFF, None),
        }
        return {
            name: await issue(connection, f"{role.value}:{name}", role, clock.now(), practice_id=practice_id)
            for name, (role, practice_id) in wanted.items()
        }
