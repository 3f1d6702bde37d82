"""Keys that clients publish: fetched within bounds, kept for an hour, and asked for again when one is new."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy.pool import QueuePool

from registry.security.clients import fetch_keys as fetching
from registry.security.clients.fetch_keys import KeysOutOfReach, fetch_keys, is_address_of_keys
from registry.security.clients.key_sets import KeySets
from registry.security.clients.keys import UnusableKeys, published_keys, set_of_pem, set_to_keep
from registry.security.clients.note import RefusalBudget
from registry.security.clients.register import Keys
from registry.values.clock import FixedClock
from tests.support.clients import System, ec_key, key_set, registered, rsa_key
from tests.support.databases import Database


class Publisher:
    """A web server of a client's. What it answers can be changed; `asked` counts how often it was."""

    def __init__(self) -> None:
        self.status, self.body, self.headers = 200, orjson.dumps(key_set(rsa_key())), dict[str, str]()
        self.asked = 0
        self.reached, self.hold = threading.Event(), threading.Event()
        self.hold.set()
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                publisher.asked += 1
                publisher.reached.set()
                publisher.hold.wait(10)
                self.send_response(publisher.status)
                for name, value in publisher.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(publisher.body)

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                """Tests are quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/jwks.json"

    def publish(self, *keys: Any) -> None:
        self.body = orjson.dumps(key_set(*keys))


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    publisher = Publisher()
    thread = threading.Thread(target=publisher.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield publisher
    publisher.hold.set()
    publisher.server.shutdown()
    publisher.server.server_close()
    thread.join()


@pytest.fixture
def seconds(app: FastAPI) -> list[float]:
    """The time by which keys are kept, which a test may set."""
    now = [1000.0]
    app.state.key_sets, app.state.refusals = KeySets(allow_http=True, now=lambda: now[0]), RefusalBudget()
    return now


@pytest.fixture
async def system(
    database: Database, client: httpx.AsyncClient, clock: FixedClock, publisher: Publisher, seconds: list[float]
) -> System:
    return await registered(database, client, clock, keys=Keys(url=publisher.url))


async def status(system: System, key: Any = None) -> int:
    return (await system.ask(system.assertion(key=key))).status_code


async def test_keys_are_fetched_once_an_hour(system: System, publisher: Publisher, seconds: list[float]):
    assert [await status(system) for _ in range(3)] == [200] * 3
    assert publisher.asked == 1
    seconds[0] += 3601
    assert await status(system) == 200
    assert publisher.asked == 2


async def test_a_new_key_works_at_once_and_an_old_one_until_it_is_forgotten(
    system: System, publisher: Publisher, seconds: list[float]
):
    assert await status(system) == 200
    seconds[0] += 61
    publisher.publish(rsa_key("new"))
    assert await status(system, rsa_key("new")) == 200
    assert await status(system) == 401


async def test_invented_key_ids_make_one_fetch_a_minute(system: System, publisher: Publisher, seconds: list[float]):
    assert await status(system) == 200
    seconds[0] += 61
    answers = await asyncio.gather(*(status(system, rsa_key("invented")) for _ in range(10)))
    assert answers == [401] * 10
    assert publisher.asked == 2
    assert await status(system) == 200


async def test_when_nobody_answers_there_is_no_token_and_later_there_is(
    system: System, publisher: Publisher, seconds: list[float]
):
    publisher.status = 503
    answer = await system.ask()
    assert (answer.status_code, answer.json()["error"]) == (403, "public_key error")
    assert publisher.url not in answer.text
    publisher.status = 200
    assert await status(system) == 403
    seconds[0] += 61
    assert await status(system) == 200


async def test_keys_that_are_known_outlast_a_server_that_is_down_for_an_hour_and_no_more(
    system: System, publisher: Publisher, seconds: list[float]
):
    assert await status(system) == 200
    publisher.status = 500
    seconds[0] += 3000
    assert await status(system) == 200
    seconds[0] += 700
    assert await status(system) == 403


async def test_while_keys_are_fetched_no_connection_is_held(
    system: System, publisher: Publisher, database: Database, seconds: list[float]
):
    publisher.hold.clear()
    asking = asyncio.gather(*(system.ask() for _ in range(12)))
    assert await asyncio.to_thread(publisher.reached.wait, 10)
    await asyncio.sleep(0.2)
    pool = database.engine.pool
    assert isinstance(pool, QueuePool) and pool.checkedout() == 0
    publisher.hold.set()
    assert {answer.status_code for answer in await asking} == {200}


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (302, {"Location": "/elsewhere"}, b""),
        (404, {}, b""),
        (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b"),
        (200, {}, b"not json"),
        (200, {}, b'{"keys": 7}'),
        (200, {}, b'{"keys": [' + b" " * fetching.LARGEST + b"]}"),
    ],
    ids=["redirect", "missing", "compressed", "no-json", "no-keys", "huge"],
)
async def test_what_is_no_set_of_keys_is_out_of_reach(
    publisher: Publisher, status: int, headers: dict[str, str], body: bytes
):
    publisher.status, publisher.headers, publisher.body = status, headers, body
    with pytest.raises(KeysOutOfReach):
        await fetch_keys(publisher.url, allow_http=True)
    assert publisher.asked == 1


async def test_patience_ends(publisher: Publisher, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fetching, "PATIENCE", 0.1)
    publisher.hold.clear()
    with pytest.raises(KeysOutOfReach):
        await fetch_keys(publisher.url, allow_http=True)


async def test_nobody_listens():
    with pytest.raises(KeysOutOfReach):
        await fetch_keys("http://127.0.0.1:9/jwks.json", allow_http=True)


async def test_in_production_keys_come_by_https_alone(publisher: Publisher):
    with pytest.raises(KeysOutOfReach):
        await fetch_keys(publisher.url, allow_http=False)
    assert publisher.asked == 0


@pytest.mark.parametrize(
    "url",
    ["ftp://x.test/a", "file:///etc/passwd", "https://me:secret@x.test/", "https://x.test/#a", "https://", "x", "\0"],
)
def test_addresses_where_no_keys_are(url: str):
    assert not is_address_of_keys(url, allow_http=True)


def test_others_in_a_published_set_are_passed_over():
    good, private = rsa_key().as_dict(private=False), rsa_key().as_dict(private=True)
    strange: list[Any] = [
        None,
        7,
        {},
        {"kty": "oct", "k": "AAAA", "kid": "s"},
        {"kty": "RSA", "kid": "b", "n": "!"},
        private,
    ]
    strange += [{**good, "key_ops": ["sign"]}, {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA", "kid": "off"}]
    assert [key.kid for key in published_keys({"keys": [*strange, good]})] == ["key-1"]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({}, "no set"),
        ({"keys": []}, "no keys"),
        ({"keys": [rsa_key().as_dict(private=True)]}, "private"),
        (key_set(rsa_key("small", 1024)), "2048"),
        (key_set(rsa_key(), rsa_key()), "one kid"),
        (key_set(ec_key()), "cannot sign"),
        (key_set(ec_key("curve", "P-256")), "cannot sign"),
        ({"keys": [{**rsa_key().as_dict(private=False), "use": "enc"}]}, "cannot sign"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_set_that_is_registered_must_be_good_as_a_whole(document: Any, words: str):
    with pytest.raises(UnusableKeys, match=words):
        set_to_keep(document, ("RS512",))


def test_a_key_of_a_pem_file():
    kept = set_of_pem(rsa_key().as_pem(private=False), "mine")
    assert [key.kid for key in published_keys(kept)] == ["mine"]
    assert "d" not in set_of_pem(ec_key().as_pem(private=False), "mine")["keys"][0]
    for pem, words in ((rsa_key().as_pem(private=True), "private"), (b"hello", "no public key")):
        with pytest.raises(UnusableKeys, match=words):
            set_of_pem(pem, "mine")
