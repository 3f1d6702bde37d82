"""$events and $status: what happened, by number, again and again, page by page."""

from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from registry.fhir import own
from registry.fhir_api.events import follow
from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.events.conftest import Clockwork
from tests.fhir_api.events.support import a_subscription, events_in, numbers_in, parameter, status_in
from tests.fhir_api.population import ADA, BELLA, BELLAMY, HERE, RESTRICTED, THERE


async def begun(fhir: Fhir, who: str = "app", **wanted: Any) -> str:
    answer = await fhir.post("Subscription", a_subscription(**wanted), who)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def fetched(fhir: Fhir, subscription_id: str, who: str = "app", **asked: str) -> dict[str, Any]:
    answer = await fhir.get(f"Subscription/{subscription_id}/$events", who, params=asked)
    assert answer.status_code == 200, answer.text
    bundle = answer.json()
    get_fhir_model_class("Bundle").model_validate(bundle)
    return bundle


async def test_a_subscription_begins_with_one(fhir: Fhir, clockwork: Clockwork):
    await clockwork.happen(HERE, 3)
    mine = await begun(fhir)
    assert numbers_in(await fetched(fhir, mine)) == []
    await clockwork.happen(HERE, 2)
    bundle = await fetched(fhir, mine)
    assert numbers_in(bundle) == [1, 2]
    assert bundle["type"] == "history"
    entry = bundle["entry"][0]
    assert entry["request"]["url"].endswith(f"/Subscription/{mine}/$status")
    status = status_in(bundle)
    assert parameter(status, "type") == "query-event"
    assert parameter(status, "status") == "active"
    assert parameter(status, "events-since-subscription-start") == "2"
    assert parameter(status, "topic") == own.topic("practice-events")


async def test_what_was_fetched_can_be_fetched_again_from_any_number(fhir: Fhir, clockwork: Clockwork):
    mine = await begun(fhir)
    await clockwork.happen(HERE, 6)
    whole = await fetched(fhir, mine)
    assert numbers_in(whole) == [1, 2, 3, 4, 5, 6]
    assert events_in(await fetched(fhir, mine)) == events_in(whole)
    some = await fetched(fhir, mine, eventsSinceNumber="3", eventsUntilNumber="5")
    assert events_in(some) == events_in(whole)[2:5]
    assert parameter(status_in(some), "events-since-subscription-start") == "6"
    assert numbers_in(await fetched(fhir, mine, eventsSinceNumber="7")) == []
    assert numbers_in(await fetched(fhir, mine, eventsSinceNumber="999999999999999")) == []


async def test_a_page_ends_and_the_next_goes_on(fhir: Fhir, clockwork: Clockwork, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(follow, "MOST_EVENTS", 4)
    mine = await begun(fhir)
    await clockwork.happen(HERE, 10)
    seen: list[int] = []
    bundle = await fetched(fhir, mine)
    while True:
        seen += numbers_in(bundle)
        links = {each["relation"]: each["url"] for each in bundle.get("link", [])}
        if "next" not in links:
            break
        bundle = (await fhir.get(links["next"].replace("http://registry.test", ""), "app")).json()
    assert seen == list(range(1, 11))


async def test_topics_are_numbered_by_themselves(fhir: Fhir, clockwork: Clockwork):
    mine = await begun(fhir, topic="demographic-change")
    await clockwork.happen(HERE, 3)
    await clockwork.person_changes(ADA)
    await clockwork.happen(HERE, 2)
    await clockwork.person_changes(BELLA)
    events = events_in(await fetched(fhir, mine))
    assert [int(each["event-number"]) for each in events] == [1, 2]
    base = "http://registry.test/FHIR/R4"
    assert [each["focus"]["reference"] for each in events] == [f"{base}/Patient/{ADA}", f"{base}/Patient/{BELLA}"]
    assert all("topic" not in each for each in events)


async def test_all_topics_together_name_the_topic_of_each(fhir: Fhir, clockwork: Clockwork):
    mine = await begun(fhir)
    await clockwork.happen(HERE)
    await clockwork.person_changes(ADA)
    work, person = events_in(await fetched(fhir, mine))
    assert work["topic"] == own.topic("task-update")
    assert work["focus"]["reference"].startswith("http://registry.test/FHIR/R4/Task/")
    assert person["topic"] == own.topic("demographic-change")


async def test_empty_content_is_numbers_and_times(fhir: Fhir, clockwork: Clockwork):
    mine = await begun(fhir)
    await clockwork.person_changes(ADA)
    [event] = events_in(await fetched(fhir, mine, content="empty"))
    assert event.keys() == {"event-number", "timestamp"}
    assert ADA not in (await fhir.get(f"Subscription/{mine}/$events", "app", params={"content": "empty"})).text


async def test_a_practice_never_sees_anothers_events(fhir: Fhir, clockwork: Clockwork):
    mine, theirs = await begun(fhir), await begun(fhir, "there")
    await clockwork.person_changes(ADA)
    await clockwork.person_changes(BELLAMY)
    await clockwork.happen(THERE, 3)
    assert len(numbers_in(await fetched(fhir, mine))) == 1
    here = (await fhir.get(f"Subscription/{mine}/$events", "app")).text
    there = (await fhir.get(f"Subscription/{theirs}/$events", "there")).text
    assert ADA in here and BELLAMY not in here
    assert BELLAMY in there and ADA not in there


async def test_somebody_restricted_is_named_to_their_practice_and_to_nobody_else(fhir: Fhir, clockwork: Clockwork):
    mine, offices = await begun(fhir), await begun(fhir, "office", practice=HERE)
    await clockwork.person_changes(RESTRICTED)
    [own_event] = events_in(await fetched(fhir, mine))
    assert own_event["focus"]["reference"].endswith(f"/Patient/{RESTRICTED}")
    bundle = await fetched(fhir, offices, "office")
    assert numbers_in(bundle) == [1]
    assert RESTRICTED not in str(bundle)


async def test_people_who_were_told_of_are_in_the_audit(fhir: Fhir, clockwork: Clockwork):
    mine = await begun(fhir)
    await clockwork.person_changes(ADA)
    await fetched(fhir, mine)
    [(ids,)] = await fhir.rows("select patient_ids from audit_events where action = 'events.read'")
    [(ada,)] = await fhir.rows("select id from patients where nhs_number = :n", n=ADA)
    assert list(ids) == [ada]


async def test_states_of_one_and_of_several(fhir: Fhir, clockwork: Clockwork):
    mine, other = await begun(fhir), await begun(fhir, topic="death")
    await clockwork.happen(HERE, 2)
    one = (await fhir.get(f"Subscription/{mine}/$status", "app")).json()
    get_fhir_model_class("Bundle").model_validate(one)
    assert one["type"] == "searchset"
    [entry] = one["entry"]
    assert parameter(entry["resource"], "type") == "query-status"
    assert parameter(entry["resource"], "events-since-subscription-start") == "2"
    several = (await fhir.get("Subscription/$status", "app")).json()
    counts = [parameter(each["resource"], "events-since-subscription-start") for each in several["entry"]]
    assert counts == ["2", "0"]
    named = (await fhir.get("Subscription/$status", "app", params={"id": other})).json()
    assert len(named["entry"]) == 1
    assert "entry" not in (await fhir.get("Subscription/$status", "there")).json()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("eventsSinceNumber", "-1"),
        ("eventsSinceNumber", "1.5"),
        ("eventsUntilNumber", "x"),
        ("eventsUntilNumber", "1" * 40),
        ("eventsSinceNumber", "٣"),
        ("content", "full-resource"),
        ("content", ""),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_name(fhir: Fhir, name: str, value: str):
    mine = await begun(fhir)
    answer = await fhir.get(f"Subscription/{mine}/$events", "app", params={name: value})
    assert (answer.status_code, code_of(answer)) == (400, "INVALID_VALUE")
    assert answer.json()["issue"][0]["expression"] == [name]


async def test_what_is_forgotten_is_said_to_be(fhir: Fhir, clockwork: Clockwork):
    from datetime import timedelta

    from registry.fhir_api.events.jobs import forget

    mine = await begun(fhir)
    await clockwork.happen(HERE, 3)
    await clockwork.strike()
    clockwork.clock.instant += timedelta(days=390)
    await clockwork.happen(HERE, 2)
    await clockwork.strike()
    clockwork.clock.instant += timedelta(days=30)
    await forget(clockwork.context, {})
    bundle = await fetched(fhir, mine)
    assert numbers_in(bundle) == [4, 5]
    assert parameter(status_in(bundle), "error")["coding"][0]["code"] == "events-forgotten"
    later = await fetched(fhir, mine, eventsSinceNumber="4")
    assert "error" not in {each["name"] for each in status_in(later)["parameter"]}
