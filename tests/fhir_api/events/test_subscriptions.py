"""Subscriptions: begun, read, changed, ended; whose they are; and what cannot be asked for."""

import asyncio
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from registry.fhir import own
from registry.fhir_api.events.wanted import FILTER, HEARTBEAT, MOST, PROFILE
from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.events.support import a_subscription
from tests.fhir_api.population import HERE, THERE


async def begun(fhir: Fhir, who: str = "app", **wanted: Any) -> dict[str, Any]:
    answer = await fhir.post("Subscription", a_subscription(**wanted), who)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def put(fhir: Fhir, held: dict[str, Any], who: str = "app", version: str | None = None, **changes: Any) -> Any:
    etag = f'W/"{version or held["meta"]["versionId"]}"'
    return await fhir.ask("PUT", f"Subscription/{held['id']}", who, headers={"If-Match": etag}, json=held | changes)


async def test_a_subscription_without_an_endpoint_is_active_at_once(fhir: Fhir):
    answer = await fhir.post("Subscription", a_subscription(), "app")
    held = answer.json()
    assert answer.status_code == 201
    assert answer.headers["etag"] == 'W/"1"'
    assert answer.headers["location"].endswith(f"/FHIR/R4/Subscription/{held['id']}")
    get_fhir_model_class("Subscription").model_validate(held)
    assert held["status"] == "active"
    assert held["meta"]["profile"] == [PROFILE]
    assert held["criteria"] == own.topic("practice-events")
    assert held["_criteria"]["extension"] == [{"url": FILTER, "valueString": f"organization={HERE}"}]
    assert (await fhir.get(f"Subscription/{held['id']}", "app")).json() == held


async def test_one_with_an_endpoint_waits_for_its_handshake(fhir: Fhir):
    held = await begun(
        fhir,
        endpoint="https://practice.example/hook",
        extension=[{"url": HEARTBEAT, "valueUnsignedInt": 3600}, {"url": MOST, "valuePositiveInt": 20}],
    )
    assert held["status"] == "requested"
    assert held["channel"]["endpoint"] == "https://practice.example/hook"
    assert {each["url"] for each in held["channel"]["extension"]} == {HEARTBEAT, MOST}


async def test_the_same_twice_is_refused_and_another_is_not(fhir: Fhir):
    await begun(fhir)
    again = await fhir.post("Subscription", a_subscription(practice=HERE), "app")
    assert (again.status_code, code_of(again)) == (409, "CONFLICT")
    await begun(fhir, topic="death")
    await begun(fhir, endpoint="https://practice.example/hook")
    await begun(fhir, "app-read")
    await begun(fhir, "there")


async def test_twenty_at_once_make_one(fhir: Fhir):
    answers = await asyncio.gather(*(fhir.post("Subscription", a_subscription(), "app") for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert await fhir.rows("select count(*) from event_subscriptions") == [(1,)]


async def test_the_same_request_again_gets_the_same_answer(fhir: Fhir):
    headers: dict[str, str | None] = {"X-Request-ID": "60e0b220-8136-4ca5-ae46-1d97ef59d068"}
    one = await fhir.post("Subscription", a_subscription(), "app", headers=headers)
    two = await fhir.post("Subscription", a_subscription(), "app", headers=headers)
    assert (one.status_code, one.json()) == (two.status_code, two.json())
    assert one.status_code == 201


async def test_a_practice_follows_itself_alone(fhir: Fhir):
    for practice in (THERE, "Y90000"):
        answer = await fhir.post("Subscription", a_subscription(practice=practice), "app")
        assert (answer.status_code, code_of(answer)) == (422, "REFERENCE_NOT_FOUND")
    theirs = await begun(fhir, "there")
    assert (await fhir.get(f"Subscription/{theirs['id']}", "app")).status_code == 404
    assert (await put(fhir, theirs)).status_code == 404
    assert (await fhir.ask("DELETE", f"Subscription/{theirs['id']}", "app")).status_code == 404
    for operation in ("$status", "$events"):
        assert (await fhir.get(f"Subscription/{theirs['id']}/{operation}", "app")).status_code == 404
    listed = await fhir.get("Subscription", "app")
    assert "entry" not in listed.json()


async def test_the_office_names_the_practice(fhir: Fhir):
    answer = await fhir.post("Subscription", a_subscription(), "office")
    assert (answer.status_code, code_of(answer)) == (400, "MISSING_VALUE")
    held = await begun(fhir, "office", practice=THERE)
    assert held["_criteria"]["extension"][0]["valueString"] == f"organization={THERE}"


async def test_searches_narrow_and_go_on(fhir: Fhir):
    held = [await begun(fhir, topic=topic) for topic in ("practice-events", "death", "deduction")]
    first = (await fhir.get("Subscription", "app", params={"_count": "2"})).json()
    assert [entry["resource"]["id"] for entry in first["entry"]] == [each["id"] for each in held[:2]]
    following = next(each["url"] for each in first["link"] if each["relation"] == "next")
    second = (await fhir.get(following.replace("http://registry.test", ""), "app")).json()
    assert [entry["resource"]["id"] for entry in second["entry"]] == [held[2]["id"]]
    for name, value, expected in (
        ("criteria", own.topic("death"), [held[1]["id"]]),
        ("_id", f"{held[0]['id']},{held[2]['id']}", [held[0]["id"], held[2]["id"]]),
        ("status", "error,off", []),
        ("organization", f"Organization/{HERE}", [each["id"] for each in held]),
    ):
        found = (await fhir.get("Subscription", "app", params={name: value})).json()
        assert [entry["resource"]["id"] for entry in found.get("entry", [])] == expected, name


async def test_deleting_turns_off_and_it_may_begin_anew(fhir: Fhir):
    held = await begun(fhir)
    for _ in range(2):
        assert (await fhir.ask("DELETE", f"Subscription/{held['id']}", "app")).status_code == 204
    read = await fhir.get(f"Subscription/{held['id']}", "app")
    assert (read.json()["status"], read.headers["etag"]) == ("off", 'W/"2"')
    assert (await fhir.get(f"Subscription/{held['id']}/$events", "app")).status_code == 200
    await begun(fhir)
    back = await put(fhir, read.json(), status="requested")
    assert (back.status_code, code_of(back)) == (422, "INVALID_STATE_TRANSITION")


async def test_status_and_channel_change_and_what_is_followed_does_not(fhir: Fhir):
    held = await begun(fhir)
    channel = held["channel"] | {"endpoint": "https://practice.example/hook"}
    changed = await put(fhir, held, reason="another", channel=channel)
    assert changed.status_code == 200
    assert (changed.json()["status"], changed.json()["reason"]) == ("requested", "another")
    assert changed.headers["etag"] == 'W/"2"'
    stale = await put(fhir, held, status="off")
    assert (stale.status_code, code_of(stale)) == (409, "RESOURCE_VERSION_MISMATCH")
    other = await put(fhir, changed.json(), criteria=own.topic("death"))
    assert (other.status_code, code_of(other)) == (422, "INVALID_RESOURCE")
    off = await put(fhir, changed.json(), status="off")
    assert off.json()["status"] == "off"
    without = await fhir.ask("PUT", f"Subscription/{held['id']}", "app", json=held)
    assert without.status_code == 412


async def test_an_endpoint_that_another_has_is_refused(fhir: Fhir):
    held = await begun(fhir)
    await begun(fhir, endpoint="https://practice.example/hook")
    channel = held["channel"] | {"endpoint": "https://practice.example/hook"}
    assert (await put(fhir, held, channel=channel)).status_code == 409


async def test_error_is_asked_out_of_and_never_into(fhir: Fhir):
    held = await begun(fhir)
    answer = await put(fhir, held, status="error")
    assert (answer.status_code, code_of(answer)) == (422, "INVALID_STATE_TRANSITION")


CHANNEL = a_subscription()["channel"]
REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"criteria": "Patient?name=x"}, 400, "criteria"),
    ({"criteria": own.topic("nothing")}, 400, "criteria"),
    ({"status": "banana"}, 400, "status"),
    ({"status": "off"}, 400, "status"),
    ({"reason": " "}, 400, "reason"),
    ({"reason": "x" * 501}, 400, "reason"),
    ({"contact": [{"system": "email", "value": "a@example.com"}]}, 400, "contact"),
    ({"banana": 1}, 400, "banana"),
    ({"end": "2020-01-01T00:00:00Z"}, 422, "end"),
    ({"end": "9999-12-31T23:59:59Z"}, 400, "end"),
    ({"_criteria": {"extension": [{"url": FILTER, "valueString": "organization=Y9'"}]}}, 400, "_criteria/extension/0"),
    ({"_criteria": {"extension": [{"url": "https://example.org/x", "valueString": "a"}]}}, 400, "_criteria"),
    ({"channel": CHANNEL | {"type": "email"}}, 422, "channel/type"),
    ({"channel": CHANNEL | {"type": "banana"}}, 400, "channel/type"),
    ({"channel": CHANNEL | {"payload": "text/plain"}}, 400, "channel/payload"),
    ({"channel": CHANNEL | {"header": ["Authorization: x"]}}, 422, "channel/header"),
    ({"channel": CHANNEL | {"extension": [{"url": HEARTBEAT, "valueUnsignedInt": 1}]}}, 400, "channel/extension/0"),
    ({"channel": CHANNEL | {"extension": [{"url": HEARTBEAT, "valueUnsignedInt": 600}]}}, 422, "channel/extension"),
    ({"channel": CHANNEL | {"extension": [{"url": MOST, "valueString": "9"}]}}, 400, "channel/extension/0"),
    ({"channel": CHANNEL | {"extension": [{"url": "https://example.org/x", "valueString": "9"}]}}, 400, "channel/"),
    ({"channel": None}, 400, "channel"),
    ({"channel": []}, 400, "channel"),
    ({"channel": CHANNEL | {"_payload": {"extension": [{"url": FILTER, "valueString": "9"}]}}}, 400, "channel/_pay"),
    ({"channel": CHANNEL | {"endpoint": 5}}, 400, ""),
    ({"channel": CHANNEL | {"extension": [None]}}, 400, "channel/extension"),
    ({"channel": CHANNEL | {"extension": ["x"]}}, 400, "channel/extension"),
    ({"criteria": None, "_criteria": {"extension": [{"url": FILTER, "valueString": "organization=Y9"}]}}, 400, "crit"),
    ({"_criteria": []}, 400, ""),
    ({"_criteria": {"extension": ["x"]}}, 400, ""),
    ({"meta": {"profile": 5}}, 400, "meta"),
    ({"end": 5}, 400, "end"),
]


@pytest.mark.parametrize(("change", "status", "field"), REFUSED, ids=lambda value: str(value)[:60])
async def test_what_is_not_offered_is_refused_by_name(fhir: Fhir, change: dict[str, Any], status: int, field: str):
    answer = await fhir.post("Subscription", a_subscription() | change, "app")
    assert answer.status_code == status, answer.text
    assert answer.json()["issue"][0]["expression"][0].startswith(field)
    assert await fhir.rows("select count(*) from event_subscriptions") == [(0,)]


async def test_full_resources_are_not_sent(fhir: Fhir):
    body = a_subscription()
    body["channel"]["_payload"]["extension"][0]["valueCode"] = "full-resource"
    assert (await fhir.post("Subscription", body, "app")).status_code == 422


@pytest.mark.parametrize("subscription_id", ["nobody", "%00", "00000000-0000-0000-0000-000000000000"])
async def test_who_is_not_there_is_not_found(fhir: Fhir, subscription_id: str):
    for path in ("", "/$status", "/$events"):
        assert (await fhir.get(f"Subscription/{subscription_id}{path}", "app")).status_code == 404


async def test_a_practice_has_no_more_than_the_policy_lets_it(fhir: Fhir):
    from sqlalchemy import text

    from registry.database import unit_of_work

    await begun(fhir)
    async with unit_of_work(fhir.database.engine) as connection:
        await connection.execute(
            text(
                "insert into event_subscriptions (id, practice_id, client, topic, status, reason, starts_after,"
                " created_at, updated_at) select gen_random_uuid(), practice_id, 'other ' || n, topic, status, reason,"
                " starts_after, created_at, updated_at from event_subscriptions, generate_series(1, 49) n"
            )
        )
    answer = await fhir.post("Subscription", a_subscription(topic="death"), "app")
    assert (answer.status_code, code_of(answer)) == (422, "INVALID_RESOURCE")
