"""Who gets in, with what, and for whose data."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from fastapi import Depends, FastAPI
from sqlalchemy import select, text

from registry.database import unit_of_work
from registry.http.dependencies import UnitOfWork
from registry.practices.models import practices
from registry.security.authenticate import require
from registry.security.callers import Caller, Permission, Role
from registry.security.scope import WITHIN_SCOPE_SQL, out_of_scope, scope_of, within_scope
from registry.security.tokens import hash_of, issue, revoke
from registry.values.clock import FixedClock
from tests.support.databases import Database
from tests.support.practices import add_practice

SEEN = select(practices.c.ods_code).where(within_scope(practices.c.id)).order_by(practices.c.ods_code)
SEEN_IN_TEXT = text(f"select ods_code from practices p where {WITHIN_SCOPE_SQL.format(column='p.id')} order by 1")


@pytest_asyncio.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    @app.get("/api/who")
    async def who(caller: Annotated[Caller, Depends(require(Permission.READ_PATIENTS))]) -> dict[str, str | None]:
        return {"name": caller.actor.name, "practice": caller.actor.practice_ods, "kind": caller.actor.kind.value}

    @app.get("/api/practices")
    async def seen(
        caller: Annotated[Caller, Depends(require(Permission.READ_PATIENTS))], connection: UnitOfWork
    ) -> list[list[str]]:
        return [list((await connection.execute(s, scope_of(caller))).scalars()) for s in (SEEN, SEEN_IN_TEXT)]

    @app.post("/api/decide")
    async def decide(caller: Annotated[Caller, Depends(require(Permission.DECIDE_ANOMALIES))]) -> None:
        raise out_of_scope("anomaly")

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://registry.test") as client:
        yield client


@pytest_asyncio.fixture
async def practice(database: Database) -> UUID:
    async with unit_of_work(database.engine) as connection:
        await add_practice(connection, "Y90002", "YA02")
        return await add_practice(connection)


async def token_for(database: Database, clock: FixedClock, role: Role, practice_id: UUID | None, **more: object) -> str:
    async with unit_of_work(database.engine) as connection:
        return await issue(connection, "system-7", role, clock.now(), practice_id=practice_id, **more)  # pyright: ignore[reportArgumentType]


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic abc"}, bearer("nr_unknown"), bearer("\u00e4")])
async def test_nobody_known_is_asking(client: httpx.AsyncClient, headers: dict[str, str]):
    answer = await client.get("/api/who", headers=[(name.encode(), value.encode()) for name, value in headers.items()])
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["issue"][0]["code"] == "login"


async def test_a_practice_is_known_by_its_token(
    client: httpx.AsyncClient, database: Database, clock: FixedClock, practice: UUID
):
    token = await token_for(database, clock, Role.APP, practice)
    answer = await client.get("/api/who", headers=bearer(token))
    assert answer.json() == {"name": "system-7", "practice": "Y90001", "kind": "practice"}
    async with database.engine.connect() as connection:
        kept = (await connection.execute(text("select t::text from access_tokens t"))).scalar_one()
    assert token not in kept
    assert token.encode().hex() not in kept
    assert hash_of(token).hex() in kept


async def test_queries_see_the_callers_practice_and_the_office_sees_all(
    client: httpx.AsyncClient, database: Database, clock: FixedClock, practice: UUID
):
    own = await token_for(database, clock, Role.APP_READ, practice)
    office = await token_for(database, clock, Role.STAFF, None)
    assert (await client.get("/api/practices", headers=bearer(own))).json() == [["Y90001"]] * 2
    assert (await client.get("/api/practices", headers=bearer(office))).json() == [["Y90001", "Y90002"]] * 2


async def test_a_permission_that_the_role_lacks(
    client: httpx.AsyncClient, database: Database, clock: FixedClock, practice: UUID
):
    token = await token_for(database, clock, Role.STAFF, practice)
    answer = await client.post("/api/decide", headers=bearer(token))
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (403, "forbidden")
    office = await token_for(database, clock, Role.STAFF, None)
    assert (await client.post("/api/decide", headers=bearer(office))).status_code == 404


async def test_a_token_ends(client: httpx.AsyncClient, app: FastAPI, database: Database, clock: FixedClock):
    short = await token_for(database, clock, Role.STAFF, None, expires_at=clock.now() + timedelta(hours=1))
    revoked = await token_for(database, clock, Role.STAFF, None)
    assert (await client.get("/api/who", headers=bearer(short))).status_code == 200
    async with unit_of_work(database.engine) as connection:
        assert await revoke(connection, revoked, clock.now())
        assert not await revoke(connection, revoked, clock.now())
    assert (await client.get("/api/who", headers=bearer(revoked))).status_code == 401
    clock.instant += timedelta(hours=2)
    app.state.callers.clear()
    assert (await client.get("/api/who", headers=bearer(short))).status_code == 401


async def test_a_caller_is_remembered_for_a_moment(client: httpx.AsyncClient, database: Database, clock: FixedClock):
    token = await token_for(database, clock, Role.STAFF, None)
    assert (await client.get("/api/who", headers=bearer(token))).status_code == 200
    async with unit_of_work(database.engine) as connection:
        await connection.execute(text("delete from access_tokens"))
    assert (await client.get("/api/who", headers=bearer(token))).status_code == 200
