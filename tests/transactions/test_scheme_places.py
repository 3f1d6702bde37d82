"""A place on the scheme: found, reviewed, moved, suspended, discharged; and who cannot get round it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from registry.transactions.acts.act import Done, Impossible, WrongState
from registry.transactions.commands import Changes
from registry.transactions.due.deductions import deduction_falls_due
from registry.transactions.due.letters import hand_over
from registry.transactions.due.matters import matter_falls_due
from registry.transactions.settle import Decision, Settled, settle
from registry.transactions.settle import Impossible as CannotSettle
from registry.values.period import start_of_day
from tests.support.office import OTHER_CIPHER, Office, Practice
from tests.support.scheme_office import SECOND, SchemeOffice, london


@pytest.fixture
async def scheme(office: Office) -> SchemeOffice:
    office.later(london("2025-02-07T18:05"))
    return await SchemeOffice.at(office)


async def strike(scheme: SchemeOffice, matter: UUID) -> str:
    return await matter_falls_due(scheme.office.connection, scheme.office.context(), matter)


async def due_of(scheme: SchemeOffice, matter: UUID) -> Any:
    return await scheme.office.one("select due_at from matters where id = :id", id=matter)


async def letters(scheme: SchemeOffice) -> list[str]:
    rows = await scheme.office.connection.execute(text("select kind from letters order by kind"))
    return list(rows.scalars())


# Finding a place


async def test_a_place_that_is_missing_after_24_hours_rises_each_working_day(scheme: SchemeOffice):
    _, _, place = await scheme.removed(noticed_at="2025-02-07T17:55")
    scheme.office.later(london("2025-02-08T17:54"))
    assert await strike(scheme, place) == "gone"
    scheme.office.later(london("2025-02-08T17:55"))
    assert await strike(scheme, place) == "escalated"
    assert await due_of(scheme, place) == start_of_day(date(2025, 2, 11))
    assert await scheme.state_of(place) == "awaiting-allocation"


async def test_the_patient_and_the_practice_are_told_of_the_place(scheme: SchemeOffice):
    patient_id, _, place = await scheme.placed()
    assert await scheme.office.list_of(patient_id) == scheme.scheme.id
    assert await letters(scheme) == ["SAS-1", "SAS-1P", "SAS-5"]
    content = await scheme.office.one("select content from letters where kind = 'SAS-1'")
    assert content["practice"] == scheme.scheme.ods_code and content["contact"] == "ring first"
    assert content["not_to_attend"] == str(scheme.ordinary.id) and content["appeal_within_days"] == 14
    assert await due_of(scheme, place) == start_of_day(date(2026, 2, 7) - timedelta(days=28))


async def test_only_a_practice_of_the_scheme_that_serves_the_area_has_them(scheme: SchemeOffice):
    _, _, place = await scheme.removed()
    far = await scheme.office.practice(cipher=OTHER_CIPHER)
    await scheme.done("providers-add", practice=far.ods_code, area=OTHER_CIPHER, contact="ring first")
    for practice in (scheme.ordinary.ods_code, far.ods_code, "Y99999"):
        answer = await scheme.step("allocate", place, practice=practice)
        assert isinstance(answer, Impossible) and answer.field == "practice"
    assert scheme.scheme.ods_code in (await _sentence(scheme, place, far))
    answer = await scheme.step("allocate", place, practice=scheme.scheme.ods_code, gp_code="9999999,9")
    assert isinstance(answer, Impossible) and answer.field == "gp_code"


async def _sentence(scheme: SchemeOffice, place: UUID, practice: Practice) -> str:
    answer = await scheme.step("allocate", place, practice=practice.ods_code)
    assert isinstance(answer, Impossible)
    return answer.sentence


async def test_a_practice_with_people_of_the_scheme_cannot_end_before_they_are_moved(scheme: SchemeOffice):
    await scheme.placed()
    end: dict[str, Any] = {"practice": scheme.scheme.ods_code, "area": "XD1"}
    assert isinstance(await scheme.do("providers-end", **end), Impossible)
    [entry] = (await scheme.done("providers")).data
    assert entry["placed"] == 1


async def test_a_practice_may_end_and_begin_again(scheme: SchemeOffice):
    end: dict[str, Any] = {"practice": scheme.scheme.ods_code, "area": "XD1"}
    assert isinstance(await scheme.do("providers-add", **end, contact="again"), Impossible)
    scheme.office.on(date(2025, 3, 3))
    await scheme.done("providers-end", **end)
    assert isinstance(await scheme.do("providers-end", **end), Impossible)
    assert isinstance(await scheme.do("providers-add", **end, contact="again", since="2025-03-01"), Impossible)
    await scheme.done("providers-add", **end, contact="again")


# Others who want them


async def test_an_acceptance_elsewhere_never_approves_itself_and_the_answer_says_nothing(scheme: SchemeOffice):
    office = scheme.office
    patient_id, number, _ = await scheme.placed()
    elsewhere = await office.practice()
    outcome = await office.send(office.acceptance(elsewhere, number=number))
    assert (outcome.state, outcome.outcome) == ("in-queue", "placed-by-office")
    assert await office.inbox(elsewhere) == [] and await office.list_of(patient_id) == scheme.scheme.id
    case = await office.one("select id from anomalies where kind = 'placed-by-office'")
    accepted = await settle(
        office.connection, office.context(), case, Decision("accept", 1, "asked nicely", number=number)
    )
    assert isinstance(accepted, CannotSettle)
    rejected = await settle(office.connection, office.context(), case, Decision("reject", 1, "scheme", code="7"))
    assert isinstance(rejected, Settled)
    assert await office.inbox(elsewhere) == [
        ("F3", {"gp_code": elsewhere.gp_code, "free_text": "8 PLEASE CONTACT THE OFFICE"})
    ]


async def test_nor_while_they_wait_for_a_place(scheme: SchemeOffice):
    patient_id, number, _ = await scheme.removed()
    elsewhere = await scheme.office.practice()
    outcome = await scheme.office.send(scheme.office.acceptance(elsewhere, number=number, acceptance_code="D"))
    assert outcome.outcome == "placed-by-office" and await scheme.office.list_of(patient_id) is None


async def test_the_practice_of_the_scheme_that_holds_them_is_answered_as_ever(scheme: SchemeOffice):
    _, number, _ = await scheme.placed()
    outcome = await scheme.office.send(scheme.office.acceptance(scheme.scheme, number=number))
    assert outcome.outcome == "already-there"
    assert [kind for kind, _ in await scheme.office.inbox(scheme.scheme)] == ["F4"]


async def test_a_case_goes_on_when_the_scheme_has_let_them_go(scheme: SchemeOffice):
    office = scheme.office
    patient_id, number, place = await scheme.placed()
    elsewhere = await office.practice()
    await office.send(office.acceptance(elsewhere, number=number))
    await scheme.stepped("discharge", place)
    case = await office.one("select id from anomalies where kind = 'placed-by-office'")
    decided = await settle(
        office.connection, office.context(), case, Decision("accept", 1, "discharged", number=number)
    )
    assert isinstance(decided, Settled) and await office.list_of(patient_id) == elsewhere.id


# Reviews


async def test_the_review_is_called_for_before_its_last_day_and_rises_on_it(scheme: SchemeOffice):
    _, _, place = await scheme.placed()
    scheme.office.on(date(2026, 1, 9))
    assert await strike(scheme, place) == "gone"
    scheme.office.on(date(2026, 1, 10))
    assert await strike(scheme, place) == "review called"
    assert await scheme.state_of(place) == "review-due"
    scheme.office.on(date(2026, 2, 6))
    assert await strike(scheme, place) == "gone"
    scheme.office.on(date(2026, 2, 7))
    assert await strike(scheme, place) == "escalated"
    await scheme.stepped("review", place)
    assert await due_of(scheme, place) == start_of_day(date(2027, 2, 7) - timedelta(days=28))
    assert "SAS-3" in await letters(scheme)


async def test_a_review_lies_between_the_last_one_and_today(scheme: SchemeOffice):
    _, _, place = await scheme.placed()
    for day in ("2025-02-06", "2025-02-08"):
        answer = await scheme.step("review", place, reviewed_on=day)
        assert isinstance(answer, Impossible) and answer.field == "reviewed_on"


async def test_a_review_is_brought_forward_and_never_put_off(scheme: SchemeOffice):
    _, _, place = await scheme.placed()
    await scheme.stepped("bring-forward", place, on="2025-06-01")
    assert await due_of(scheme, place) == start_of_day(date(2025, 5, 4))
    for day in ("2025-06-01", "2026-02-07", "2025-02-06"):
        assert isinstance(await scheme.step("bring-forward", place, on=day), Impossible)


# Moving


async def test_whoever_moves_to_another_area_is_never_without_a_practice(scheme: SchemeOffice):
    patient_id, _, place = await scheme.placed()
    far = await scheme.office.practice(cipher=OTHER_CIPHER)
    await scheme.done("providers-add", practice=far.ods_code, area=OTHER_CIPHER, contact="ring first")
    assert isinstance(await scheme.step("move", place, area="XD1"), Impossible)
    scheme.office.on(date(2025, 5, 1))
    await scheme.stepped("move", place, area=OTHER_CIPHER.lower())
    assert await scheme.office.list_of(patient_id) == scheme.scheme.id
    assert await due_of(scheme, place) == scheme.office.clock.now() + timedelta(hours=24)
    await scheme.stepped("allocate", place, practice=far.ods_code)
    assert await scheme.office.list_of(patient_id) == far.id
    assert [kind for kind, _ in await scheme.office.inbox(scheme.scheme)] == ["F2"]
    review = await scheme.office.one("select facts ->> 'review_on' from matters where id = :id", id=place)
    assert review == "2026-02-07", "moving puts no review off"


# Away, and back


async def test_the_marker_survives_leaving_the_country(scheme: SchemeOffice):
    office = scheme.office
    patient_id, number, place = await scheme.placed()
    office.on(date(2025, 3, 3))
    await office.send(office.deduction(scheme.scheme, number, "5"))
    assert await office.list_of(patient_id) is None and await scheme.state_of(place) == "suspended"
    assert await due_of(scheme, place) == start_of_day(date(2026, 2, 7))
    office.on(date(2026, 2, 7))
    assert await strike(scheme, place) == "escalated"
    await scheme.stepped("review", place)
    assert await due_of(scheme, place) == start_of_day(date(2027, 2, 7))
    assert "SAS-3" not in await letters(scheme), "nobody knows where they are"
    # Back, and seen by a practice that knows nothing
    elsewhere = await office.practice()
    office.on(date(2026, 9, 1))
    outcome = await office.send(
        office.acceptance(elsewhere, number=number, acceptance_type="4", entered_uk_on=date(2026, 8, 30))
    )
    assert outcome.outcome == "placed-by-office"
    await scheme.stepped("return", place)
    assert await due_of(scheme, place) == office.clock.now() + timedelta(hours=24)
    await scheme.stepped("allocate", place, practice=scheme.scheme.ods_code)
    assert await office.list_of(patient_id) == scheme.scheme.id


async def test_the_marker_survives_prison(scheme: SchemeOffice):
    office = scheme.office
    patient_id, number, place = await scheme.placed()
    prison = await office.practice()
    await office.connection.execute(text("update practices set secure = true where id = :id"), {"id": prison.id})
    outcome = await office.send(office.acceptance(prison, number=number))
    assert outcome.outcome == "placed-by-office", "no machine decides it"
    case = await office.one("select id from anomalies where kind = 'placed-by-office'")
    decided = await settle(office.connection, office.context(), case, Decision("accept", 1, "prison", number=number))
    assert isinstance(decided, Settled) and await office.list_of(patient_id) == prison.id
    assert await strike(scheme, place) == "place found" and await scheme.state_of(place) == "suspended"
    # Released: the practice where they register is referred, and the scheme finds them a place
    elsewhere = await office.practice()
    office.on(date(2025, 8, 1))
    assert (await office.send(office.acceptance(elsewhere, number=number))).outcome == "placed-by-office"
    await scheme.stepped("return", place)
    await scheme.stepped("allocate", place, practice=scheme.scheme.ods_code)
    assert await office.list_of(patient_id) == scheme.scheme.id
    assert [kind for kind, _ in await office.inbox(prison)][-1] == "F2"


async def test_a_death_suspends_the_clocks_and_closes_the_place_a_year_later(scheme: SchemeOffice):
    office = scheme.office
    _, number, place = await scheme.placed()
    await office.send(office.deduction(scheme.scheme, number, "1"))
    assert await scheme.state_of(place) == "deceased"
    office.on(date(2026, 2, 6))
    assert await strike(scheme, place) == "gone"
    office.on(date(2026, 2, 7))
    assert await strike(scheme, place) == "place closed"
    assert await scheme.state_of(place) == "ended-by-death"


async def test_an_amendment_changes_nothing_of_the_place(scheme: SchemeOffice):
    _, number, place = await scheme.placed()
    await scheme.office.send(scheme.office.amendment(scheme.scheme, number, Changes(title="Dr")))
    assert await scheme.state_of(place) == "active"


# The end


async def test_after_the_discharge_an_ordinary_acceptance_approves_itself(scheme: SchemeOffice):
    patient_id, number, place = await scheme.placed()
    await scheme.stepped("discharge", place)
    assert await scheme.office.list_of(patient_id) == scheme.scheme.id, "no day without a practice"
    assert "SAS-4" in await letters(scheme)
    elsewhere = await scheme.office.practice()
    scheme.office.on(date(2025, 3, 3))
    outcome = await scheme.office.send(scheme.office.acceptance(elsewhere, number=number))
    assert outcome.outcome == "registered" and await scheme.office.list_of(patient_id) == elsewhere.id


async def test_whoever_was_discharged_is_not_removed_for_having_been_on_the_scheme(scheme: SchemeOffice):
    _, number, place = await scheme.placed()
    await scheme.stepped("discharge", place)
    scheme.office.later(london("2025-02-10T09:00"))
    await scheme.office.send(scheme.office.acceptance(scheme.ordinary, number=number))
    answer = await scheme.notice(number, ground="previously-removed", channel="email")
    assert isinstance(answer, Impossible) and answer.field == "ground" and "2025-02-07" in answer.sentence
    again = await scheme.notice(number)
    assert isinstance(again, Done), "a new incident is another matter, though the first notice was never confirmed"


async def test_an_act_in_the_wrong_state_is_refused_with_the_states_that_would_do(scheme: SchemeOffice):
    _, _, place = await scheme.removed()
    answer = await scheme.step("review", place)
    assert isinstance(answer, WrongState) and set(answer.allowed) == {"active", "review-due", "suspended"}
    await scheme.stepped("allocate", place, practice=scheme.scheme.ods_code)
    assert isinstance(await scheme.step("allocate", place, practice=scheme.scheme.ods_code), WrongState)


# A mistake


async def test_a_removal_of_the_wrong_person_is_taken_back_without_a_gap(scheme: SchemeOffice):
    patient_id, _, place = await scheme.removed()
    scheme.office.on(date(2025, 2, 10))
    assert isinstance(await scheme.step("take-back", place, reason="another patient"), Impossible), "by another person"
    assert isinstance(await scheme.step("take-back", place, SECOND), Impossible), "with a reason"
    await scheme.stepped("take-back", place, SECOND, reason="another patient was meant")
    assert await scheme.office.list_of(patient_id) == scheme.ordinary.id
    assert await scheme.state_of(place) == "taken-back"
    assert await scheme.state_of(await scheme.matter(patient_id, "violence-notice")) == "taken-back"
    since = "select lower(period) from list_memberships where patient_id = :id"
    assert await scheme.office.one(since, id=patient_id) == date(2020, 3, 2)


@pytest.mark.parametrize("how", ["removal", "deduction"])
async def test_who_the_scheme_practice_sends_away_awaits_a_place_within_a_day(office: Office, how: str):
    scheme = await SchemeOffice.at(office)
    _, number, place = await scheme.placed()
    await office.send(getattr(office, how)(scheme.scheme, number))
    office.later(start_of_day(office.today) + timedelta(hours=18))
    await hand_over(office.connection, office.context())
    pending = await office.one("select id from pending_deductions where state = 'pending'")
    office.on(await office.one("select due_on from pending_deductions where state = 'pending'"))

    assert await deduction_falls_due(office.connection, office.context(), pending) == "deducted"

    assert await scheme.state_of(place) == "awaiting-allocation"
    due_at = await office.one("select due_at from matters where id = :id", id=place)
    assert office.clock.now() < due_at <= office.clock.now() + timedelta(hours=24)
