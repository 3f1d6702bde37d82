"""Deduction requests and removals on the day they come: who leaves, who is told what, what waits for its day."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from registry.transactions.commands import Defect
from registry.transactions.rules.reasons import RequestRefusal
from registry.values.person import Name
from tests.support.office import ANNA, Office, Practice

IRIS = replace(ANNA, name=Name("Winterbourne", "Iris"), date_of_birth=date(1951, 1, 9))


async def list_code(office: Office, patient_id: Any) -> str:
    """The list to which the last movement led."""
    return await office.one(
        "select l.code from list_movements v join lists l on l.id = v.to_list where v.patient_id = :id"
        " order by v.id desc limit 1",
        id=patient_id,
    )


async def texts(office: Office, practice: Practice) -> list[Any]:
    """Kind, and text or reason, of every message to a practice."""
    return [
        (kind, content.get("free_text") or content.get("deduction_reason"))
        for kind, content in await office.inbox(practice)
    ]


async def test_a_death_takes_effect_on_notification_and_keeps_its_day(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice)
    died_on = office.today - timedelta(days=12)

    outcome = await office.send(office.deduction(practice, number, "1", happened_on=died_on))

    assert (outcome.state, outcome.outcome) == ("accepted", "deducted")
    assert await office.list_of(anna) is None and await list_code(office, anna) == "death"
    assert await office.one("select status from patients where id = :id", id=anna) == "informal-dead"
    assert await office.one("select date_of_death from patients where id = :id", id=anna) == died_on
    assert (
        await office.one("select upper(period) from list_memberships where patient_id = :id", id=anna) == office.today
    )
    assert await office.inbox(practice) == [
        (
            "F2",
            {
                "gp_code": practice.gp_code,
                "number": number,
                "deduction_reason": "1",
                "deduction_date": office.today.isoformat(),
            },
        )
    ]


async def test_a_death_that_something_contradicts_waits_for_a_person(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice, accepted_on=office.today - timedelta(days=3))

    outcome = await office.send(office.deduction(practice, number, "1", happened_on=office.today - timedelta(days=4)))

    assert (outcome.state, outcome.outcome) == ("in-queue", "death-contradicted")
    assert await office.list_of(anna) == practice.id and await office.inbox(practice) == []
    assert await office.one("select status from patients where id = :id", id=anna) == "live"


async def test_a_death_to_come_is_rejected(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice)

    outcome = await office.send(office.deduction(practice, number, "1", happened_on=office.today + timedelta(days=1)))

    assert (outcome.state, outcome.outcome) == ("refused", "date-in-future")
    assert await texts(office, practice) == [("F11", RequestRefusal.DATE_IN_FUTURE.value)]
    assert await office.list_of(anna) == practice.id


async def test_a_death_from_a_former_practice_may_be_true_and_waits_for_a_person(office: Office):
    former, holder = await office.practice(), await office.practice()
    anna, number = await office.person(former)
    await office.send(office.acceptance(holder, number=number))

    outcome = await office.send(office.deduction(former, number, "1"))

    assert (outcome.state, outcome.outcome) == ("in-queue", "death-from-former-practice")
    assert await office.list_of(anna) == holder.id
    assert await texts(office, holder) == [("F4", None)]


async def test_a_death_told_twice(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    await office.send(office.deduction(practice, number, "1"))

    outcome = await office.send(office.deduction(practice, number, "1"))

    assert (outcome.state, outcome.outcome) == ("in-queue", "already-dead")
    assert [kind for kind, _ in await office.inbox(practice)] == ["F2"]


async def test_whoever_has_emigrated_leaves_today(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice)

    await office.send(office.deduction(practice, number, "5", happened_on=office.today - timedelta(days=90)))

    assert await list_code(office, anna) == "abroad"
    assert await office.one("select effective_on from list_movements order by id desc limit 1") == office.today
    assert await office.one("select status from patients where id = :id", id=anna) == "live"


async def test_whoever_will_emigrate_stays_until_the_day(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice)
    leaves_on = office.today + timedelta(days=8)

    outcome = await office.send(office.deduction(practice, number, "5", happened_on=leaves_on))

    assert (outcome.state, outcome.outcome) == ("pending", "deduction-pending")
    assert await office.list_of(anna) == practice.id
    assert await texts(office, practice) == [("F11", "WILL BE REMOVED IN 8 DAYS")]
    assert await office.one("select due_on from pending_deductions where state = 'pending'") == leaves_on


async def test_the_earlier_of_two_requests_counts(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    first = await office.send(office.deduction(practice, number))
    leaves_on = office.today + timedelta(days=3)

    second = await office.send(office.deduction(practice, number, "5", happened_on=leaves_on))
    third = await office.send(office.deduction(practice, number))

    assert (second.state, third.state) == ("pending", "superseded")
    assert [text for _, text in await texts(office, practice)] == [
        "WILL BE REMOVED IN 30 DAYS",
        "WILL BE REMOVED IN 3 DAYS",
        "WILL BE REMOVED IN 3 DAYS",
    ]
    ended = "select outcome from transactions where id = :id"
    assert await office.one(ended, id=first.transaction_id) == "deduction-replaced"
    assert await office.one("select due_on from pending_deductions where state = 'pending'") == leaves_on


async def test_left_area_is_rejected_first_and_pends(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice)

    outcome = await office.send(office.deduction(practice, number))

    assert (outcome.state, outcome.outcome) == ("pending", "deduction-pending")
    assert await office.list_of(anna) == practice.id
    assert await texts(office, practice) == [("F11", "WILL BE REMOVED IN 30 DAYS")]
    waits = "select waits_for || ' ' || days from pending_deductions where due_on is null"
    assert await office.one(waits) == "letter 30", "its days begin with the posting of the letter to her"
    assert await office.letters() == [("REM-3", "queued", "home"), ("REM-3P", "queued", "practice")]


async def test_asking_again_changes_nothing_and_says_what_is_left(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    first = await office.send(office.deduction(practice, number))
    await office.post_leaves()
    due_on = await office.one("select due_on from pending_deductions")
    office.on(office.today + timedelta(days=10))

    again = await office.send(office.deduction(practice, number))

    assert (first.state, again.state, again.outcome) == ("pending", "superseded", "already-pending")
    assert await texts(office, practice) == [
        ("F11", "WILL BE REMOVED IN 30 DAYS"),
        ("F11", "WILL BE REMOVED IN 20 DAYS"),
    ]
    assert await office.one("select due_on from pending_deductions") == due_on == date(2026, 12, 2)


async def test_asking_on_a_saturday_counts_from_mondays_post(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    office.on(date(2026, 11, 7))

    await office.send(office.deduction(practice, number))
    office.on(date(2026, 11, 8))
    again = await office.send(office.deduction(practice, number))

    assert again.outcome == "already-pending"
    assert [text for _, text in await texts(office, practice)] == [
        "WILL BE REMOVED IN 32 DAYS",
        "WILL BE REMOVED IN 31 DAYS",
    ]


async def test_an_out_of_area_registration_deducts_at_once_and_takes_back(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice)

    await office.send(office.deduction(practice, number, free_text="OOA REG"))
    assert await list_code(office, anna) == "out-of-area"
    back = await office.send(office.acceptance(practice, number=number))

    assert back.outcome == "registered" and await office.list_of(anna) == practice.id
    assert [kind for kind, _ in await office.inbox(practice)] == ["F2", "F4"]


async def test_an_acceptance_elsewhere_deducts_at_once_and_supersedes(office: Office):
    old, new = await office.practice(), await office.practice()
    anna, number = await office.person(old)
    asked = await office.send(office.deduction(old, number))

    await office.send(office.acceptance(new, number=number))

    assert await office.list_of(anna) == new.id
    assert [kind for kind, _ in await office.inbox(old)] == ["F11", "F2"]
    assert await office.one("select state from pending_deductions") == "superseded"
    state = "select state || ', ' || outcome from transactions where id = :id"
    assert await office.one(state, id=asked.transaction_id) == "superseded, deduction-superseded"


async def test_an_acceptance_by_the_same_practice_cancels(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice)
    asked = await office.send(office.deduction(practice, number))

    outcome = await office.send(office.acceptance(practice, number=number))

    assert outcome.outcome == "already-there" and await office.list_of(anna) == practice.id
    assert [kind for kind, _ in await office.inbox(practice)] == ["F11", "F4"]
    assert await office.one("select state from pending_deductions") == "cancelled"
    state = "select state from transactions where id = :id"
    assert await office.one(state, id=asked.transaction_id) == "cancelled"


async def test_a_death_ends_what_is_pending(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    await office.send(office.removal(practice, number))

    await office.send(office.deduction(practice, number, "1"))

    assert await office.one("select state from pending_deductions") == "superseded"
    assert [kind for kind, _ in await office.inbox(practice)] == ["F2"]


@pytest.mark.parametrize(
    ("reason", "items", "refusal"),
    [
        ("9", {}, RequestRefusal.REASON_UNKNOWN),
        ("13", {"happened_on": None}, RequestRefusal.DATE_MISSING),
        ("13", {"number": "9990009996"}, RequestRefusal.UNKNOWN),
        ("13", {"number": "9990000019"}, RequestRefusal.NUMBER_WRONG),
        ("1", {"happened_on": date(1984, 5, 16)}, RequestRefusal.DATE_BEFORE_BIRTH),
    ],
    ids=lambda value: value.label if isinstance(value, RequestRefusal) else None,
)
async def test_what_cannot_be_followed_is_rejected(
    office: Office, reason: str, items: dict[str, Any], refusal: RequestRefusal
):
    practice = await office.practice()
    anna, number = await office.person(practice)

    outcome = await office.send(office.deduction(practice, **{"number": number, "reason": reason, **items}))

    assert (outcome.state, outcome.outcome) == ("refused", refusal.label)
    assert await texts(office, practice) == [("F11", refusal.value)]
    assert await office.list_of(anna) == practice.id


async def test_a_former_practice_is_rejected_and_told_again(office: Office):
    former, holder = await office.practice(), await office.practice()
    anna, number = await office.person(former)
    await office.send(office.acceptance(holder, number=number))

    outcome = await office.send(office.deduction(former, number))

    assert (outcome.state, outcome.outcome) == ("refused", "not-on-list")
    assert await texts(office, former) == [("F2", "3"), ("F2", "3"), ("F11", RequestRefusal.NOT_ON_LIST.value)]
    assert await office.list_of(anna) == holder.id


async def test_another_authority_is_rejected(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    origin = office.origin(practice, authority_cipher="ZZ9")

    assert (await office.send(office.deduction(practice, number, origin=origin))).outcome == "wrong-authority"


async def test_a_removal_waits_for_its_day_without_an_answer(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice)

    outcome = await office.send(office.removal(practice, number))

    assert (outcome.state, outcome.outcome) == ("pending", "deduction-pending")
    assert await office.inbox(practice) == [] and await office.list_of(anna) == practice.id
    to_list = "select l.code from pending_deductions d join lists l on l.id = d.to_list"
    assert await office.one(to_list) == "out-of-area"


async def test_a_removal_beside_a_pending_request_adds_nothing(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    await office.send(office.deduction(practice, number))

    assert (await office.send(office.removal(practice, number))).outcome == "already-pending"
    assert await office.one("select count(*) from pending_deductions") == 1


@pytest.mark.parametrize(
    ("items", "kind"),
    [
        ({"number": "9990009996"}, "number-not-known"),
        ({"number": "9990000019"}, "number-wrong"),
        ({"defects": (Defect("gpCode", "no code"),)}, "unreadable-item"),
    ],
)
async def test_a_removal_in_doubt_waits_for_a_person(office: Office, items: dict[str, Any], kind: str):
    practice = await office.practice()
    _, number = await office.person(practice)

    outcome = await office.send(office.removal(practice, **{"number": number, **items}))

    assert (outcome.state, outcome.outcome) == ("in-queue", kind)


async def test_one_persons_leaving_is_no_other_persons(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice)
    iris, _ = await office.person(practice, like=IRIS)

    await office.send(office.deduction(practice, number, "5"))

    assert (await office.list_of(anna), await office.list_of(iris)) == (None, practice.id)


async def test_a_person_without_a_number_is_deducted_without_one_in_the_message(office: Office):
    old, new = await office.practice(), await office.practice()
    anna, _ = await office.person(old, number=None)

    outcome = await office.send(office.acceptance(new))

    assert outcome.outcome == "registered" and await office.list_of(anna) == new.id
    assert "number" not in (await office.inbox(old))[0][1]
