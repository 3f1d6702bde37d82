"""Weighing practices for somebody who cannot get on a list: every factor, the order, and fair shares."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest

from registry.policies.store import shipped
from registry.transactions.rules.assignment import explain, weigh
from registry.transactions.rules.assignment_factors import months_before
from registry.transactions.rules.assignment_facts import (
    FACTORS,
    Applicant,
    Candidate,
    PastRemoval,
    Standing,
    Weights,
)
from registry.transactions.rules.assignment_share import PracticeShare, shares
from registry.transactions.rules.assignment_words import Circumstance, Facility, Ground

TODAY = date(2026, 11, 2)


def policies() -> Weights:
    on = shipped("current").on
    return Weights(
        on("assignment_points", TODAY),
        on("assignment_distance_bands", TODAY),
        on("assignment_removal_months", TODAY),
        on("assignment_share_limit", TODAY),
    )


def practice(number: int, **items: object) -> Standing:
    usual = Standing(UUID(int=number), f"Y9{number:04d}", True, 5000, 10, 1000)
    return replace(usual, **items)  # pyright: ignore[reportArgumentType]


def ordered(applicant: Applicant, *practices: Standing) -> tuple[Candidate, ...]:
    return weigh(applicant, practices, policies(), TODAY)


def codes(candidates: tuple[Candidate, ...]) -> list[str]:
    return [each.ods_code for each in candidates]


def factor(candidate: Candidate, name: str) -> tuple[str, int]:
    return next((each.found, each.points) for each in candidate.factors if each.name == name)


def test_every_candidate_has_every_factor_and_the_explanation_says_them_all():
    gone = PastRemoval(UUID(int=3), "Y90003", TODAY - timedelta(days=20), violent=False)
    found = ordered(Applicant(removals=(gone,)), practice(1), practice(2, list_is_open=False), practice(3))
    text, verdicts = explain(found, UUID(int=1), None)
    assert all(tuple(each.name for each in candidate.factors) == FACTORS for candidate in found)
    for each in found:
        [line] = [line for line in text.splitlines() if each.ods_code in line.split(",")[0]]
        assert all(f"{name}: " in line for name in FACTORS) and verdicts[each.practice_id] in line
    assert verdicts == {
        UUID(int=1): "Chosen.",
        UUID(int=2): "Not proposed: its list is closed, which is for a panel to weigh.",
        UUID(int=3): "Not proposed: it had the person removed from its list.",
    }


def test_the_nearest_is_not_all_and_wishes_count():
    near, far = practice(1, metres=900), practice(2, metres=4800)
    assert codes(ordered(Applicant(), far, near)) == ["Y90001", "Y90002"]
    assert codes(ordered(Applicant(wanted=frozenset({far.practice_id})), near, far)) == ["Y90002", "Y90001"]
    assert codes(ordered(Applicant(unwanted=frozenset({near.practice_id})), near, far)) == ["Y90002", "Y90001"]


@pytest.mark.parametrize(
    ("metres", "found", "points"),
    [(0, "0.0 km", 0), (2000, "2.0 km", 0), (2001, "2.0 km", -5), (10_000, "10.0 km", -15), (20_001, "20.0 km", -50)],
)
def test_distance_is_told_in_kilometres_and_counted_in_bands(metres: int, found: str, points: int):
    [candidate] = ordered(Applicant(), practice(1, metres=metres))
    assert factor(candidate, "distance") == (found, points)


def test_distance_of_a_protected_person_is_told_as_a_band_and_counts_twice_for_the_housebound():
    [candidate] = ordered(Applicant(protected=True), practice(1, metres=3400))
    assert factor(candidate, "distance") == ("2 to 5 km", -5)
    [candidate] = ordered(Applicant(circumstances=(Circumstance.HOUSEBOUND,)), practice(1, metres=3400))
    assert factor(candidate, "distance") == ("3.4 km, counted twice", -10)


def test_an_unknown_distance_is_said_to_be_unknown_and_does_not_count_against_the_homeless():
    assert factor(ordered(Applicant(), practice(1, metres=None))[0], "distance") == ("unknown", -20)
    homeless = Applicant(circumstances=(Circumstance.HOMELESS,))
    assert factor(ordered(homeless, practice(1, metres=None))[0], "distance") == ("unknown", 0)


def test_circumstances_ask_for_facilities():
    applicant = Applicant(circumstances=(Circumstance.DISABILITY, Circumstance.LANGUAGE))
    fit = practice(2, facilities=frozenset({Facility.STEP_FREE, Facility.INTERPRETER}))
    found = ordered(applicant, practice(1), fit)
    assert codes(found) == ["Y90002", "Y90001"]
    assert factor(found[0], "circumstances")[0] == "disability: step-free offered; language: interpreter offered"
    assert factor(found[1], "circumstances")[1] == -30


def test_after_a_removal_for_violence_a_practice_that_is_equipped_stands_first():
    violent = PastRemoval(uuid4(), "Y90009", TODAY - timedelta(days=900), violent=True)
    equipped = practice(2, metres=6000, facilities=frozenset({Facility.SECURE_PREMISES}))
    found = ordered(Applicant(removals=(violent,)), practice(1), equipped)
    assert codes(found) == ["Y90002", "Y90001"]
    assert factor(found[0], "recent-removals")[0] == "none in the last 6 months"


@pytest.mark.parametrize(("on", "is_recent"), [(date(2026, 5, 2), False), (date(2026, 5, 3), True)])
def test_removals_of_the_last_six_months_are_recorded_for_every_practice(on: date, is_recent: bool):
    removal = PastRemoval(uuid4(), "Y90009", on, violent=False)
    for candidate in ordered(Applicant(removals=(removal,)), practice(1), practice(2)):
        assert ("Y90009" in factor(candidate, "recent-removals")[0]) == is_recent


def test_a_refusal_counts_on_a_ground_that_stands_and_not_on_another():
    refused_by = {UUID(int=1): (Ground.OUTSIDE_AREA, True), UUID(int=2): (Ground.DISABILITY, False)}
    found = ordered(Applicant(refused_by=refused_by), practice(1), practice(2))
    assert codes(found) == ["Y90002", "Y90001"]
    assert [factor(each, "earlier-refusal")[1] for each in found] == [0, -20]


@pytest.mark.parametrize("ground", list(Ground))
def test_no_ground_of_discrimination_stands_and_a_list_that_is_open_is_not_closed(ground: Ground):
    assert ground.stands(list_is_open=False) == (ground.about.kind == "reasonable")
    assert ground.stands(list_is_open=True) == (ground.about.kind == "reasonable" and ground is not Ground.LIST_CLOSED)


def test_whoever_would_have_more_than_its_share_stands_behind_the_others():
    full, rested = practice(1, assigned=21), practice(2, assigned=4, metres=18_000)
    found = ordered(
        Applicant(wanted=frozenset({full.practice_id})), full, rested, practice(3, assigned=2, metres=30_000)
    )
    assert codes(found) == ["Y90002", "Y90003", "Y90001"]
    assert found[2].over_share and "more than it should have" in factor(found[2], "capacity-share")[0]


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 2), 6, date(2026, 5, 2)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2026, 1, 15), 12, date(2025, 1, 15)),
    ],
)
def test_months_before(day: date, months: int, before: date):
    assert months_before(day, months) == before


def test_over_a_year_of_random_applications_no_practice_has_more_than_twice_its_share():
    """Eight practices of very different size, people who mostly live near two of them, and wishes that pile up."""
    for seed in range(5):
        rng = Random(seed)
        lists = [1200, 2300, 4100, 5200, 7600, 9000, 12500, 18000]
        practices = [practice(n, list_size=size, assigned=0) for n, size in enumerate(lists, start=1)]
        for _ in range(400):
            homes = [each.practice_id for each in practices if rng.random() < 0.1]
            standings = [
                replace(each, metres=rng.randrange(2500) if each in practices[:2] else rng.randrange(40_000))
                for each in practices
            ]
            applicant = Applicant(
                wanted=frozenset(homes),
                circumstances=tuple(rng.sample(list(Circumstance), rng.randrange(3))),
            )
            best = weigh(applicant, standings, policies(), TODAY)[0]
            assert best.proposed and not best.over_share
            at = next(n for n, each in enumerate(practices) if each.practice_id == best.practice_id)
            practices[at] = replace(practices[at], assigned=practices[at].assigned + 1)
        report = shares([PracticeShare(e.ods_code, e.list_size, e.assigned, 0) for e in practices], 2)
        assert sum(each.assigned for each in report) == 400
        assert not any(each.flagged for each in report)
        assert max(each.ratio for each in report) <= 2


def test_more_than_twice_the_share_is_flagged_unless_reasons_are_on_record():
    def one(reasoned: int) -> bool:
        rows = [PracticeShare("Y90001", 1000, 9, reasoned), PracticeShare("Y90002", 9000, 21, 0)]
        return next(each.flagged for each in shares(rows, 2) if each.ods_code == "Y90001")

    assert (one(0), one(2), one(3)) == (True, True, False)
    [first, _] = shares([PracticeShare("Y90001", 1000, 9, 0), PracticeShare("Y90002", 9000, 21, 0)], 2)
    assert (first.ods_code, first.per_1000, first.share, first.ratio) == ("Y90001", 9.0, 3.0, 3.0)


def test_a_single_assignment_is_never_too_many():
    [small, *_] = shares([PracticeShare("Y90001", 100, 1, 0), PracticeShare("Y90002", 9900, 0, 0)], 2)
    assert small.ratio == 100 and not small.flagged
