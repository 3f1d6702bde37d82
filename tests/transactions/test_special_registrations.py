"""Temporary residents, out-of-area, armed forces, Crown servants and secure settings."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from registry.transactions.acts.act import Done, Impossible
from registry.transactions.commands import Changes
from registry.transactions.outside import Outside
from registry.transactions.special_registrations.counted import ListCounts, count_list
from registry.transactions.special_registrations.crown_acts import EXPECT_RETURN, WITHDRAW_RETURN
from registry.transactions.special_registrations.forces_acts import DISCHARGE, REGISTER_FORCES
from registry.transactions.special_registrations.release_acts import MARK_SECURE, POSTPONE, PRE_REGISTER, WITHDRAW
from registry.transactions.special_registrations.temporary_acts import END_STAY, EXTEND_STAY, RECORD_STAY
from registry.values.person import Name
from tests.support.acts import do, done
from tests.support.office import ANNA, Office, Practice


async def did(office: Office, act: Any, **details: Any) -> Done:
    return await done(office.connection, office.context(), act, **details)


async def refusal(office: Office, act: Any, **details: Any) -> tuple[str, str | None]:
    answer = await do(office.connection, office.context(), act, **details)
    assert isinstance(answer, Impossible), answer
    return answer.sentence, answer.field


async def matter(office: Office, matter_id: UUID | None) -> tuple[str, Any]:
    found = await office.connection.exec_driver_sql("select state, facts from matters where id = $1", (matter_id,))
    row = found.one()
    return row.state, row.facts


async def movements(office: Office) -> int:
    return await office.one("select count(*) from list_movements")


@pytest.fixture
async def home(office: Office) -> Practice:
    return await office.practice()


@pytest.fixture
async def away(office: Office) -> Practice:
    return await office.practice()


# Temporary residents


async def test_a_temporary_resident_moves_nowhere_and_nobody_is_told(office: Office, home: Practice, away: Practice):
    anna, number = await office.person(home)
    before = await movements(office)
    stay = await did(office, RECORD_STAY, nhs_number=number, practice=away.ods_code, begins_on=office.today)
    assert await office.list_of(anna) == home.id and await movements(office) == before
    assert await office.inbox(home) == await office.inbox(away) == []
    assert await office.one("select count(*) from national_requests") == 0
    assert (await count_list(office.connection, away.id, office.today)) == ListCounts(0, 0, 0)
    assert (await count_list(office.connection, home.id, office.today)) == ListCounts(1, 1, 0)
    again = await did(office, RECORD_STAY, nhs_number=number, practice=away.ods_code, begins_on=office.today)
    assert again.sentence == "It is recorded already." and again.id == stay.id


async def test_a_temporary_resident_may_be_on_no_list(office: Office, away: Practice):
    _, number = await office.person(None)
    stay = await did(office, RECORD_STAY, nhs_number=number, practice=away.ods_code, begins_on=office.today)
    assert stay.state == "staying"


async def test_nobody_is_a_temporary_resident_at_home_or_dead(office: Office, home: Practice, away: Practice):
    _, number = await office.person(home)
    asked = {"nhs_number": number, "begins_on": office.today}
    assert (await refusal(office, RECORD_STAY, **asked, practice=home.ods_code))[1] == "practice"
    assert (await refusal(office, RECORD_STAY, **asked, practice="Y98765"))[1] == "practice"
    await office.send(office.deduction(home, number, "1"))
    assert (await refusal(office, RECORD_STAY, **asked, practice=away.ods_code))[1] == "nhs_number"


async def test_a_stay_is_extended_within_three_months_and_ended(office: Office, home: Practice, away: Practice):
    _, number = await office.person(home)
    until = office.today + timedelta(days=10)
    asked = {"nhs_number": number, "practice": away.ods_code, "begins_on": office.today}
    stay = await did(office, RECORD_STAY, **asked, until=until)
    assert (await refusal(office, EXTEND_STAY, id=stay.id, version=1, until=date(2027, 2, 2)))[1] == "until"
    assert (await refusal(office, EXTEND_STAY, id=stay.id, version=1, until=office.today))[1] == "until"
    await did(office, EXTEND_STAY, id=stay.id, version=1, until=date(2027, 2, 1))
    tomorrow = office.today + timedelta(days=1)
    assert (await refusal(office, END_STAY, id=stay.id, version=2, ended_on=tomorrow))[1] == "ended_on"
    assert (await refusal(office, END_STAY, id=stay.id, version=2, ended_on=date(2026, 1, 1)))[1] == "ended_on"
    ended = await did(office, END_STAY, id=stay.id, version=2)
    assert ended.state == "ended"
    # A stay that follows at once is the same stay: its three months began in November.
    office.on(tomorrow)
    sentence, field = await refusal(office, RECORD_STAY, **{**asked, "begins_on": tomorrow}, until=date(2027, 2, 2))
    assert field == "until" and "2027-02-01" in sentence


async def test_a_second_stay_is_the_same_or_refused(office: Office, home: Practice, away: Practice):
    _, number = await office.person(home)
    until = office.today + timedelta(days=10)
    asked = {"nhs_number": number, "practice": away.ods_code, "begins_on": office.today}
    stay = await did(office, RECORD_STAY, **asked, until=until)
    assert (await did(office, RECORD_STAY, **asked, until=until)).id == stay.id
    sentence, field = await refusal(office, RECORD_STAY, **asked, until=until + timedelta(days=1))
    assert field == "until" and until.isoformat() in sentence
    assert (await refusal(office, RECORD_STAY, **asked))[1] == "until"
    earlier = {**asked, "begins_on": office.today - timedelta(days=1)}
    assert (await refusal(office, RECORD_STAY, **earlier, until=until))[1] == "nhs_number"


async def test_whoever_registers_there_is_a_temporary_resident_no_more(office: Office, home: Practice, away: Practice):
    anna, number = await office.person(home)
    stay = await did(office, RECORD_STAY, nhs_number=number, practice=away.ods_code, begins_on=office.today)
    await office.send(office.acceptance(away, number=number))
    assert await office.list_of(anna) == away.id and (await matter(office, stay.id))[0] == "registered"


async def test_the_dead_stay_nowhere(office: Office, home: Practice, away: Practice):
    _, number = await office.person(home)
    stay = await did(office, RECORD_STAY, nhs_number=number, practice=away.ods_code, begins_on=office.today)
    await office.send(office.deduction(home, number, "1"))
    assert (await matter(office, stay.id))[0] == "ended-by-death"


# Out of area


async def out_of_area(office: Office, patient_id: UUID) -> bool:
    query = "select out_of_area from list_memberships where patient_id = :id and upper_inf(period)"
    return await office.one(query, id=patient_id)


async def test_an_out_of_area_registration_is_a_place_with_a_flag(office: Office, home: Practice, away: Practice):
    anna, number = await office.person(home)
    outcome = await office.send(office.acceptance(away, number=number, free_text="OOAR"))
    assert outcome.outcome == "registered" and await out_of_area(office, anna)
    assert await count_list(office.connection, away.id, office.today) == ListCounts(1, 1, 1)
    # The flag ends with the place.
    office.on(office.today + timedelta(days=1))
    await office.send(office.acceptance(home, number=number))
    assert not await out_of_area(office, anna)


async def test_the_two_texts_are_opposite(office: Office, home: Practice):
    anna, number = await office.person(home)
    # On a deduction request it asks for an immediate deduction ...
    deducted = await office.send(office.deduction(home, number, free_text="OOA REG"))
    assert deducted.outcome == "deducted" and await office.list_of(anna) is None
    # ... so that a new registration may follow, on whose acceptance it sets the flag.
    accepted_on = office.today + timedelta(days=1)
    office.on(accepted_on)
    await office.send(office.acceptance(home, number=number, free_text="OOAR"))
    assert await office.list_of(anna) == home.id and await out_of_area(office, anna)


async def test_that_somebody_left_the_area_is_read_on_an_acceptance_and_waits_on_a_request(
    office: Office, home: Practice, away: Practice
):
    _, number = await office.person(home)
    assert (await office.send(office.acceptance(away, number=number, free_text="OOA"))).outcome == "free-text"
    ben, other = await office.person(home, like=ANNA.__class__(name=Name("Quill", "Ben"), sex=ANNA.sex))
    assert (await office.send(office.deduction(home, other, free_text="OOA"))).state == "pending"
    assert await office.list_of(ben) == home.id


async def test_an_amendment_never_makes_anybody_out_of_area(office: Office, home: Practice):
    anna, number = await office.person(home)
    changes = Changes(address=("", "9 Sluice Row", "", "Saltholme", ""), postcode="ZX9 1AA")
    outcome = await office.send(office.amendment(home, number, changes, free_text="OOAR"))
    assert outcome.state == "in-queue" and not await out_of_area(office, anna)


async def test_somebody_on_the_list_is_not_made_out_of_area_by_another_acceptance(office: Office, home: Practice):
    anna, number = await office.person(home)
    outcome = await office.send(office.acceptance(home, number=number, free_text="OOAR"))
    assert outcome.outcome == "on-list-ordinarily" and not await out_of_area(office, anna)


# Armed forces


FORCES = {"reference": "DMS-118", "authorised_on": date(2026, 10, 30)}


async def test_the_forces_are_put_on_an_open_list_and_the_practice_hears_by_letter(office: Office, home: Practice):
    anna, number = await office.person(None)
    asked = {"nhs_number": number, "practice": home.ods_code, **FORCES}
    placed = await did(office, REGISTER_FORCES, **asked)
    assert await office.list_of(anna) == home.id
    assert (await matter(office, placed.id))[1]["until"] == "2028-11-01"
    assert await office.one("select kind from letters") == "STA-1" and await office.inbox(home) == []
    assert (await did(office, REGISTER_FORCES, **asked)).sentence == "It is recorded already."
    await did(office, DISCHARGE, id=placed.id, version=1)
    assert await office.list_of(anna) == home.id


async def test_another_authorisation_is_not_taken_for_the_one_that_is_noted(
    office: Office, home: Practice, away: Practice
):
    _, number = await office.person(None)
    asked = {"nhs_number": number, "practice": home.ods_code, **FORCES}
    await did(office, REGISTER_FORCES, **asked)
    office.on(office.today + timedelta(days=3))
    assert (await did(office, REGISTER_FORCES, **asked, until=date(2028, 11, 1))).state == "registered"
    assert (await refusal(office, REGISTER_FORCES, **{**asked, "practice": away.ods_code}))[1] == "practice"
    assert (await refusal(office, REGISTER_FORCES, **{**asked, "reference": "DMS-119"}))[1] == "reference"
    later = {**asked, "authorised_on": date(2026, 11, 1)}
    assert (await refusal(office, REGISTER_FORCES, **later))[1] == "authorised_on"
    sentence, field = await refusal(office, REGISTER_FORCES, **asked, until=date(2027, 6, 30))
    assert field == "until" and "2028-11-01" in sentence and "discharge" in sentence


async def test_a_closed_list_takes_nobody_from_the_forces(office: Office):
    closed = await office.practice(list_state="closed")
    _, number = await office.person(None)
    sentence, field = await refusal(office, REGISTER_FORCES, nhs_number=number, practice=closed.ods_code, **FORCES)
    assert (sentence, field) == ("The practice's list is closed.", "practice")


async def test_an_ordinary_acceptance_of_somebody_in_the_forces_is_given_its_clock(office: Office, home: Practice):
    _, number = await office.person(None)
    await office.send(office.acceptance(home, number=number))
    before = await movements(office)
    placed = await did(office, REGISTER_FORCES, nhs_number=number, practice=home.ods_code, **FORCES)
    assert await movements(office) == before and placed.transaction_id is None


async def test_whoever_leaves_the_list_before_is_told_of_to_the_forces(office: Office, home: Practice, away: Practice):
    _, number = await office.person(None)
    placed = await did(office, REGISTER_FORCES, nhs_number=number, practice=home.ods_code, **FORCES)
    office.on(office.today + timedelta(days=30))
    await office.send(office.acceptance(away, number=number))
    assert (await matter(office, placed.id))[0] == "returning"
    assert await office.one("select route from letters where kind = 'FOR-1'") == "office"


# Crown servants


async def test_a_crown_servant_passes_the_closed_list_of_the_original_practice(office: Office, away: Practice):
    closed = await office.practice(list_state="closed")
    anna, number = await office.person(closed)
    await office.send(office.deduction(closed, number, "5"))
    office.on(date(2028, 1, 10))
    noted = await did(office, EXPECT_RETURN, nhs_number=number, practice=closed.ods_code, returns_on=date(2028, 2, 1))
    assert (
        await did(office, EXPECT_RETURN, nhs_number=number, practice=closed.ods_code, returns_on=date(2028, 2, 1))
    ).id == noted.id
    outcome = await office.send(office.acceptance(closed, number=number))
    assert outcome.outcome == "registered" and (await matter(office, noted.id))[0] == "registered"
    assert await office.list_of(anna) == closed.id


async def test_another_return_is_not_taken_for_the_one_that_is_noted(office: Office, home: Practice, away: Practice):
    _, number = await office.person(home)
    await office.send(office.deduction(home, number, "5"))
    asked = {"nhs_number": number, "practice": home.ods_code, "returns_on": office.today + timedelta(days=20)}
    noted = await did(office, EXPECT_RETURN, **asked)
    sentence, field = await refusal(office, EXPECT_RETURN, **{**asked, "returns_on": office.today})
    assert field == "returns_on" and "withdraw" in sentence
    assert (await refusal(office, EXPECT_RETURN, **{**asked, "practice": away.ods_code}))[1] == "practice"
    assert (await did(office, EXPECT_RETURN, **asked)).id == noted.id


async def test_too_early_a_return_meets_the_closed_list(office: Office):
    closed = await office.practice(list_state="closed")
    _, number = await office.person(closed)
    await office.send(office.deduction(closed, number, "5"))
    office.on(date(2027, 12, 31))
    noted = await did(office, EXPECT_RETURN, nhs_number=number, practice=closed.ods_code, returns_on=date(2028, 2, 1))
    assert (await office.send(office.acceptance(closed, number=number))).outcome == "closed-list"
    await did(office, WITHDRAW_RETURN, id=noted.id, version=1)


async def test_a_return_is_to_the_practice_that_they_had(office: Office, home: Practice, away: Practice):
    _, number = await office.person(home)
    day = office.today + timedelta(days=9)
    asked = {"nhs_number": number, "returns_on": day}
    assert (await refusal(office, EXPECT_RETURN, **asked, practice=away.ods_code))[1] == "practice"
    assert (await refusal(office, EXPECT_RETURN, **asked, practice=home.ods_code))[1] == "practice"
    await office.send(office.deduction(home, number, "5"))
    past = {**asked, "returns_on": date(2026, 8, 1)}
    assert (await refusal(office, EXPECT_RETURN, **past, practice=home.ods_code))[1] == "returns_on"


# Secure settings


async def test_people_in_a_secure_setting_are_on_its_list_and_not_counted(office: Office, home: Practice):
    prison = await office.practice()
    await did(office, MARK_SECURE, practice=prison.ods_code, secure=True)
    assert "already" in (await did(office, MARK_SECURE, practice=prison.ods_code)).sentence
    anna, number = await office.person(home)
    outcome = await office.send(office.acceptance(prison, number=number))
    assert outcome.outcome == "registered" and await office.list_of(anna) == prison.id
    assert await count_list(office.connection, prison.id, office.today) == ListCounts(1, 0, 0)
    assert [kind for kind, _ in await office.inbox(home)] == ["F2"]
    assert "ordinary" in (await did(office, MARK_SECURE, practice=prison.ods_code, secure=False)).sentence
    assert (await count_list(office.connection, prison.id, office.today)).counted == 1


async def test_a_registration_before_a_release_is_noted_postponed_and_withdrawn(office: Office, home: Practice):
    prison = await office.practice()
    await did(office, MARK_SECURE, practice=prison.ods_code)
    anna, number = await office.person(prison)
    day = office.today + timedelta(days=10)
    asked = {"nhs_number": number, "practice": home.ods_code}
    far = office.today + timedelta(days=29)
    assert (await refusal(office, PRE_REGISTER, **asked, release_on=far))[1] == "release_on"
    itself = {**asked, "practice": prison.ods_code}
    assert (await refusal(office, PRE_REGISTER, **itself, release_on=day))[1] == "practice"
    noted = await did(office, PRE_REGISTER, **asked, release_on=day)
    assert (await did(office, PRE_REGISTER, **asked, release_on=day)).id == noted.id
    sentence, field = await refusal(office, PRE_REGISTER, **asked, release_on=day + timedelta(days=2))
    assert field == "release_on" and day.isoformat() in sentence and "postpone" in sentence
    assert (await refusal(office, PRE_REGISTER, **itself, release_on=day))[1] == "practice"
    assert (await refusal(office, PRE_REGISTER, **{**asked, "practice": "Y98765"}, release_on=day))[1] == "practice"
    assert (await refusal(office, PRE_REGISTER, **asked, release_on=day, gp_code="1,2"))[1] == "gp_code"
    assert await office.list_of(anna) == prison.id
    assert (await refusal(office, POSTPONE, id=noted.id, version=1, release_on=date(2026, 1, 1)))[1] == "release_on"
    await did(office, POSTPONE, id=noted.id, version=1, release_on=day + timedelta(days=1))
    assert (await did(office, WITHDRAW, id=noted.id, version=2)).state == "withdrawn"


async def test_only_whoever_is_in_a_secure_setting_registers_before_a_release(office: Office, home: Practice):
    _, number = await office.person(home)
    asked = {"nhs_number": number, "practice": home.ods_code, "release_on": office.today}
    assert (await refusal(office, PRE_REGISTER, **asked))[1] == "nhs_number"


async def test_somebody_in_prison_on_no_list_registers_before_a_release(office: Office, home: Practice):
    from registry.database import Writes
    from registry.transactions.gather import gather_person, lock_people
    from registry.transactions.ledger import Movement, leave_list

    anna, number = await office.person(None)
    await lock_people(office.connection, [anna])
    writes = Writes()
    leaving = Movement(office.today, office.clock.now(), "deduction-13", None, "ORR")
    leave_list(writes, await gather_person(office.connection, anna), Outside.PRISON.id, leaving)
    await writes.flush(office.connection)
    asked = {"nhs_number": number, "practice": home.ods_code, "release_on": office.today + timedelta(days=3)}
    assert (await did(office, PRE_REGISTER, **asked)).state == "waiting"
