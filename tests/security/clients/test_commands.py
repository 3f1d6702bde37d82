"""Registering systems at the command line, and what they may do by it."""

import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from typer.testing import CliRunner, Result

from registry.cli import app as commands
from registry.settings import Settings, settings
from registry.values.clock import FixedClock
from tests.support.clients import System, ec_key, key_set, rsa_key
from tests.support.databases import Database

pytestmark = pytest.mark.usefixtures("practice")


@pytest.fixture(autouse=True)
def _in_this_database(settings: Settings) -> None:
    """Commands find the test's own database."""


async def run(*arguments: str | Path) -> Result:
    """In a thread of its own, since a command runs a loop of its own."""
    import asyncio

    def invoke() -> Result:
        settings.cache_clear()
        try:
            return CliRunner().invoke(commands, ["clients", *map(str, arguments)])
        finally:
            settings.cache_clear()

    return await asyncio.to_thread(invoke)


async def told(*arguments: str | Path) -> dict[str, Any]:
    done = await run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture
def public(tmp_path: Path) -> Path:
    file = tmp_path / "public.pem"
    file.write_bytes(rsa_key().as_pem(private=False))
    return file


async def system_of(database: Database, client_id: str, http: httpx.AsyncClient, clock: FixedClock) -> System:
    from registry.security.clients.store import find_client

    async with database.engine.connect() as connection:
        client = await find_client(connection, client_id)
    assert client is not None
    return System(client, http, clock)


async def test_from_a_pem_file_to_a_token_to_other_keys_to_the_end(
    public: Path, tmp_path: Path, app: FastAPI, database: Database, client: httpx.AsyncClient, clock: FixedClock
):
    made = await told("register", "Elm Road", "--practice", "Y90001", "--public-key", public, "--kid", "key-1")
    assert (made["practice"], made["role"], made["algorithms"], made["key_ids"]) == (
        "Y90001",
        "app",
        ["RS512"],
        ["key-1"],
    )
    system = await system_of(database, made["client_id"], client, clock)
    assert (await system.ask()).status_code == 200

    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(key_set(rsa_key("new"))))
    changed = await told("rotate-keys", made["client_id"], "--jwks-file", keys)
    assert changed["key_ids"] == ["new"]
    assert (await system.ask()).status_code == 401
    assert (await system.ask(system.assertion(key=rsa_key("new")))).status_code == 200

    assert (await told("revoke", made["client_id"]))["revoked"] is True
    assert (await told("revoke", made["client_id"]))["revoked"] is False
    assert (await system.ask(system.assertion(key=rsa_key("new")))).status_code == 401
    assert (await run("list", "--json")).stdout == ""
    assert (await told("list", "--revoked"))["client_id"] == made["client_id"]
    async with database.engine.connect() as connection:
        noted = await connection.execute(
            text("select action from audit_events where action like 'client.%' order by id")
        )
        assert list(noted.scalars()) == ["client.registered", "client.keys-changed", "client.revoked"]


async def test_a_key_set_at_an_address_and_scopes(database: Database):
    made = await told(
        *("register", "Bulk", "--office", "--role", "app-read", "--alg", "RS384", "--alg", "ES384"),
        *("--jwks-url", "https://keys.example/jwks.json", "--scopes", "system/*.rs system/Group.r"),
    )
    assert (made["scopes"], made["jwks_url"]) == (["system/*.rs", "system/Group.r"], "https://keys.example/jwks.json")
    shown = await run("show", made["client_id"])
    assert "https://keys.example/jwks.json" in shown.stdout
    assert made["client_id"] in (await run("list")).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--practice", "Y99999"], 1, "no practice has the code"),
        ([], 2, "--practice"),
        (["--practice", "Y90001", "--office"], 2, "--practice"),
        (["--office", "--scopes", "system/Observation.rs"], 2, "no scopes of this register"),
        (["--office", "--scopes", ""], 2, "no scopes of this register"),
        (["--office", "--alg", "HS256"], 2, "algorithms are"),
        (["--office", "--alg", "ES384"], 2, "cannot sign"),
        (["--office", "--jwks-url", "https://keys.example/"], 2, "give one of"),
        (["--office", "--role", "governance"], 2, ""),
    ],
    ids=str,
)
async def test_what_cannot_be_registered(public: Path, database: Database, arguments: list[str], code: int, words: str):
    done = await run("register", "Elm Road", *arguments, "--public-key", public, "--kid", "key-1")
    assert (done.exit_code, words in done.output) == (code, True), done.output
    assert "Traceback" not in done.output
    async with database.engine.connect() as connection:
        assert (await connection.execute(text("select count(*) from oauth_clients"))).scalar_one() == 0


@pytest.mark.parametrize("content", [b"", b"null", b"[]", b"hello", os.urandom(64), b'{"keys": [{}]}'], ids=range(6))
async def test_files_that_hold_no_keys(tmp_path: Path, content: bytes):
    file = tmp_path / "keys"
    file.write_bytes(content)
    for option in (("--jwks-file", file), ("--public-key", file, "--kid", "a"), ("--jwks-file", tmp_path / "missing")):
        done = await run("register", "Elm Road", "--office", *option)
        assert (done.exit_code, "Traceback" in done.output) == (2, False), done.output


async def test_a_private_key_is_sent_back(tmp_path: Path, database: Database):
    file = tmp_path / "private.pem"
    file.write_bytes(ec_key().as_pem(private=True))
    done = await run("register", "Elm Road", "--office", "--alg", "ES384", "--public-key", file, "--kid", "a")
    assert (done.exit_code, "private key" in done.output) == (2, True)


async def test_an_unknown_client(public: Path):
    for command in (["show"], ["revoke"], ["rotate-keys", "--public-key", str(public), "--kid", "a"]):
        done = await run(command[0], "nobody", *command[1:])
        assert (done.exit_code, "no client has the id" in done.output) == (1, True), done.output
