"""Every rule of the token endpoint: what is given, and what each wrong thing is answered with."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from registry.database import unit_of_work
from registry.security.callers import Role
from registry.security.clients.register import Keys, revoke
from registry.security.clients.rules import ASSERTION_TYPE
from registry.values.clock import FixedClock
from tests.support.clients import OFFICE, System, ec_key, registered, rsa_key
from tests.support.databases import Database

SECRET = "tell-nobody"


def is_refused(answer: httpx.Response, status: int, error: str, words: str) -> None:
    body = answer.json()
    assert (answer.status_code, body["error"]) == (status, error), body
    assert words in body["error_description"]
    assert set(body) == {"error", "error_description", "message_id"}
    assert body["message_id"] == answer.headers["x-request-id"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json"
    assert SECRET not in answer.text


async def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    async with database.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def test_a_good_assertion_gets_a_token_that_opens_the_api(system: System, client: httpx.AsyncClient):
    answer = await system.ask()
    body = answer.json()
    assert answer.status_code == 200
    assert body.keys() == {"access_token", "expires_in", "token_type", "issued_at"}
    assert (body["expires_in"], body["token_type"]) == ("599", "Bearer")
    assert body["issued_at"] == str(int(system.clock.now().timestamp() * 1000))
    assert answer.headers["cache-control"] == "no-store"
    bearer = {"authorization": f"Bearer {body['access_token']}"}
    assert (await client.get("/fhir/Patient", headers=bearer)).status_code != 401
    assert (await client.get("/api/anomalies", headers=bearer)).status_code == 403


@pytest.mark.parametrize(
    ("header", "claims", "status", "words"),
    [
        ({"typ": None}, {}, 400, "'typ'"),
        ({"typ": "JOSE"}, {}, 400, "'typ'"),
        ({"kid": None}, {}, 400, "Missing 'kid'"),
        ({"kid": "no-such"}, {}, 401, "no matching public key"),
        ({"alg": "RS256"}, {}, 400, "must be 'RS512'"),
        ({"alg": "RS384"}, {}, 400, "must be 'RS512'"),
        ({"alg": "PS512"}, {}, 400, "must be 'RS512'"),
        ({}, {"iss": None}, 400, "non-matching 'iss'/'sub'"),
        ({}, {"sub": None}, 400, "non-matching 'iss'/'sub'"),
        ({}, {"sub": SECRET}, 400, "non-matching 'iss'/'sub'"),
        ({}, {"iss": SECRET, "sub": SECRET}, 401, "Invalid 'iss'/'sub'"),
        ({}, {"iss": "\0", "sub": "\0"}, 401, "Invalid 'iss'/'sub'"),
        ({}, {"iss": 7, "sub": 7}, 400, "non-matching 'iss'/'sub'"),
        ({}, {"aud": None}, 401, "'aud' claim"),
        ({}, {"aud": "http://registry.test/oauth2/token/"}, 401, "'aud' claim"),
        ({}, {"aud": ["http://registry.test/oauth2/token", "http://other.test"]}, 401, "'aud' claim"),
        ({}, {"jti": None}, 400, "Missing 'jti'"),
        ({}, {"jti": 12345}, 400, "Invalid 'jti'"),
        ({}, {"jti": ""}, 400, "Invalid 'jti'"),
        ({}, {"jti": "j" * 256}, 400, "Invalid 'jti'"),
        ({}, {"exp": None}, 400, "Missing 'exp'"),
        ({}, {"exp": "soon"}, 400, "must be an integer"),
        ({}, {"exp": 1793611800.5}, 400, "must be an integer"),
        ({}, {"exp": True}, 400, "must be an integer"),
        ({}, {"exp": 10**60}, 400, "'exp'"),
        ({}, {"nbf": 9_999_999_999}, 400, "'nbf'"),
        ({}, {"iat": "yesterday"}, 400, "'iat'"),
        ({"crit": ["kid"]}, {}, 400, "Malformed JWT"),
    ],
    ids=str,
)
async def test_what_is_wrong_is_said(
    system: System, header: dict[str, Any], claims: dict[str, Any], status: int, words: str
):
    is_refused(await system.ask(system.assertion(header, claims)), status, "invalid_request", words)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-11, "has expired"), (-10, "has expired"), (-9, ""), (310, ""), (311, "more than 5 minutes")],
)
async def test_clocks_may_differ_by_ten_seconds(system: System, seconds: int, words: str):
    expires = int(system.clock.now().timestamp()) + seconds
    answer = await system.ask(system.assertion(claims={"exp": expires}))
    if words:
        is_refused(answer, 400, "invalid_request", words)
    else:
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("form", "error", "words"),
    [
        ({"grant_type": None}, "invalid_request", "grant_type"),
        ({"grant_type": "password"}, "unsupported_grant_type", "grant_type is invalid"),
        ({"client_assertion_type": None}, "invalid_request", ASSERTION_TYPE),
        ({"client_assertion_type": "jwt"}, "invalid_request", ASSERTION_TYPE),
        ({"client_assertion": None}, "invalid_request", "Missing client_assertion"),
        ({"client_assertion": "invalid"}, "invalid_request", "Malformed JWT"),
        ({"client_assertion": "e30.e30."}, "invalid_request", "'alg'"),
        ({"client_id": SECRET}, "invalid_request", "client_id"),
        ({"scope": "openid"}, "invalid_scope", "scopes"),
    ],
    ids=str,
)
async def test_a_form_that_is_wrong(system: System, form: dict[str, str | None], error: str, words: str):
    is_refused(await system.ask(**form), 400, error, words)


async def test_other_bodies_and_methods_are_refused_in_the_same_form(client: httpx.AsyncClient):
    as_json = await client.post("/oauth2/token", json={"grant_type": "client_credentials"})
    is_refused(as_json, 400, "invalid_request", "x-www-form-urlencoded")
    form = {"content-type": "application/x-www-form-urlencoded"}
    is_refused(await client.post("/oauth2/token"), 400, "invalid_request", "Missing grant_type")
    is_refused(await client.get("/oauth2/token"), 405, "invalid_request", "")
    twice = await client.post("/oauth2/token", content="grant_type=a&grant_type=a", headers=form)
    is_refused(twice, 400, "invalid_request", "more than once")
    many = await client.post("/oauth2/token", content="a=1&" * 50, headers=form)
    is_refused(many, 400, "invalid_request", "form")
    large = await client.post("/oauth2/token", content="a" * 3_000_000, headers=form)
    is_refused(large, 413, "invalid_request", "")
    as_text = await client.post("/oauth2/token", content="hello", headers={"content-type": "text/plain"})
    is_refused(as_text, 415, "invalid_request", "")


async def test_only_the_owner_of_the_key_gets_a_token(system: System):
    """A stranger's own key under the client's kid, a broken signature, none, and the public key used as a secret."""
    forged = system.assertion(key=type(rsa_key()).generate_key(2048, {"kid": "key-1"}))
    is_refused(await system.ask(forged), 401, "public_key error", "verification failed")
    good = system.assertion()
    is_refused(await system.ask(good[:-8] + "AAAAAAAA"), 401, "public_key error", "verification failed")
    unsigned = good.rpartition(".")[0] + "."
    is_refused(await system.ask(unsigned), 401, "public_key error", "verification failed")


async def test_a_refused_assertion_uses_no_jti_up(system: System):
    forged = system.assertion(claims={"jti": "one"}, key=type(rsa_key()).generate_key(2048, {"kid": "key-1"}))
    assert (await system.ask(forged)).status_code == 401
    assert (await system.ask(system.assertion(claims={"jti": "one"}))).status_code == 200


async def test_an_assertion_is_good_once_and_for_each_client_apart(
    system: System, database: Database, client: httpx.AsyncClient
):
    assertion = system.assertion(claims={"jti": "one"})
    assert (await system.ask(assertion)).status_code == 200
    is_refused(await system.ask(assertion), 400, "invalid_request", "Non-unique 'jti'")
    again = system.assertion(claims={"jti": "one"})
    is_refused(await system.ask(again), 400, "invalid_request", "Non-unique 'jti'")
    other = await registered(database, client, system.clock)
    assert (await other.ask(other.assertion(claims={"jti": "one"}))).status_code == 200


async def test_of_twenty_at_once_one_gets_a_token(system: System, database: Database):
    assertion = system.assertion()
    answers = await asyncio.gather(*(system.ask(assertion) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19
    assert await rows(database, "select count(*) from access_tokens where client is not null") == [(1,)]


@pytest.mark.parametrize("algorithm", ["RS384", "ES384"])
async def test_smarts_algorithms_are_for_those_who_are_registered_with_them(
    algorithm: str, database: Database, client: httpx.AsyncClient, clock: FixedClock
):
    smart = await registered(database, client, clock, algorithms=(algorithm,))
    answer = await smart.ask(scope="system/*.rs")
    assert (answer.status_code, answer.json()["scope"]) == (200, "system/*.rs")
    key = rsa_key("key-2")
    is_refused(await smart.ask(smart.assertion({"alg": "RS512"}, key=key)), 400, "invalid_request", f"'{algorithm}'")


async def test_a_key_of_another_kind_is_no_matching_key(
    database: Database, client: httpx.AsyncClient, clock: FixedClock
):
    both = await registered(database, client, clock, algorithms=("RS512", "ES384"))
    swapped = both.assertion({"kid": ec_key().kid})
    is_refused(await both.ask(swapped), 401, "invalid_request", "no matching public key")
    assert (await both.ask(both.assertion({"alg": "ES384", "kid": "key-2"}, key=ec_key()))).status_code == 200


async def test_without_keys_nobody_can_be_known(database: Database, client: httpx.AsyncClient, clock: FixedClock):
    keyless = await registered(database, client, clock, keys=Keys())
    is_refused(await keyless.ask(), 403, "public_key error", "No public key")


async def test_a_revoked_client_is_unknown_and_its_tokens_open_nothing(
    system: System, database: Database, client: httpx.AsyncClient, app: FastAPI
):
    bearer = {"authorization": f"Bearer {await system.token()}"}
    async with unit_of_work(database.engine) as connection:
        assert await revoke(connection, OFFICE, system.clock.now(), system.client.client_id)
    is_refused(await system.ask(), 401, "invalid_request", "Invalid 'iss'/'sub'")
    app.state.callers.clear()
    assert (await client.get("/api/anomalies", headers=bearer)).status_code == 401


async def test_every_token_and_every_refusal_is_in_the_audit_and_no_assertion_is(system: System, database: Database):
    given_out = system.assertion(claims={"jti": SECRET})
    await system.ask(given_out)
    await system.ask(given_out)
    await system.ask(system.assertion(claims={"iss": SECRET, "sub": SECRET}))
    found = await rows(
        database, "select action, actor_name, subject from audit_events where action like 'token.%' order by id"
    )
    name = f"client:{system.client.client_id}"
    assert [(action, actor) for action, actor, _ in found] == [
        ("token.issued", name),
        ("token.refused", name),
        ("token.refused", "client:unknown"),
    ]
    assert [subject.get("at_fault") for *_, subject in found] == [None, "jti", "iss"]
    everything = str(
        await rows(database, "select t::text from audit_events t union select t::text from oauth_assertions t")
    )
    assert SECRET not in everything and given_out not in everything


async def test_strangers_cannot_fill_the_audit(client: httpx.AsyncClient, database: Database, app: FastAPI):
    for _ in range(70):
        await client.post("/oauth2/token", data={"grant_type": "password"})
    assert await rows(database, "select count(*) from audit_events where action = 'token.refused'") == [(60,)]
    now = app.state.refusals.now
    app.state.refusals.now = lambda: now() + 61
    await client.post("/oauth2/token", data={"grant_type": "password"})
    told = await rows(
        database, "select subject from audit_events where action = 'token.refused' order by id desc limit 1"
    )
    assert told[0][0]["not_noted_before"] == 10


async def test_a_token_ends_after_ten_minutes_whatever_is_remembered(
    system: System, client: httpx.AsyncClient, clock: FixedClock
):
    from datetime import timedelta

    bearer = {"authorization": f"Bearer {await system.token()}"}
    assert (await client.get("/api/anomalies", headers=bearer)).status_code == 403
    clock.instant += timedelta(seconds=601)
    assert (await client.get("/api/anomalies", headers=bearer)).status_code == 401


async def test_a_system_of_staff_of_the_office_is_the_offices(
    database: Database, client: httpx.AsyncClient, clock: FixedClock, practice: UUID
):
    desk = await registered(database, client, clock, role=Role.STAFF)
    bearer = {"authorization": f"Bearer {await desk.token()}"}
    assert (await client.get("/api/anomalies", headers=bearer)).status_code == 200


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
_names = st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "jku", "x5c", "iss", "sub", "aud", "exp", "jti"])
_members = st.dictionaries(_names | st.text(max_size=6), _json, max_size=8)


def _encoded(value: Any) -> str:
    import base64
    import json

    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


_assertions = st.one_of(
    st.text(),
    st.builds(
        lambda a, b, c: f"{_encoded(a)}.{_encoded(b)}.{c}", _members | _json, _members | _json, st.text(max_size=9)
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(assertion=_assertions, scope=st.none() | st.text(max_size=30), header=_members, claims=_members)
async def test_garbage_is_refused_and_never_breaks_anything(
    system: System, assertion: str, scope: str | None, header: dict[str, Any], claims: dict[str, Any]
):
    text_of = assertion.encode("utf-8", "replace").decode()
    asked = None if scope is None else scope.encode("utf-8", "replace").decode()
    assert (await system.ask(text_of, scope=asked)).status_code in (400, 401)
    known = {"iss": system.client.client_id, "sub": system.client.client_id}
    named = f"{_encoded({'alg': 'RS512', 'kid': 'key-1', 'typ': 'JWT', **header})}.{_encoded({**claims, **known})}.AA"
    assert (await system.ask(named)).status_code in (400, 401)
