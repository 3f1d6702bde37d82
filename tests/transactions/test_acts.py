"""Acts: the same declaration is a route and a command, which answer alike."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Literal

import httpx
import pytest
import typer
from fastapi import FastAPI
from pydantic import Field, create_model
from sqlalchemy.ext.asyncio import AsyncConnection
from typer.testing import CliRunner

from registry.database import unit_of_work
from registry.http.errors import install_error_answers
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.settings import settings
from registry.transactions.acts.act import (
    AboutPerson,
    Act,
    Answer,
    Asked,
    Done,
    Group,
    Impossible,
    Nothing,
    Stale,
    WrongState,
)
from registry.transactions.acts.api import routes_of
from registry.transactions.acts.command import commands_of
from registry.transactions.acts.on_person import person_of
from registry.transactions.context import Context
from tests.support.databases import Database


class Wish(AboutPerson):
    """What may be wished."""

    times: Annotated[int, Field(description="How often.", ge=1)] = 1
    answer: Annotated[str, Field(description="What to answer.")]
    urgent: bool = False
    by_whom: Literal["list-comparison", "office"] | None = None
    also: list[str] | None = None


class Found(Asked):
    """Whom to find."""

    nhs_number: str


async def _wish(_: AsyncConnection, context: Context, wish: Wish) -> Answer:
    answers: dict[str, Answer] = {
        "done": Done(
            f"{context.actor.name} wished {wish.times} times{', urgently' if wish.urgent else ''}",
            data={"by_whom": wish.by_whom, "also": wish.also},
        ),
        "impossible": Impossible("Not this one: wish another.", "answer"),
        "wrong": WrongState("asleep", ("awake", "dreaming")),
        "stale": Stale(4),
        "nothing": Nothing("wish"),
    }
    return answers[wish.answer]


async def _find(connection: AsyncConnection, _: Context, asked: Found) -> Answer:
    person = await person_of(connection, asked.nhs_number)
    return person if isinstance(person, Impossible) else Done("found")


WISHES = Group(
    "wishes",
    "Wishes.",
    (
        Act("wishes", "make", "Make a wish.", Wish, _wish, "wishes make 9990000018 --answer done"),
        Act("wishes", "find", "Find somebody.", Found, _find),
    ),
)
BODY = {"nhs_number": "9990000018", "answer": "done", "times": 2}


@pytest.fixture
def acts(app: FastAPI) -> FastAPI:
    app.include_router(routes_of([WISHES]))
    install_error_answers(app)
    return app


async def _headers(database: Database, role: Role = Role.STAFF) -> dict[str, str]:
    async with unit_of_work(database.engine) as connection:
        return {"Authorization": f"Bearer {await issue(connection, 'test', role, datetime.now(UTC), practice_id=None)}"}


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        ("done", 200, "wished 2 times"),
        ("impossible", 422, "wish another"),
        ("wrong", 422, "It is asleep; this is done when it is awake or dreaming."),
        ("stale", 409, "moved"),
        ("nothing", 404, "no such wish"),
    ],
)
async def test_a_route_answers_as_the_act_does(
    acts: FastAPI, client: httpx.AsyncClient, database: Database, answer: str, status: int, words: str
):
    found = await client.post("/api/wishes/make", json={**BODY, "answer": answer}, headers=await _headers(database))
    assert found.status_code == status and words in found.text


async def test_a_route_wants_a_token_a_permission_and_known_fields(
    acts: FastAPI, client: httpx.AsyncClient, database: Database
):
    assert (await client.post("/api/wishes/make", json=BODY)).status_code == 401
    reader = await _headers(database, Role.APP_READ)
    assert (await client.post("/api/wishes/make", json=BODY, headers=reader)).status_code == 403
    staff = await _headers(database)
    for fault in ({"times": 0}, {"colour": "red"}, {"answer": None}):
        refused = await client.post("/api/wishes/make", json={**BODY, **fault}, headers=staff)
        assert refused.status_code in (400, 422) and next(iter(fault)) in refused.text


@pytest.mark.parametrize(
    ("number", "words"), [("9990000019", "checks the others"), ("9990000018", "Nobody"), ("1", "ten digits")]
)
async def test_a_person_is_named_by_a_number_that_somebody_has(
    acts: FastAPI, client: httpx.AsyncClient, database: Database, number: str, words: str
):
    refused = await client.post("/api/wishes/find", json={"nhs_number": number}, headers=await _headers(database))
    assert refused.status_code == 422 and words in refused.text and "nhs_number" in refused.text


@pytest.fixture
def command(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[typer.Typer]:
    monkeypatch.setenv("DATABASE_URL", database.url)
    settings.cache_clear()
    yield commands_of(WISHES)
    settings.cache_clear()


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("done", 0, "command-line:ada wished 2 times, urgently"),
        ("impossible", 1, "wish another"),
        ("wrong", 1, "awake or dreaming"),
        ("stale", 3, "version 4"),
        ("nothing", 1, "no such wish"),
    ],
)
def test_a_command_answers_as_the_act_does(command: typer.Typer, answer: str, code: int, words: str):
    line = ["make", "9990000018", "--times", "2", "--answer", answer, "--urgent", "--by", "ada"]
    ended = CliRunner().invoke(command, line)
    assert (ended.exit_code, words in ended.output) == (code, True), ended.output


def test_a_command_prints_json_and_names_every_fault(command: typer.Typer):
    good = CliRunner().invoke(command, ["make", "9990000018", "--answer", "done", "--json"])
    assert "wished 1 times" in json.loads(good.stdout)["sentence"]
    bad = CliRunner().invoke(command, ["make", "9990000018", "--times", "0"])
    assert bad.exit_code == 2 and "--times" in bad.output and "--answer" in bad.output


def test_only_what_is_a_list_may_be_said_more_than_once(command: typer.Typer):
    line = ["make", "9990000018", "--answer", "done", "--json", "--also", "a", "--also", "b"]
    said = CliRunner().invoke(command, [*line, "--by-whom", "list-comparison"])
    assert said.exit_code == 0, said.output
    assert json.loads(said.stdout)["data"] == {"by_whom": "list-comparison", "also": ["a", "b"]}


@pytest.mark.parametrize("field", ["by", "as_json", "help", "by_"])
def test_a_field_that_no_command_could_have_is_refused_where_it_is_declared(field: str):
    with pytest.raises(TypeError, match=rf"Faulty\.{field}: the option --.* is that of every command"):
        create_model("Faulty", __base__=Asked, **{field: (str, "")})  # pyright: ignore[reportCallIssue, reportArgumentType]


def test_two_fields_with_one_option_are_refused():
    with pytest.raises(TypeError, match=r"Faulty\.since: the option --since is that of the field since_"):
        create_model("Faulty", __base__=Asked, since_=(str, ""), since=(str, ""))


def test_help_teaches(command: typer.Typer):
    shown = CliRunner().invoke(command, ["make", "--help"])
    assert "How often." in shown.output and "registry wishes make 9990000018 --answer done" in shown.output
