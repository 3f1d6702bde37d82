"""Which requests to remove somebody are followed: one line a case, and every boundary day."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from registry.policies.profiles import PROFILES
from registry.policies.store import shipped
from registry.transactions.removals.grounds import MEANINGS, Exemption, Ground, RemovalRefusal
from registry.transactions.removals.machine import PENDING_DEDUCTION
from registry.transactions.removals.rules import (
    PracticeRequest,
    days_after,
    months_before,
    refuse_asker,
    refuse_day,
    refuse_practice_request,
    takes_the_place,
)
from tests.transactions.invented import HERE, THERE, TODAY, days, on_list_of, pending_at, person

HERS = on_list_of(HERE)
CAME = date(2025, 1, 20)
STATES = (Path(__file__).resolve().parents[2] / "docs" / "states.md").read_text()
WARNED = date(2024, 9, 1)


def asked(**items: Any) -> PracticeRequest:
    usual: dict[str, Any] = {"received_on": TODAY, "ground": Ground.BREAKDOWN, "reasons_given": True}
    return PracticeRequest(**{"practice_id": HERE.id, **usual, "warned_on": WARNED, **items})


def refusal(items: dict[str, Any] | None = None, **held: Any) -> RemovalRefusal | None:
    return refuse_practice_request(asked(**items or {}), person(**{"membership": HERS, **held}), 12)


def test_a_request_with_a_warning_and_its_reasons_is_followed():
    assert refusal() is None


@pytest.mark.parametrize("ground", Ground, ids=lambda ground: ground.value)
def test_a_ground_earns_what_its_table_says(ground: Ground):
    assert refusal({"ground": ground}) is MEANINGS[ground].refused


@pytest.mark.parametrize("ground", [Ground.MOVED, Ground.MAIL_RETURNED, Ground.WHEREABOUTS_UNKNOWN])
def test_whoever_has_moved_is_sent_by_the_link(ground: Ground):
    assert refusal({"ground": ground, "exemption": Exemption.ADDRESS_CHANGE}) is RemovalRefusal.SEND_BY_LINK


REFUSED: list[tuple[RemovalRefusal, dict[str, Any], dict[str, Any]]] = [
    (RemovalRefusal.CONTACT_OFFICE, {}, {"status": "informal-dead"}),
    (RemovalRefusal.NOT_ON_LIST, {}, {"membership": on_list_of(THERE)}),
    (RemovalRefusal.NOT_ON_LIST, {}, {"membership": None}),
    (RemovalRefusal.PREDATES_REGISTRATION, {"received_on": date(2020, 3, 1)}, {}),
    (RemovalRefusal.DISCRIMINATORY, {"ground": Ground.AGE}, {}),
    (RemovalRefusal.REASONS_NOT_GIVEN, {"reasons_given": False}, {}),
    (RemovalRefusal.NO_WARNING, {"warned_on": None}, {}),
    (RemovalRefusal.WARNING_WITHOUT_REASONS, {"warning_gave_reasons": False}, {}),
]


@pytest.mark.parametrize(("expected", "items", "held"), REFUSED)
def test_what_is_refused(expected: RemovalRefusal, items: dict[str, Any], held: dict[str, Any]):
    assert refusal(items, **held) is expected


@pytest.mark.parametrize("first", range(len(REFUSED)))
def test_of_two_faults_the_earlier_is_told(first: int):
    for expected, items, held in REFUSED[first + 1 :]:
        both = {**REFUSED[first][1], **items}, {**REFUSED[first][2], **held}
        if not (REFUSED[first][1].keys() & items.keys() or REFUSED[first][2].keys() & held.keys()):
            assert refusal(both[0], **both[1]) is REFUSED[first][0], expected


@pytest.mark.parametrize("exemption", Exemption)
def test_an_exemption_stands_for_a_warning(exemption: Exemption):
    assert refusal({"warned_on": None, "exemption": exemption}) is None


@pytest.mark.parametrize(
    ("warned_on", "in_time"),
    [(date(2024, 2, 2), False), (date(2024, 2, 3), True), (date(2024, 2, 4), True), (TODAY, True)],
)
def test_a_warning_counts_for_twelve_months(warned_on: date, in_time: bool):
    assert (refusal({"warned_on": warned_on}) is None) is in_time


@pytest.mark.parametrize(("received_on", "may"), [(date(2025, 1, 19), False), (CAME, True), (date(2025, 1, 21), True)])
def test_a_request_is_about_the_present_stay(received_on: date, may: bool):
    came_later = on_list_of(HERE, CAME)
    items = {"received_on": received_on, "warned_on": None, "exemption": Exemption.RISK_OF_HARM}
    assert refusal(items, membership=came_later) is (None if may else RemovalRefusal.PREDATES_REGISTRATION)
    assert refuse_asker(person(membership=came_later), HERE.id, received_on) is refusal(items, membership=came_later)


@pytest.mark.parametrize(("warned_on", "counts"), [(date(2025, 1, 19), False), (CAME, True), (TODAY, True)])
def test_a_warning_from_before_the_present_stay_is_none(warned_on: date, counts: bool):
    found = refusal({"warned_on": warned_on}, membership=on_list_of(HERE, CAME))
    assert found is (None if counts else RemovalRefusal.NO_WARNING)


def test_a_stay_begins_with_the_acceptance_though_it_was_posted_later():
    came = on_list_of(HERE, CAME, since=date(2025, 1, 27))
    assert refusal({"received_on": date(2025, 1, 22), "warned_on": date(2025, 1, 21)}, membership=came) is None


@pytest.mark.parametrize("each", RemovalRefusal, ids=lambda each: each.label)
def test_every_refusal_has_its_sentence_in_the_documents(each: RemovalRefusal):
    assert f"\n| `{each.label}` | {each.value} |" in STATES


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2025, 2, 3), 12, date(2024, 2, 3)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2025, 3, 31), 1, date(2025, 2, 28)),
        (date(2025, 1, 15), 1, date(2024, 12, 15)),
    ],
)
def test_months_before(day: date, months: int, before: date):
    assert months_before(day, months) == before


@pytest.mark.parametrize("profile", PROFILES)
def test_the_worked_days_of_the_domain_rules(profile: str):
    policies = shipped(profile)
    assert days_after(TODAY, policies.on("practice_removal_days", TODAY)) == date(2025, 2, 11)
    assert days_after(TODAY, policies.on("own_removal_days", TODAY)) == date(2025, 2, 17)


PLACES = [
    ("an earlier day", {"due_on": days(9)}, days(8), True),
    ("the same day", {"due_on": days(8)}, days(8), False),
    ("a later day", {"due_on": days(7)}, days(8), False),
    ("beside treatment", {"due_on": None, "waits_for": "treatment-end", "days": 8}, days(8), True),
    ("treatment beside a day", {"due_on": days(30)}, None, False),
    ("before a letter's days", {"due_on": None, "waits_for": "letter", "days": 30}, days(8), True),
    ("after a letter's days", {"due_on": None, "waits_for": "letter", "days": 30}, days(40), False),
]


@pytest.mark.parametrize(("why", "held", "due_on", "takes"), PLACES, ids=[each[0] for each in PLACES])
def test_the_earlier_of_two_counts(why: str, held: dict[str, Any], due_on: date | None, takes: bool):
    assert takes_the_place(replace(pending_at(HERE, TODAY), **held), due_on, TODAY) is takes


DAYS = [
    ("later", days(9), "", True),
    ("earlier without a reason", days(7), "", False),
    ("earlier with a reason", days(7), "both asked for it", True),
    ("the day before the law's", days(5), "both asked for it", False),
    ("the law's day", days(6), "both asked for it", True),
    ("yesterday", days(-1), "both asked for it", False),
    ("in a year and a day", days(366), "", True),
    ("later still", days(367), "", False),
]


@pytest.mark.parametrize(("why", "due_on", "reason", "may"), DAYS, ids=[each[0] for each in DAYS])
def test_another_day(why: str, due_on: date, reason: str, may: bool):
    pending = replace(pending_at(HERE, days(8)), earliest_on=days(6))
    assert (refuse_day(due_on, pending, TODAY, reason) is None) is may


def test_every_state_of_a_pending_deduction_is_reached_and_left():
    entered = {step.after for step in PENDING_DEDUCTION.steps}
    left = {state for step in PENDING_DEDUCTION.steps for state in step.before if state != step.after}
    begins = {"waiting-for-carer-check", "waiting-for-treatment-end", "waiting-for-letter"}
    assert {stage.name for stage in PENDING_DEDUCTION.stages} == entered | begins
    assert {stage.name for stage in PENDING_DEDUCTION.stages if not stage.is_end} == left


def test_no_refusal_tells_of_death_or_protection():
    words = " ".join(refusal.value.lower() for refusal in RemovalRefusal)
    assert not any(word in words for word in ("dead", "death", "died", "protect", "scheme"))
