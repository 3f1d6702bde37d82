"""What machines watch."""

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from registry.database import create_engine
from registry.jobs.enqueue import enqueue


async def test_alive_and_ready(client: httpx.AsyncClient):
    assert (await client.get("/healthz")).json() == {"status": "alive"}
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


async def test_not_ready_with_another_schema(client: httpx.AsyncClient, app: FastAPI):
    async with app.state.engine.begin() as connection:
        await connection.execute(text("update alembic_version set version_num = '0000'"))
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert "0000" in answer.json()["reason"]


async def test_not_ready_without_a_database(client: httpx.AsyncClient, app: FastAPI):
    kept = app.state.engine
    app.state.engine = create_engine("postgresql://nobody@127.0.0.1:1/none")
    try:
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/metrics")).status_code == 200
    finally:
        app.state.engine = kept


async def test_figures_tell_of_requests_by_route_and_of_waiting_jobs(client: httpx.AsyncClient, app: FastAPI):
    async with app.state.engine.begin() as connection:
        await enqueue(connection, "test.note", {})
    await client.get("/readyz")
    await client.get("/api/people/9990000018")
    figures = (await client.get("/metrics")).text
    assert 'registry_jobs{job="test.note",state="queued"} 1.0' in figures
    assert 'method="GET",route="/readyz",status="200"' in figures
    assert 'route="unmatched",status="404"' in figures
    assert "9990000018" not in figures
