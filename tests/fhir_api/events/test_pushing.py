"""A push is a hint: handshake, notifications, heartbeat; failures put off and given up; nothing is ever left out."""

from datetime import timedelta
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from starlette.responses import Response

from registry.fhir_api.events import push
from registry.fhir_api.events.push import wait_after
from registry.fhir_api.events.wanted import HEARTBEAT, MOST
from tests.fhir_api.conftest import Fhir
from tests.fhir_api.events.conftest import Clockwork, Endpoint
from tests.fhir_api.events.support import a_subscription, events_in, numbers_in, parameter, status_in
from tests.fhir_api.population import ADA, HERE, RESTRICTED


async def begun(fhir: Fhir, endpoint: Endpoint, **channel: Any) -> str:
    answer = await fhir.post("Subscription", a_subscription(endpoint=endpoint.url, **channel), "app")
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def kinds(endpoint: Endpoint) -> list[str]:
    return [parameter(status_in(each), "type") for each in endpoint.taken]


def failing(status: int = 500) -> Any:
    return lambda: Response(status_code=status)


async def test_a_handshake_makes_it_active_and_events_follow(fhir: Fhir, clockwork: Clockwork, endpoint: Endpoint):
    mine = await begun(fhir, endpoint)
    await clockwork.happen(HERE, 2)
    await clockwork.strike()
    assert kinds(endpoint) == ["handshake", "event-notification"]
    handshake, told = endpoint.taken
    get_fhir_model_class("Bundle").model_validate(told)
    assert numbers_in(handshake) == []
    assert numbers_in(told) == [1, 2]
    assert parameter(status_in(told), "events-since-subscription-start") == "2"
    assert (await fhir.get(f"Subscription/{mine}", "app")).json()["status"] == "active"
    await clockwork.strike()
    assert len(endpoint.taken) == 2
    await clockwork.happen(HERE)
    await clockwork.strike()
    assert numbers_in(endpoint.taken[-1]) == [3]


async def test_a_notification_holds_no_more_than_is_wanted(fhir: Fhir, clockwork: Clockwork, endpoint: Endpoint):
    await begun(fhir, endpoint, extension=[{"url": MOST, "valuePositiveInt": 2}])
    await clockwork.happen(HERE, 5)
    await clockwork.strike()
    assert [numbers_in(each) for each in endpoint.taken[1:]] == [[1, 2], [3, 4], [5]]


async def test_a_failure_is_put_off_longer_and_longer_and_nothing_is_lost(
    fhir: Fhir, clockwork: Clockwork, endpoint: Endpoint
):
    mine = await begun(fhir, endpoint)
    await clockwork.strike()
    endpoint.answers = failing()
    await clockwork.happen(HERE, 2)
    await clockwork.strike()
    held = await clockwork.held(mine)
    assert (held["failures"], held["told"], held["problem"]) == (1, 0, "refused")
    assert held["try_at"] == clockwork.clock.now() + timedelta(minutes=1)
    await clockwork.strike()
    assert (await clockwork.held(mine))["failures"] == 1
    clockwork.clock.instant += timedelta(minutes=1)
    await clockwork.strike()
    assert (await clockwork.held(mine))["try_at"] == clockwork.clock.now() + timedelta(minutes=2)
    endpoint.answers = lambda: Response()
    clockwork.clock.instant += timedelta(minutes=2)
    await clockwork.happen(HERE)
    await clockwork.strike()
    assert numbers_in(endpoint.taken[-1]) == [1, 2, 3]
    held = await clockwork.held(mine)
    assert (held["failures"], held["told"], held["failing_since"]) == (0, 3, None)


async def test_a_dead_endpoint_is_given_up_and_stays_so(fhir: Fhir, clockwork: Clockwork, endpoint: Endpoint):
    mine = await begun(fhir, endpoint)
    await clockwork.strike()
    endpoint.answers = failing()
    await clockwork.happen(HERE)
    for _ in range(40):
        await clockwork.strike()
        clockwork.clock.instant += timedelta(hours=1)
    read = (await fhir.get(f"Subscription/{mine}", "app")).json()
    assert (read["status"], "error" in read) == ("error", True)
    endpoint.answers = lambda: Response()
    for _ in range(3):
        clockwork.clock.instant += timedelta(days=1)
        await clockwork.strike()
    assert (await fhir.get(f"Subscription/{mine}", "app")).json()["status"] == "error"
    status = status_in((await fhir.get(f"Subscription/{mine}/$events", "app")).json())
    assert parameter(status, "status") == "error"
    assert parameter(status, "error")["coding"][0]["code"] == "refused"
    # Its client asks for it: it shakes hands again, and gets what it missed.
    etag: dict[str, str | None] = {"If-Match": f'W/"{read["meta"]["versionId"]}"'}
    answer = await fhir.ask("PUT", f"Subscription/{mine}", "app", headers=etag, json=read | {"status": "requested"})
    assert answer.json()["status"] == "requested"
    await clockwork.strike()
    assert kinds(endpoint)[-2:] == ["handshake", "event-notification"]
    assert numbers_in(endpoint.taken[-1]) == [1]


async def test_one_that_is_gone_is_not_tried_again(fhir: Fhir, clockwork: Clockwork, endpoint: Endpoint):
    mine = await begun(fhir, endpoint)
    endpoint.answers = failing(410)
    await clockwork.strike()
    assert (await fhir.get(f"Subscription/{mine}", "app")).json()["status"] == "error"


async def test_what_was_sent_and_not_recorded_is_sent_again(
    fhir: Fhir, clockwork: Clockwork, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
):
    mine = await begun(fhir, endpoint)
    await clockwork.strike()
    await clockwork.happen(HERE, 2)

    class Killed(BaseException):
        pass

    async def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(push, "_record", killed)
        await push_numbered(clockwork)
        with pytest.raises(Killed):
            await push.push(clockwork.context, (await clockwork.held(mine))["id"])
    assert numbers_in(endpoint.taken[-1]) == [1, 2]
    assert (await clockwork.held(mine))["told"] == 0
    await clockwork.strike()
    assert [numbers_in(each) for each in endpoint.taken[1:]] == [[1, 2], [1, 2]]
    assert (await clockwork.held(mine))["told"] == 2


async def push_numbered(clockwork: Clockwork) -> None:
    from registry.events.number import number_all

    await number_all(clockwork.context.engine, clockwork.clock.now())


async def test_heartbeats_come_when_nothing_else_does(fhir: Fhir, clockwork: Clockwork, endpoint: Endpoint):
    await begun(fhir, endpoint, extension=[{"url": HEARTBEAT, "valueUnsignedInt": 3600}])
    await clockwork.strike()
    clockwork.clock.instant += timedelta(minutes=59)
    await clockwork.strike()
    assert kinds(endpoint) == ["handshake"]
    clockwork.clock.instant += timedelta(minutes=1)
    await clockwork.strike()
    assert kinds(endpoint) == ["handshake", "heartbeat"]
    assert parameter(status_in(endpoint.taken[-1]), "events-since-subscription-start") == "0"


async def test_a_push_names_people_and_nobody_who_is_protected(fhir: Fhir, clockwork: Clockwork, endpoint: Endpoint):
    await begun(fhir, endpoint)
    await clockwork.person_changes(ADA)
    await clockwork.person_changes(RESTRICTED)
    await clockwork.strike()
    ada, somebody = events_in(endpoint.taken[-1])
    assert ada["focus"]["reference"].endswith(f"/Patient/{ADA}")
    assert "focus" not in somebody
    assert RESTRICTED not in str(endpoint.taken)


async def test_what_is_off_or_over_is_told_nothing(fhir: Fhir, clockwork: Clockwork, endpoint: Endpoint):
    end = (clockwork.clock.now() + timedelta(hours=1)).isoformat()
    mine = await begun(fhir, endpoint, end=end)
    await clockwork.strike()
    clockwork.clock.instant += timedelta(hours=2)
    await clockwork.happen(HERE)
    await clockwork.strike()
    assert kinds(endpoint) == ["handshake"]
    assert (await fhir.get(f"Subscription/{mine}", "app")).json()["status"] == "off"
    assert numbers_in((await fhir.get(f"Subscription/{mine}/$events", "app")).json()) == [1]


async def test_the_lag_is_to_be_seen(fhir: Fhir, clockwork: Clockwork, endpoint: Endpoint):
    await begun(fhir, endpoint)
    await clockwork.strike()
    endpoint.answers = failing()
    await clockwork.happen(HERE, 3)
    await clockwork.strike()
    await clockwork.happen(HERE)
    figures = (await fhir.client.get("/metrics")).text
    assert "registry_events_unnumbered 1.0" in figures
    assert "registry_events_untold 3.0" in figures
    assert "registry_endpoints_failing 1.0" in figures
    assert 'registry_subscriptions{status="active"} 1.0' in figures


def test_waits_double_up_to_the_longest():
    hour = timedelta(hours=1)
    assert [wait_after(n, hour) // timedelta(minutes=1) for n in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert wait_after(10_000, hour) == hour
