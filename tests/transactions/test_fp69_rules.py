"""FP69: when it expires, what texts say, and what stands against a flag; all without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from registry.policies.store import shipped
from registry.transactions.facts import MembershipFacts, PendingDeduction, PersonFacts
from registry.transactions.fp69.guards import SCHEME, Guard, Limits, Past, Proposed, guard_against
from registry.transactions.fp69.window import acts_after, expires_on, is_child, no_flag_before
from registry.transactions.fp69.words import may_confirm, says_gone_away
from registry.transactions.matters.stands import Matter
from registry.transactions.outside import Outside
from registry.transactions.returned_mail.causes import CAUSES, reason_of_letter
from registry.transactions.scheme.placement import KIND as KIND_OF_SCHEME
from registry.values.address import Address
from registry.values.person import Name, Sex

TODAY = date(2026, 11, 2)
SENT = datetime(2026, 10, 5, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("flagged", "months", "last", "acts"),
    [
        (date(1992, 1, 25), 6, date(1992, 7, 25), date(1992, 7, 26)),
        (date(2025, 9, 30), 6, date(2026, 3, 30), date(2026, 3, 31)),
        (date(2025, 10, 1), 3, date(2026, 1, 1), date(2026, 1, 2)),
        (date(2025, 11, 30), 3, date(2026, 2, 28), date(2026, 3, 1)),
        (date(2025, 8, 31), 6, date(2026, 2, 28), date(2026, 3, 1)),
        (date(2023, 8, 31), 6, date(2024, 2, 29), date(2024, 3, 1)),
        (date(2025, 12, 31), 3, date(2026, 3, 31), date(2026, 4, 1)),
        (date(2026, 10, 15), 3, date(2027, 1, 15), date(2027, 1, 16)),
    ],
)
def test_the_last_day_to_answer_and_the_day_on_which_silence_acts(
    flagged: date, months: int, last: date, acts: date
) -> None:
    assert expires_on(flagged, months) == last
    assert acts_after(last) == acts


@pytest.mark.parametrize(
    ("profile", "day", "months", "under_18"),
    [
        ("current", date(1992, 1, 25), 6, "deduct"),
        ("current", date(2025, 9, 30), 6, "deduct"),
        ("current", date(2025, 10, 1), 3, "stay"),
        ("pcse-2018", date(2025, 9, 30), 6, "deduct"),
        ("pcse-2018", date(2025, 10, 1), 6, "deduct"),
        ("seed-2012", date(2025, 10, 1), 6, "deduct"),
    ],
)
def test_the_rules_are_those_of_the_day_of_the_flag(profile: str, day: date, months: int, under_18: str) -> None:
    policies = shipped(profile)
    assert policies.on("fp69_window_months", day) == months
    assert policies.on("fp69_expiry_under_18", day) == under_18


@pytest.mark.parametrize(
    ("born", "child"),
    [(date(2008, 2, 28), False), (date(2008, 3, 1), True), (date(1950, 1, 1), False), (None, True)],
)
def test_the_age_counts_on_the_last_day(born: date | None, child: bool) -> None:
    assert is_child(born, date(2026, 2, 28)) is child


def test_a_confirmation_on_a_leap_day_protects_to_the_end_of_february() -> None:
    assert no_flag_before(date(2024, 2, 29), 3) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Gone away / address unknown 6 month", True),
        ("GONE AWAY", True),
        ("goneaway, no forwarding", True),
        ("NEW ADDRESS UNKNOWN", True),
        ("WHEREABOUTS NOT KNOWN", True),
        ("GONE AWAY, NOW LIVES AT 3 HIGH STREET, LEEDS", False),
        ("GONE AWAY: MOVED TO LEEDS", False),
        ("OUT OF OUR AREA", False),
        ("OUTSIDE AREA", False),
        ("HAS NOT GONE AWAY", False),
        ("PLEASE DEDUCT", False),
        ("", False),
        (None, False),
    ],
)
def test_what_a_deduction_request_says_of_the_address(text: str | None, gone: bool) -> None:
    assert says_gone_away(text) is gone


@pytest.mark.parametrize(
    ("text", "confirms"),
    [
        ("STILL LIVES AT 12 QUILLET LANE ZX4 7QP", True),
        ("SEEN 12/10", True),
        ("HAS NOT GONE AWAY", True),
        ("GONE AWAY WE THINK", False),
        ("MOVED TO LEEDS", False),
        ("ADDRESS NOT KNOWN", False),
        (None, False),
        ("  ", False),
    ],
)
def test_what_a_text_with_an_amendment_may_confirm(text: str | None, confirms: bool) -> None:
    assert may_confirm(text) is confirms


@pytest.mark.parametrize(
    ("kind", "code"), [("REG-1", "1"), ("LM-2", "2"), ("CS-4", "4"), ("CHG-1", "6"), ("REM-3", "8"), ("DED-1", "8")]
)
def test_the_reason_follows_the_kind_of_letter(kind: str, code: str) -> None:
    assert reason_of_letter(kind, shipped("current").on("fp69_reason_of_letter", TODAY)) == code


def test_every_reason_has_its_words() -> None:
    words: dict[str, str] = shipped("current").on("fp69_reasons", TODAY)
    assert list(words) == list("12345678")
    assert all(text.isascii() and text.isupper() and len(text) <= 60 for text in words.values())


def test_only_doubt_leads_to_a_flag() -> None:
    assert {name for name, cause in CAUSES.items() if cause.value.leads_to == "doubt"} == {
        "gone-away",
        "addressee-unknown",
    }


def person(**changes: object) -> PersonFacts:
    member = MembershipFacts(uuid4(), uuid4(), "T015", "XD1", date(2020, 3, 2), date(2020, 3, 2), "9900001,1")
    facts = PersonFacts(
        id=uuid4(),
        version=1,
        nhs_number="9990000018",
        status="live",
        name=Name("Harrowgate", "Anna"),
        previous_surname=None,
        sex=Sex.FEMALE,
        date_of_birth=date(1984, 5, 17),
        date_of_death=None,
        address=Address(("", "12 Quillet Lane", "", "Nethermoor", "")),
        restricted=False,
        drugs_dispensed=False,
        residential_institute=None,
        place_of_birth=None,
        updated_at=SENT,
        membership=member,
        on_list=member.practice_id,
        last_movement_at=SENT,
    )
    return replace(facts, **changes)  # pyright: ignore[reportArgumentType]


def matter(kind: str) -> Matter:
    return Matter(uuid4(), kind, 1, "open", uuid4(), uuid4(), TODAY, SENT, SENT, {})


PAST = Past(None, datetime(2020, 3, 2, tzinfo=UTC), None, 0)
LIMITS = Limits(100, (12, 1, 2, 3), ("2", "3"))
PENDING = PendingDeduction(uuid4(), uuid4(), uuid4(), TODAY, "13")
LATER = SENT + timedelta(hours=1)


@pytest.mark.parametrize(
    ("whom", "proposed", "past", "guard"),
    [
        (person(), Proposed("1", SENT), PAST, None),
        (person(), Proposed("8"), PAST, None),
        (person(status="informal-dead"), Proposed("1", SENT), PAST, Guard.DEAD),
        (person(membership=None, on_list=Outside.ABROAD.id), Proposed("1", SENT), PAST, Guard.ON_NO_LIST),
        (person(matters=(matter("fp69"),)), Proposed("1", SENT), PAST, Guard.OPEN_ALREADY),
        (person(matters=(matter("fp69-request"),)), Proposed("1", SENT), PAST, Guard.ASKED_ALREADY),
        (person(restricted=True), Proposed("1", SENT), PAST, Guard.EXCLUDED),
        (person(matters=(matter(SCHEME),)), Proposed("1", SENT), PAST, Guard.EXCLUDED),
        (person(nhs_number=None), Proposed("1", SENT), PAST, Guard.NO_NUMBER),
        (person(residential_institute="RT"), Proposed("1", SENT), PAST, Guard.CARE_HOME),
        (person(residential_institute="RT"), Proposed("1", SENT, None, True), PAST, None),
        (person(pending=(PENDING,)), Proposed("1", SENT), PAST, Guard.BEING_REMOVED),
        (person(pending=(PENDING,)), Proposed("8", SENT, instead_of=PENDING.id), PAST, None),
        (person(), Proposed("1", SENT), replace(PAST, address_changed_at=LATER), Guard.ADDRESS_CHANGED),
        (person(), Proposed("1", SENT), replace(PAST, address_changed_at=SENT), Guard.ADDRESS_CHANGED),
        (person(), Proposed("1", SENT), replace(PAST, address_changed_at=SENT - timedelta(seconds=1)), None),
        (person(), Proposed("7"), replace(PAST, address_changed_at=LATER), None),
        (person(), Proposed("1", SENT), replace(PAST, joined_at=LATER), Guard.PRACTICE_CHANGED),
        (person(), Proposed("1", SENT), replace(PAST, removed_at=LATER), Guard.SETTLED_ALREADY),
        (person(), Proposed("1", SENT), replace(PAST, removed_at=SENT - timedelta(seconds=1)), None),
        (person(), Proposed("8"), replace(PAST, removed_at=LATER), None),
        (person(), Proposed("1", SENT), replace(PAST, not_before=date(2026, 11, 3)), Guard.CONFIRMED_LATELY),
        (person(), Proposed("1", SENT), replace(PAST, not_before=TODAY), None),
        (person(), Proposed("1", SENT), replace(PAST, flags_this_month=99), None),
        (person(), Proposed("1", SENT), replace(PAST, flags_this_month=100), Guard.MONTH_IS_FULL),
    ],
)
def test_what_stands_against_a_flag(whom: PersonFacts, proposed: Proposed, past: Past, guard: Guard | None) -> None:
    assert guard_against(whom, proposed, past, LIMITS, TODAY) is guard


@pytest.mark.parametrize(
    ("day", "code", "rests"),
    [
        (date(2026, 11, 30), "2", False),
        (date(2026, 12, 1), "2", True),
        (date(2027, 3, 31), "3", True),
        (date(2027, 4, 1), "2", False),
        (date(2026, 12, 1), "1", False),
    ],
)
def test_list_maintenance_rests_from_december_to_march(day: date, code: str, rests: bool) -> None:
    found = guard_against(person(), Proposed(code, SENT), PAST, LIMITS, day)
    assert found is (Guard.QUIET_MONTH if rests else None)


def test_what_a_supervisor_may_waive_comes_last() -> None:
    waivable = [guard.value.waivable for guard in Guard]
    assert waivable == sorted(waivable)


def test_the_scheme_goes_by_its_own_name() -> None:
    assert SCHEME == KIND_OF_SCHEME
