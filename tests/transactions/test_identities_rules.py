"""The rules of identity changes: who may ask, from what age, when the old record leaves, what becomes of screening."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random, SystemRandom
from typing import Any
from uuid import uuid4

import pytest

from registry.policies.store import shipped
from registry.transactions.facts import MembershipFacts, PersonFacts
from registry.transactions.identities import draw
from registry.transactions.identities.end_work import end_of
from registry.transactions.identities.kinds import Authority, IdentityChange
from registry.transactions.identities.leaving_day import leaving_days
from registry.transactions.identities.machine import IDENTITY_CHANGE
from registry.transactions.identities.rules import NewIdentity, Notice, age_on, least_age, refuse_new, refuse_notice
from registry.transactions.identities.screening import effects, lines_for_practice
from registry.transactions.matters.kind import kind_named
from registry.transactions.outside import Outside
from registry.transactions.quarters.calendar import quarter_of
from registry.values.address import Address
from registry.values.person import Name, Sex

PRACTICE = uuid4()
DAY = date(2026, 11, 2)
CURRENT = shipped("current")
AGES = CURRENT.on("identity_screening_ages", DAY)


def person(**items: Any) -> PersonFacts:
    since = date(2020, 3, 2)
    usual: dict[str, Any] = {
        "id": uuid4(),
        "version": 1,
        "nhs_number": "9990000018",
        "status": "live",
        "name": Name("Harrowgate", "Anna"),
        "previous_surname": None,
        "sex": Sex.FEMALE,
        "date_of_birth": date(1984, 5, 17),
        "date_of_death": None,
        "address": Address(),
        "restricted": False,
        "drugs_dispensed": False,
        "residential_institute": None,
        "place_of_birth": None,
        "updated_at": None,
        "membership": MembershipFacts(uuid4(), PRACTICE, "T015", "XD1", since, since, "9900001,1"),
        "on_list": Outside.TAKE_ON.id,
        "last_movement_at": None,
    }
    return PersonFacts(**{**usual, **items})


def notice(kind: IdentityChange, authority: Authority, **items: Any) -> Notice:
    usual: dict[str, Any] = {"notified_on": DAY, "reference": "W47/12", "evidence": "weekly list"}
    if kind is IdentityChange.GENDER:
        usual |= {"by": PRACTICE, "counselled": True, "consented_on": DAY - timedelta(days=3)}
    return Notice(kind, authority, **{**usual, **items})


GENDER = notice(IdentityChange.GENDER, Authority.PRACTICE)


@pytest.mark.parametrize(
    ("kind", "may"),
    [
        (IdentityChange.ADOPTION, {Authority.NATIONAL_BACK_OFFICE}),
        (IdentityChange.GENDER, {Authority.PRACTICE}),
        (IdentityChange.PROTECTED, {Authority.NATIONAL_BACK_OFFICE, Authority.PROTECTION_AGENCY}),
    ],
)
def test_each_kind_is_asked_for_by_those_who_may(kind: IdentityChange, may: set[Authority]):
    for authority in Authority:
        refused = refuse_notice(notice(kind, authority), person(), None)
        assert (refused is None) == (authority in may)
        assert refused is None or refused.field == "authority"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reference": ""}, "reference"),
        ({"evidence": ""}, "evidence"),
        ({"by": uuid4()}, "by_practice"),
        ({"by": None}, "by_practice"),
        ({"counselled": False}, "counselled"),
        ({"consented_on": None}, "consented_on"),
        ({"consented_on": DAY + timedelta(days=1)}, "consented_on"),
        ({"practice": uuid4()}, "practice"),
    ],
)
def test_a_change_of_gender_needs_what_the_practice_must_say(changes: dict[str, Any], field: str):
    refused = refuse_notice(replace(GENDER, **changes), person(), 18)
    assert refused is not None and refused.field == field


@pytest.mark.parametrize(("status", "number"), [("formal-dead", "1"), ("invalidated", "1"), ("live", None)])
def test_a_record_that_is_not_in_use_keeps_its_identity(status: str, number: str | None):
    asked = notice(IdentityChange.ADOPTION, Authority.NATIONAL_BACK_OFFICE)
    refused = refuse_notice(asked, person(status=status, nhs_number=number), None)
    assert refused is not None and refused.field == "nhs_number"


def test_whoever_is_on_no_list_needs_a_practice_that_takes_the_new_identity():
    asked = notice(IdentityChange.ADOPTION, Authority.NATIONAL_BACK_OFFICE)
    alone = person(membership=None)
    assert refuse_notice(asked, alone, None) is not None
    assert refuse_notice(replace(asked, practice=PRACTICE), alone, None) is None


@pytest.mark.parametrize(
    ("born_on", "taken"),
    [(date(2008, 11, 3), False), (date(2008, 11, 2), True), (date(2008, 11, 1), True)],
)
def test_under_eighteen_on_the_day_of_the_notice_is_refused_with_the_reason(born_on: date, taken: bool):
    refused = refuse_notice(GENDER, person(date_of_birth=born_on), 18)
    assert (refused is None) == taken
    assert refused is None or ("under 18" in refused.sentence and "direction of 2025" in refused.sentence)


@pytest.mark.parametrize(("day", "profile", "age"), [
    (date(2025, 3, 19), "current", None), (date(2025, 3, 20), "current", 18), (date(2025, 3, 21), "current", 18),
    (date(2026, 1, 1), "pcse-2018", None),
])  # fmt: skip
def test_the_direction_counts_from_its_day(day: date, profile: str, age: int | None):
    policy = shipped(profile).on("identity_gender_least_age", day)
    assert least_age(IdentityChange.GENDER, policy) == age
    assert least_age(IdentityChange.ADOPTION, policy) is None
    seventeen = person(date_of_birth=date(day.year - 17, 1, 1))
    asked = replace(GENDER, notified_on=day, consented_on=day)
    assert (refuse_notice(asked, seventeen, least_age(IdentityChange.GENDER, policy)) is None) == (age is None)


def test_somebody_whose_age_is_not_known_is_not_taken_for_an_adult():
    assert refuse_notice(GENDER, person(date_of_birth=None), 18) is not None
    assert refuse_notice(GENDER, person(date_of_birth=None), None) is None


def test_a_birthday_makes_older_and_the_twenty_ninth_of_february_on_the_first_of_march():
    assert [age_on(date(2008, 2, 29), date(2026, 2, 28)), age_on(date(2008, 2, 29), date(2026, 3, 1))] == [17, 18]


NEW = NewIdentity("Newman", "Ash", Sex.MALE, date(1984, 5, 17))


@pytest.mark.parametrize(
    ("kind", "new", "field"),
    [
        (IdentityChange.GENDER, NEW, None),
        (IdentityChange.GENDER, replace(NEW, sex=Sex.FEMALE), "sex"),
        (IdentityChange.ADOPTION, replace(NEW, sex=Sex.FEMALE), None),
        (IdentityChange.ADOPTION, replace(NEW, forename=""), "surname"),
        (IdentityChange.ADOPTION, replace(NEW, date_of_birth=date(1984, 5, 18)), "date_of_birth"),
        (IdentityChange.PROTECTED, replace(NEW, date_of_birth=date(1984, 5, 18)), None),
        (IdentityChange.PROTECTED, replace(NEW, date_of_birth=None), "date_of_birth"),
        (IdentityChange.PROTECTED, replace(NEW, date_of_birth=DAY + timedelta(days=1)), "date_of_birth"),
    ],
)
def test_what_a_new_identity_may_be(kind: IdentityChange, new: NewIdentity, field: str | None):
    refused = refuse_new(kind, new, person(), DAY)
    assert (None if refused is None else refused.field) == field


def test_a_change_back_is_a_change_like_any_other():
    assert refuse_new(IdentityChange.GENDER, replace(NEW, sex=Sex.FEMALE), person(sex=Sex.MALE), DAY) is None


def test_the_old_record_never_leaves_on_the_day_nor_in_another_quarter():
    joins = date(2026, 1, 1)
    while joins.year == 2026:
        ways = leaving_days(joins, date(2020, 1, 1), 5)
        assert ways
        for way in ways:
            assert joins not in (way.counts_on, way.written_on)
            assert way.written_on > joins and way.counts_on <= way.written_on
            assert quarter_of(way.counts_on) == quarter_of(joins)
            assert way.written_on.weekday() < 5
            assert way.counts_on > date(2020, 1, 1)
        joins += timedelta(days=1)


@pytest.mark.parametrize(
    ("joins", "since", "counts"),
    [
        # In the middle of a quarter: one of the next five working days.
        (date(2026, 11, 2), date(2020, 3, 2), [date(2026, 11, day) for day in (3, 4, 5, 6, 9)]),
        # At its end: those that are left in it.
        (date(2026, 12, 30), date(2020, 3, 2), [date(2026, 12, 31)]),
        # On the last day: an earlier one.
        (date(2026, 12, 31), date(2026, 12, 28), [date(2026, 12, 29), date(2026, 12, 30)]),
        # Whoever joined as late as that waits for the next quarter.
        (date(2026, 12, 31), date(2026, 12, 30), []),
        (date(2026, 12, 31), date(2026, 12, 31), []),
    ],
)
def test_which_days_are_left(joins: date, since: date, counts: list[date]):
    assert sorted({way.counts_on for way in leaving_days(joins, since, 5)}) == counts


def test_a_bank_holiday_is_no_working_day():
    ways = leaving_days(date(2026, 5, 1), date(2020, 1, 1), 1, {date(2026, 5, 4)})
    assert [way.written_on for way in ways] == [date(2026, 5, 5)]


@pytest.mark.parametrize(
    ("before", "after", "age", "becomes"),
    [
        (Sex.FEMALE, Sex.MALE, 45, {"cervical": "withdrawn"}),
        (Sex.FEMALE, Sex.MALE, 52, {"cervical": "withdrawn", "breast": "withdrawn"}),
        (Sex.FEMALE, Sex.MALE, 23, {}),
        (Sex.FEMALE, Sex.MALE, 24, {"cervical": "withdrawn"}),
        (Sex.FEMALE, Sex.MALE, 64, {"cervical": "withdrawn", "breast": "withdrawn"}),
        (Sex.FEMALE, Sex.MALE, 65, {"breast": "withdrawn"}),
        (Sex.FEMALE, Sex.MALE, 71, {}),
        (Sex.MALE, Sex.FEMALE, 45, {"cervical": "begins"}),
        (Sex.FEMALE, Sex.FEMALE, 45, {"cervical": "carried-over"}),
        (Sex.MALE, Sex.MALE, 45, {}),
        (Sex.FEMALE, Sex.NOT_SPECIFIED, 45, {"cervical": "withdrawn"}),
    ],
)
def test_screening_follows_the_registered_sex(before: Sex, after: Sex, age: int, becomes: dict[str, str]):
    found = effects(before, after, date(DAY.year - age, 1, 1), DAY, AGES)
    assert {each.programme: each.becomes for each in found} == becomes
    assert all(each.task for each in found)


def test_what_the_practice_is_told_of_screening_follows_from_the_new_record_alone():
    at_45 = date(DAY.year - 45, 1, 1)
    assert lines_for_practice(Sex.MALE, at_45, DAY, AGES) == {"practice_arranges_if_needed": ["cervical"]}
    assert lines_for_practice(Sex.FEMALE, at_45, DAY, AGES) == {"called": ["cervical"]}
    assert lines_for_practice(Sex.MALE, date(DAY.year - 10, 1, 1), DAY, AGES) == {}
    assert effects(Sex.FEMALE, Sex.MALE, None, DAY, AGES) == () and lines_for_practice(Sex.MALE, None, DAY, AGES) == {}


def test_nothing_is_taken_back_once_it_is_approved():
    before = {"notified", "new-number-received"}
    for event in ("withdraw", "refuse"):
        assert set(IDENTITY_CHANGE.states_for(event)) == before
    [approve] = [step for step in IDENTITY_CHANGE.steps if step.event == "approve"]
    assert approve.not_by == "number"


def test_every_stage_of_the_machine_is_reached_and_left():
    reached = {IDENTITY_CHANGE.stages[0].name} | {step.after for step in IDENTITY_CHANGE.steps}
    assert reached == {stage.name for stage in IDENTITY_CHANGE.stages}
    for stage in IDENTITY_CHANGE.stages:
        leaves = any(stage.name in step.before and step.after != stage.name for step in IDENTITY_CHANGE.steps)
        assert leaves != stage.is_end


def test_what_is_drawn_is_foreseen_by_nobody_but_a_test(monkeypatch: pytest.MonkeyPatch):
    assert isinstance(draw.source, SystemRandom)
    drawn: list[list[int]] = []
    for _ in range(2):
        monkeypatch.setattr(draw, "source", Random(7))
        drawn.append([*(draw.below(1000) for _ in range(5)), draw.one_of(range(1000))])
    assert drawn[0] == drawn[1] and len(set(drawn[0])) > 1 and max(drawn[0]) < 1000


@pytest.mark.parametrize(
    ("state", "end"),
    [("awaiting-approval", "overtaken"), ("unconfirmed", "left-unconfirmed"), ("overdue", "left-unconfirmed")],
)
def test_open_work_ends_where_it_could_have_ended_by_itself(state: str, end: str):
    assert end_of(kind_named("violence-notice").machine, state) == end
