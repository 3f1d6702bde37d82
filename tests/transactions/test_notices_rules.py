"""The rules of a notice, row by row: told before and after the event, below and above each threshold."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from registry.policies.profiles import PROFILES
from registry.policies.store import shipped
from registry.transactions.deductions.causes import ROWS, Cause, row_of
from registry.transactions.deductions.decide import decide_notice
from registry.transactions.deductions.decisions import (
    ConfirmDeath,
    Decision,
    Inquire,
    Known,
    RecordDeath,
    Refer,
    Refuse,
    Return,
    TakeOff,
    Wait,
)
from registry.transactions.deductions.notice import Notice, from_stored, to_stored
from registry.transactions.deductions.refusals import NoticeRefusal
from registry.transactions.deductions.thresholds import Thresholds
from registry.transactions.facts import MembershipFacts, PersonFacts
from registry.transactions.outside import Outside
from registry.transactions.quarters.calendar import Dated
from registry.transactions.rules.reasons import Referral
from registry.transactions.rules.removal_reasons import RemovalReason
from registry.values.address import Address
from registry.values.person import Name, Sex

TODAY = date(2026, 11, 2)
BEFORE, AFTER = date(2026, 10, 20), date(2026, 11, 20)
NUMBERS = Thresholds.of(shipped("current"), TODAY)
HERE = UUID(int=1)

_NOW = MembershipFacts(UUID(int=2), HERE, "T015", "XD1", date(2020, 3, 2), date(2020, 3, 2), "9900001,1")


def anna(**items: Any) -> PersonFacts:
    """Somebody long on a list, of whom nothing is in doubt."""
    usual: dict[str, Any] = {
        "id": UUID(int=3),
        "version": 1,
        "nhs_number": "9990000018",
        "status": "live",
        "name": Name("Harrowgate", "Anna"),
        "previous_surname": "Vane",
        "sex": Sex.FEMALE,
        "date_of_birth": date(1984, 5, 17),
        "date_of_death": None,
        "address": Address(),
        "restricted": False,
        "drugs_dispensed": False,
        "residential_institute": None,
        "place_of_birth": None,
        "updated_at": datetime(2020, 3, 2, tzinfo=UTC),
        "membership": _NOW,
        "on_list": HERE,
        "last_movement_at": datetime(2020, 3, 2, tzinfo=UTC),
    }
    return PersonFacts(**{**usual, **items})


def notice(cause: Cause, happened_on: date | None = BEFORE, **items: Any) -> Notice:
    enough: dict[str, Any] = {"months": 25, "confirmed": True, "reason": "as said"}
    return Notice(cause, "9990000018", **{"notified_on": TODAY, "happened_on": happened_on, **enough, **items})


def decided(told: Notice, person: PersonFacts | None = None, *, ruled: bool = False) -> Decision:
    return decide_notice(told, person or anna(), TODAY, NUMBERS, ruled=ruled)


def test_every_cause_has_one_row():
    assert [row.cause for row in ROWS] == list(Cause)


@pytest.mark.parametrize("cause", Cause)
def test_a_row_says_how_it_is_told_and_where_it_leads(cause: Cause):
    assert row_of(cause).f2_reason.isdigit() and isinstance(row_of(cause).leads_to, Outside)


def test_the_codes_are_those_of_the_rules():
    told = {row.cause.value: (row.reason.code, row.f2_reason) for row in ROWS}
    assert told == {
        "death": ("DEA", "1"),
        "emigration": ("EMB", "5"),
        "absence": ("EMB", "5"),
        "enlistment": ("AFL", "8"),
        "discharge": ("ORR", "13"),
        "services-dependant": ("SDL", "11"),
        "prison": ("ORR", "13"),
        "scotland": ("SCT", "2"),
        "northern-ireland": ("NIT", "2"),
        "other-register": ("ORR", "2"),
        "temporary-resident": ("TRA", "13"),
        "school-list": ("RFI", "13"),
        "mental-hospital": ("ORR", "4"),
        "gone-away": ("CGA", "14"),
        "other": ("ORR", "13"),
    }


_LATER = [
    (Cause.EMIGRATION, RemovalReason.EMB),
    (Cause.ENLISTMENT, RemovalReason.AFL),
    (Cause.SERVICES_DEPENDANT, RemovalReason.SDL),
    (Cause.PRISON, RemovalReason.ORR),
    (Cause.MENTAL_HOSPITAL, RemovalReason.ORR),
    (Cause.OTHER, RemovalReason.ORR),
]


@pytest.mark.parametrize(("cause", "reason"), _LATER)
def test_told_after_the_event_it_counts_from_notification(cause: Cause, reason: RemovalReason):
    assert decided(notice(cause, BEFORE)) == TakeOff(reason, Dated(TODAY))


@pytest.mark.parametrize(("cause", "reason"), _LATER)
def test_told_before_the_event_it_waits_for_it(cause: Cause, reason: RemovalReason):
    assert decided(notice(cause, AFTER)) == Wait(reason, AFTER)


@pytest.mark.parametrize(("cause", "reason"), _LATER)
def test_told_on_the_day_it_acts_on_the_day(cause: Cause, reason: RemovalReason):
    assert decided(notice(cause, TODAY)) == TakeOff(reason, Dated(TODAY))


def test_the_notification_may_be_older_than_the_keying_of_it():
    heard = date(2026, 10, 30)
    assert decided(notice(Cause.PRISON, BEFORE, notified_on=heard)) == TakeOff(RemovalReason.ORR, Dated(heard))
    heard = date(2026, 9, 30)
    day = decided(notice(Cause.PRISON, date(2026, 9, 1), notified_on=heard))
    assert day == TakeOff(RemovalReason.ORR, Dated(date(2026, 10, 1)))


def test_the_forces_own_word_has_its_own_codes():
    assert decided(notice(Cause.ENLISTMENT, by="forces")) == TakeOff(RemovalReason.AFN, Dated(TODAY))
    assert decided(notice(Cause.SERVICES_DEPENDANT, by="forces")) == TakeOff(RemovalReason.SDN, Dated(TODAY))


@pytest.mark.parametrize("by", ["practice", "relative"])
def test_a_prisoner_is_taken_off_at_the_later_of_imprisonment_and_notification(by: Any):
    gone = TakeOff(RemovalReason.ORR, Dated(TODAY))
    assert decided(notice(Cause.PRISON, BEFORE, by=by)) == decided(notice(Cause.PRISON, TODAY, by=by)) == gone
    tomorrow = date(2026, 11, 3)
    assert decided(notice(Cause.PRISON, tomorrow, by=by)) == Wait(RemovalReason.ORR, tomorrow)
    # Announced on Friday for the Sunday, and keyed on the Monday.
    sunday = date(2026, 11, 1)
    told = notice(Cause.PRISON, sunday, notified_on=date(2026, 10, 30), by=by)
    assert decided(told) == TakeOff(RemovalReason.ORR, Dated(sunday))


FURTHEST = date(2027, 11, 3)


@pytest.mark.parametrize("cause", [cause for cause, _ in _LATER] + [Cause.SCHOOL_LIST])
def test_a_day_is_announced_at_most_a_year_ahead(cause: Cause):
    refused = Refuse(NoticeRefusal.TOO_FAR_AHEAD)
    assert isinstance(decided(notice(cause, FURTHEST)), Wait)
    assert decided(notice(cause, FURTHEST + timedelta(days=1))) == refused
    assert decided(notice(cause, FURTHEST + timedelta(days=1)), ruled=True) == refused


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause not in (Cause.DEATH, Cause.GONE_AWAY)])
def test_the_last_day_of_all_is_no_day_to_wait_for(cause: Cause):
    told = notice(cause, date.max, until=date.max)
    assert decided(told) == Refuse(NoticeRefusal.TOO_FAR_AHEAD)


def test_a_return_may_be_years_ahead():
    assert isinstance(decided(notice(Cause.EMIGRATION, AFTER, until=date(2040, 1, 1))), Wait)


@pytest.mark.parametrize("cause", [Cause.SCOTLAND, Cause.NORTHERN_IRELAND, Cause.OTHER_REGISTER])
def test_registered_elsewhere_counts_from_the_acceptance_there(cause: Cause):
    assert decided(notice(cause, BEFORE)) == TakeOff(row_of(cause).reason, Dated(BEFORE))
    in_september = decided(notice(cause, date(2026, 9, 20)))
    assert in_september == TakeOff(row_of(cause).reason, Dated(date(2026, 10, 1)))
    assert decided(notice(cause, BEFORE, confirmed=False)) == Refuse(NoticeRefusal.NOT_CONFIRMED)
    assert decided(notice(cause, AFTER)) == Refuse(NoticeRefusal.ELSEWHERE_IN_FUTURE)


# The thresholds: the day or month before, on, and after.
@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (date(2027, 1, 19), Refuse(NoticeRefusal.ABROAD_TOO_SHORT)),
        (date(2027, 1, 20), TakeOff(RemovalReason.EMB, Dated(TODAY))),
        (date(2027, 1, 21), TakeOff(RemovalReason.EMB, Dated(TODAY))),
        (None, TakeOff(RemovalReason.EMB, Dated(TODAY))),
        (date(2026, 10, 1), Refuse(NoticeRefusal.RETURN_BEFORE_DEPARTURE)),
    ],
)
def test_leaving_for_three_months(until: date | None, expected: Decision):
    assert decided(notice(Cause.EMIGRATION, date(2026, 10, 20), until=until)) == expected


_TOO_SHORT = {
    Cause.ABSENCE: NoticeRefusal.ABSENCE_TOO_SHORT,
    Cause.TEMPORARY_RESIDENT: NoticeRefusal.STAY_TOO_SHORT,
}


@pytest.mark.parametrize("cause", _TOO_SHORT)
@pytest.mark.parametrize(
    ("since", "long_enough"), [(date(2026, 8, 3), False), (date(2026, 8, 2), False), (date(2026, 8, 1), True)]
)
def test_away_for_more_than_three_months(cause: Cause, since: date, long_enough: bool):
    answer = decided(notice(cause, since))
    assert (answer != Refuse(_TOO_SHORT[cause])) is long_enough
    if long_enough:
        whole = TakeOff(RemovalReason.EMB, Dated(TODAY)) if cause is Cause.ABSENCE else Inquire(RemovalReason.TRA, 28)
        assert answer == whole


@pytest.mark.parametrize(("months", "refused"), [(23, True), (24, True), (25, False)])
def test_prison_for_more_than_two_years(months: int, refused: bool):
    answer = decided(notice(Cause.PRISON, months=months))
    assert answer == (Refuse(NoticeRefusal.PRISON_TOO_SHORT) if refused else TakeOff(RemovalReason.ORR, Dated(TODAY)))
    assert decided(notice(Cause.PRISON, months=None)) == Refuse(NoticeRefusal.MONTHS_MISSING)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_thresholds_are_the_same_in_every_profile(profile: str):
    assert Thresholds.of(shipped(profile), TODAY) == NUMBERS


def test_a_school_list_ends_after_notice_and_21_days():
    assert decided(notice(Cause.SCHOOL_LIST)) == Wait(RemovalReason.RFI, date(2026, 11, 23), gives_notice=True)
    assert decided(notice(Cause.SCHOOL_LIST, date(2026, 12, 18))) == Wait(
        RemovalReason.RFI, date(2026, 12, 18), gives_notice=True
    )


def test_an_unknown_address_goes_by_fp69():
    assert decided(notice(Cause.GONE_AWAY, None)) == Refuse(NoticeRefusal.ADDRESS_UNKNOWN)


def test_out_of_the_forces():
    serving = anna(membership=None, on_list=Outside.FORCES.id, removal="AFN")
    assert decided(notice(Cause.DISCHARGE), serving) == Return(RemovalReason.ORR, Dated(TODAY))
    assert isinstance(decided(notice(Cause.DISCHARGE)), Known)
    abroad = anna(membership=None, on_list=Outside.ABROAD.id, removal="EMB")
    assert decided(notice(Cause.DISCHARGE), abroad) == Refuse(NoticeRefusal.NOT_SERVING)


def test_who_is_on_no_list_is_not_deducted():
    abroad = anna(membership=None, on_list=Outside.ABROAD.id, removal="EMB")
    assert isinstance(decided(notice(Cause.EMIGRATION), abroad), Known)
    assert decided(notice(Cause.PRISON), abroad) == Refuse(NoticeRefusal.ON_NO_LIST)


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        (notice(Cause.EMIGRATION, notified_on=AFTER), NoticeRefusal.NOTIFIED_IN_FUTURE),
        (notice(Cause.ENLISTMENT, None), NoticeRefusal.DAY_MISSING),
        (notice(Cause.OTHER, reason=" "), NoticeRefusal.REASON_MISSING),
        (notice(Cause.PRISON, date(1984, 5, 16)), NoticeRefusal.BEFORE_BIRTH),
        (notice(Cause.DEATH, date(1984, 5, 16)), NoticeRefusal.BEFORE_BIRTH),
        (notice(Cause.DEATH, AFTER), NoticeRefusal.DEATH_IN_FUTURE),
        (notice(Cause.DEATH, date.max), NoticeRefusal.DEATH_IN_FUTURE),
        (notice(Cause.DEATH, None), NoticeRefusal.DAY_MISSING),
    ],
)
def test_what_is_refused_whoever_looks_at_it(told: Notice, refused: NoticeRefusal):
    assert decided(told) == decided(told, ruled=True) == Refuse(refused)


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ({"date_of_birth": date(1984, 5, 18)}, "date_of_birth"),
        ({"sex": Sex.MALE}, "sex"),
        ({"surname": "Okonkwo"}, "surname"),
    ],
)
@pytest.mark.parametrize("cause", [Cause.DEATH, Cause.EMIGRATION, Cause.SCOTLAND])
def test_a_notice_of_somebody_else_is_referred(cause: Cause, items: dict[str, Any], field: str):
    told = notice(cause, **items)
    assert decided(told) == Refer(Referral.NOTICE_OF_ANOTHER, field)
    assert not isinstance(decided(told, ruled=True), Refer)


def test_a_notice_that_describes_the_person_is_taken():
    same = {"date_of_birth": date(1984, 5, 17), "sex": Sex.FEMALE, "surname": "VANE"}
    assert isinstance(decided(notice(Cause.DEATH, **same)), RecordDeath)
    assert isinstance(decided(notice(Cause.DEATH, sex=Sex.UNKNOWN)), RecordDeath)


def test_a_notice_from_before_the_registration_is_referred():
    came_later = anna(membership=replace(_NOW, accepted_on=date(2026, 10, 25), since=date(2026, 10, 25)))
    told = notice(Cause.EMIGRATION, BEFORE)
    assert decided(told, came_later) == Refer(Referral.BEFORE_REGISTRATION, "happened_on")
    assert decided(told, came_later, ruled=True) == TakeOff(RemovalReason.EMB, Dated(TODAY))


def test_a_death_counts_from_notification_and_keeps_its_date():
    assert decided(notice(Cause.DEATH, date(2026, 8, 1))) == RecordDeath(
        date(2026, 8, 1), formal=False, dated=Dated(TODAY)
    )


@pytest.mark.parametrize(
    "contradicted",
    [
        {"membership": replace(_NOW, accepted_on=date(2026, 10, 21))},
        {"version": 2, "updated_at": datetime(2026, 10, 21, 12, tzinfo=UTC)},
        {"unworked": 1},
    ],
)
def test_a_death_that_something_contradicts_is_referred(contradicted: dict[str, Any]):
    person = anna(**contradicted)
    assert decided(notice(Cause.DEATH, BEFORE, formal=True), person) == Refer(
        Referral.DEATH_CONTRADICTED, "happened_on"
    )
    assert isinstance(decided(notice(Cause.DEATH, BEFORE, formal=True), person, ruled=True), RecordDeath)


def dead(status: str = "informal-dead") -> PersonFacts:
    return anna(status=status, date_of_death=BEFORE, membership=None, on_list=Outside.DEATH.id, removal="DEA")


OTHER_DAY = date(2026, 10, 21)
_CONFLICT = Refer(Referral.DEATH_DATES_CONFLICT, "happened_on")


@pytest.mark.parametrize(
    ("status", "formal", "day", "expected", "as_ruled"),
    [
        ("informal-dead", False, BEFORE, "known", "known"),
        ("informal-dead", True, BEFORE, ConfirmDeath(BEFORE, formal=True), ConfirmDeath(BEFORE, formal=True)),
        ("informal-dead", True, OTHER_DAY, _CONFLICT, ConfirmDeath(OTHER_DAY, formal=True)),
        ("informal-dead", False, OTHER_DAY, _CONFLICT, ConfirmDeath(OTHER_DAY, formal=False)),
        ("formal-dead", True, BEFORE, "known", "known"),
        ("formal-dead", False, BEFORE, "known", "known"),
        ("formal-dead", False, OTHER_DAY, _CONFLICT, Refuse(NoticeRefusal.FORMAL_DEATH_STANDS)),
        ("formal-dead", True, OTHER_DAY, _CONFLICT, Refuse(NoticeRefusal.FORMAL_DEATH_STANDS)),
    ],
)
def test_a_second_word_of_a_death(status: str, formal: bool, day: date, expected: Any, as_ruled: Any):
    told = notice(Cause.DEATH, day, formal=formal)
    for answer, wanted in (
        (decided(told, dead(status)), expected),
        (decided(told, dead(status), ruled=True), as_ruled),
    ):
        assert isinstance(answer, Known) if wanted == "known" else answer == wanted


@pytest.mark.parametrize("cause", [each for each in Cause if each not in (Cause.DEATH, Cause.GONE_AWAY)])
def test_the_dead_do_not_depart(cause: Cause):
    told = notice(cause, date(2026, 7, 20))
    assert decided(told, dead()) == Refuse(NoticeRefusal.RECORDED_DEAD)


def test_a_notice_is_stored_as_it_was_told():
    told = notice(
        Cause.DEATH, formal=True, by="registrar", sex=Sex.MALE, date_of_birth=date(1984, 5, 17), surname="Vane"
    )
    assert from_stored(to_stored(told)) == told
