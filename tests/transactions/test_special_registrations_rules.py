"""The rules of registrations that are not the ordinary one, at their boundaries."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from registry.policies.row import PROFILES
from registry.policies.store import shipped
from registry.transactions.matters.stands import Matter
from registry.transactions.rules.crown_return import CROWN_RETURN, returns_to, window
from registry.transactions.rules.out_of_area import asks_for_out_of_area, says_nothing_else
from registry.transactions.special_registrations.rules import (
    Fault,
    Stay,
    asks_otherwise,
    authorised_until,
    last_day,
    released_on,
    strikes_on,
    temporary_stay,
)

TODAY = date(2025, 2, 3)


def stay(begins_on: date, until: date | None, before: tuple[date, date] | None = None) -> Stay | Fault:
    return temporary_stay(begins_on, until, before, TODAY, least_days=1, most_months=3)


@pytest.mark.parametrize(
    ("until", "fits"),
    [
        (date(2025, 2, 3), False),
        (date(2025, 2, 4), True),
        (date(2025, 5, 2), True),
        (date(2025, 5, 3), False),
        (date(2025, 5, 4), False),
        (date(2025, 2, 2), False),
    ],
    ids=str,
)
def test_a_temporary_stay_lasts_more_than_a_day_and_three_months_at_most(until: date, fits: bool):
    found = stay(TODAY, until)
    assert isinstance(found, Stay) is fits
    if isinstance(found, Fault):
        assert found.field == "until"


def test_three_months_from_a_day_that_the_month_has_not_end_on_its_last():
    found = temporary_stay(date(2024, 11, 30), None, None, TODAY, least_days=1, most_months=3)
    assert isinstance(found, Stay) and found.until == found.limit == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("begins_on", "months", "last"),
    [
        (date(2026, 11, 2), 3, date(2027, 2, 1)),
        (date(2026, 11, 1), 3, date(2027, 1, 31)),
        (date(2026, 12, 1), 3, date(2027, 2, 28)),
        (date(2026, 11, 28), 3, date(2027, 2, 27)),
        (date(2026, 11, 29), 3, date(2027, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 29), 3, date(2028, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 3, 31), 3, date(2026, 6, 30)),
        (date(2026, 11, 2), 24, date(2028, 11, 1)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2025, 3, 1), 24, date(2027, 2, 28)),
    ],
    ids=str,
)
def test_months_end_before_their_corresponding_day(begins_on: date, months: int, last: date):
    assert last_day(begins_on, months) == last
    stayed = temporary_stay(begins_on, None, None, begins_on, least_days=1, most_months=months)
    assert isinstance(stayed, Stay) and stayed.until == last
    over = temporary_stay(begins_on, last + timedelta(days=1), None, begins_on, least_days=1, most_months=months)
    assert isinstance(over, Fault) and over.field == "until"


@pytest.mark.parametrize(
    ("until", "limit", "since", "strikes"),
    [
        (date(2026, 11, 20), date(2027, 2, 1), date(2026, 11, 2), date(2026, 11, 21)),
        (date(2027, 1, 31), date(2027, 2, 1), date(2026, 11, 2), date(2027, 2, 1)),
        (date(2027, 2, 1), date(2027, 2, 1), date(2026, 11, 2), date(2027, 2, 3)),
        (date(2027, 2, 28), date(2027, 2, 28), date(2026, 11, 30), date(2027, 3, 1)),
    ],
    ids=str,
)
def test_nobody_is_asked_before_more_than_the_months_are_over(until: date, limit: date, since: date, strikes: date):
    assert strikes_on(until, limit, since) == strikes


def noted(**facts: str) -> Matter:
    at = datetime(2025, 1, 1, tzinfo=UTC)
    return Matter(uuid4(), "pre-registration", 1, "waiting", uuid4(), uuid4(), TODAY, at, at, facts)


def test_a_second_request_is_the_same_or_it_is_refused_by_field():
    matter = noted(release_on="2025-02-10", gp_code="99,1")
    assert matter.practice_id is not None
    same = {"release_on": date(2025, 2, 10), "gp_code": None}
    assert asks_otherwise(matter, same, "withdraw.", matter.practice_id) is None
    fault = asks_otherwise(matter, {"release_on": date(2025, 2, 11)}, "withdraw it.", matter.practice_id)
    assert fault == Fault("It is noted already with 2025-02-10: withdraw it.", "release_on")
    other = asks_otherwise(matter, same, "withdraw it.", uuid4())
    assert other is not None and other.field == "practice"
    doctor = asks_otherwise(matter, {**same, "gp_code": "99,2"}, "withdraw it.", matter.practice_id)
    assert doctor is not None and doctor.field == "gp_code"


def test_stays_that_follow_each_other_count_together():
    found = stay(date(2025, 2, 1), None, (date(2024, 12, 1), date(2025, 1, 31)))
    assert isinstance(found, Stay) and found.since == date(2024, 12, 1) and found.limit == date(2025, 2, 28)
    apart = stay(date(2025, 2, 2), None, (date(2024, 12, 1), date(2025, 1, 31)))
    assert isinstance(apart, Stay) and apart.since == date(2025, 2, 2)


def test_nobody_is_a_temporary_resident_before_they_come():
    found = stay(TODAY + timedelta(days=1), None)
    assert isinstance(found, Fault) and found.field == "begins_on"


@pytest.mark.parametrize(
    ("until", "fits"), [(date(2027, 2, 1), True), (date(2027, 2, 2), True), (date(2027, 2, 3), False)], ids=str
)
def test_the_forces_are_registered_for_two_years_at_most(until: date, fits: bool):
    found = authorised_until(TODAY, until, TODAY, TODAY, years=2)
    assert isinstance(found, date) is fits
    assert authorised_until(TODAY, None, TODAY, TODAY, years=2) == date(2027, 2, 2)


def test_an_authorisation_is_written_before_it_is_used():
    found = authorised_until(TODAY, None, TODAY + timedelta(days=1), TODAY, years=2)
    assert isinstance(found, Fault) and found.field == "authorised_on"
    over = authorised_until(date(2023, 1, 1), None, date(2023, 1, 1), TODAY, years=2)
    assert isinstance(over, Fault) and over.field == "until"


@pytest.mark.parametrize(("days", "fits"), [(-1, False), (0, True), (27, True), (28, True), (29, False)])
def test_a_release_is_near(days: int, fits: bool):
    assert (released_on(TODAY + timedelta(days=days), TODAY, most_days=28) is None) is fits


def returning(practice: UUID, returns_on: date) -> Matter:
    first, last = window(returns_on, {"before": 1, "after": 3})
    facts = {"from": first.isoformat(), "until": last.isoformat()}
    at = datetime(2025, 1, 1, tzinfo=UTC)
    return Matter(uuid4(), CROWN_RETURN, 1, "expected", uuid4(), practice, returns_on, at, at, facts)


@pytest.mark.parametrize(
    ("accepted_on", "fits"),
    [
        (date(2025, 4, 29), False),
        (date(2025, 4, 30), True),
        (date(2025, 5, 31), True),
        (date(2025, 8, 30), True),
        (date(2025, 8, 31), True),
        (date(2025, 9, 1), False),
        (None, False),
    ],
    ids=str,
)
def test_a_crown_servant_is_accepted_from_a_month_before_until_three_months_after(accepted_on: date | None, fits: bool):
    practice = uuid4()
    matter = returning(practice, date(2025, 5, 31))
    assert returns_to(matter, practice, accepted_on) is fits
    assert not returns_to(matter, uuid4(), accepted_on) and not returns_to(None, practice, accepted_on)


@pytest.mark.parametrize("text", ["OOAR", "ooa reg", "OOA-REG", "OOAREG", " OOA REGISTRATION. ", "OOAR (OOA REG)"])
def test_the_text_of_an_out_of_area_registration_need_not_be_read(text: str):
    assert asks_for_out_of_area(text) and says_nothing_else(text)


@pytest.mark.parametrize("text", ["OOAR PLEASE RING", "CARER SAYS OOA REG"])
def test_a_text_that_says_more_is_read(text: str):
    assert asks_for_out_of_area(text) and not says_nothing_else(text)


@pytest.mark.parametrize("text", [None, "", "OOA", "OUT OF AREA", "OOARX", "WOOAR", "OOA REGRETS TO LEAVE"])
def test_that_somebody_left_the_area_asks_for_nothing(text: str | None):
    assert not asks_for_out_of_area(text) and not says_nothing_else(text)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_numbers_are_policies_of_every_profile(profile: str):
    policies = shipped(profile)
    assert policies.on("forces_list_years", TODAY) == 2
    assert policies.on("crown_return_months", TODAY) == {"before": 1, "after": 3}
    assert policies.on("temporary_residence_least_days", TODAY) == 1
    assert policies.on("pre_registration_most_days", TODAY) == 28
    assert policies.on("reversal_confirmation_working_days", TODAY) == 1
