"""A notice of violence: off the list with the call, approved where it must be, confirmed in writing."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from registry.transactions.acts.act import Done, Impossible, WrongState
from registry.transactions.due.matters import matter_falls_due
from registry.values.person import Name
from tests.support.office import ANNA, OTHER_CIPHER, Office
from tests.support.scheme_office import NARRATIVE, SECOND, SchemeOffice, london


@pytest.fixture
async def scheme(office: Office) -> SchemeOffice:
    office.later(london("2025-02-07T18:05"))
    return await SchemeOffice.at(office)


async def strike(scheme: SchemeOffice, matter: UUID) -> str:
    return await matter_falls_due(scheme.office.connection, scheme.office.context(), matter)


async def test_somebody_is_off_the_list_at_the_instant_of_the_call(scheme: SchemeOffice):
    patient_id, _, place = await scheme.removed(noticed_at="2025-02-07T17:55")
    moved = "select {} from list_movements where patient_id = :id and removal = 'RDI'"
    assert await scheme.office.one(moved.format("effective_at"), id=patient_id) == london("2025-02-07T17:55")
    assert await scheme.office.one(moved.format("effective_on"), id=patient_id) == date(2025, 2, 7)
    assert await scheme.office.list_of(patient_id) is None
    due = await scheme.office.one("select due_at from matters where id = :id", id=place)
    assert due == london("2025-02-08T17:55")


async def test_a_call_at_half_past_eleven_on_a_summer_evening_counts_that_day(scheme: SchemeOffice):
    scheme.office.later(london("2025-07-01T00:10"))
    patient_id, _, _ = await scheme.removed(noticed_at="2025-06-29T23:30", happened_at="2025-06-29T22:00")
    # The 29th of June is over in London, and the quarter too: it counts from the first day of the new one.
    on = "select effective_on from list_movements where patient_id = :id and removal = 'RDI'"
    assert await scheme.office.one(on, id=patient_id) == date(2025, 7, 1)
    notice = await scheme.matter(patient_id, "violence-notice")
    assert await scheme.office.one("select trigger_on from matters where id = :id", id=notice) == date(2025, 6, 29)


async def test_within_a_quarter_the_day_of_the_call_counts(scheme: SchemeOffice):
    scheme.office.later(london("2025-06-30T00:10"))
    patient_id, _, _ = await scheme.removed(noticed_at="2025-06-29T23:30", happened_at="2025-06-29T22:00")
    on = "select effective_on from list_movements where patient_id = :id and removal = 'RDI'"
    assert await scheme.office.one(on, id=patient_id) == date(2025, 6, 29)


async def test_nobody_leaves_a_list_before_they_came_to_it(scheme: SchemeOffice):
    patient_id, number = await scheme.office.person(scheme.ordinary, accepted_on=date(2025, 2, 7))
    scheme.office.later(london("2025-02-10T09:00"))
    answer = await scheme.notice(number, noticed_at="2025-02-06T12:00", happened_at="2025-02-06T11:00")
    assert isinstance(answer, Done)
    at = "select effective_at from list_movements where patient_id = :id and removal = 'RDI'"
    assert await scheme.office.one(at, id=patient_id) == london("2025-02-07T00:00")


async def test_the_practice_is_told_no_more_than_a_code(scheme: SchemeOffice):
    await scheme.removed()
    [(kind, items)] = await scheme.office.inbox(scheme.ordinary)
    assert kind == "F2" and items["deduction_reason"] == "9"
    assert set(items) == {"gp_code", "number", "deduction_reason", "deduction_date"}


async def test_the_practice_has_an_acknowledgement_in_writing(scheme: SchemeOffice):
    _, _, place = await scheme.removed(noticed_at="2025-02-07T17:55")
    letters = "select content ->> 'confirm_by' from letters where matter_id = :id and kind = 'SAS-5'"
    assert await scheme.office.one(letters, id=place) == "2025-02-13"


@pytest.mark.parametrize("channel", ["email", "post", "form"])
async def test_a_notice_in_writing_needs_no_confirmation(scheme: SchemeOffice, channel: str):
    await scheme.removed(channel=channel)
    assert await scheme.office.one("select count(*) from matters where kind = 'violence-notice'") == 0


async def test_the_confirmation_is_chased_on_the_fifth_day_and_escalated_on_the_eighth(scheme: SchemeOffice):
    patient_id, _, _ = await scheme.removed(noticed_at="2025-02-07T17:55")
    notice = await scheme.matter(patient_id, "violence-notice")
    scheme.office.later(london("2025-02-10T23:59"))
    assert await strike(scheme, notice) == "gone"
    scheme.office.later(london("2025-02-11T00:00"))
    assert await strike(scheme, notice) == "confirmation chased"
    assert await scheme.office.one("select count(*) from letters where kind = 'SAS-6'") == 1
    scheme.office.later(london("2025-02-13T23:59"))
    assert await strike(scheme, notice) == "gone"
    scheme.office.later(london("2025-02-14T00:00"))
    assert await strike(scheme, notice) == "confirmation overdue"
    assert await scheme.state_of(notice) == "overdue"
    assert await scheme.office.list_of(patient_id) is None, "a lapse undoes nothing"
    scheme.office.later(london("2025-02-18T00:00"))
    assert await strike(scheme, notice) == "escalated"


@pytest.mark.parametrize(("day", "in_time"), [("2025-02-13", True), ("2025-02-14", False)])
async def test_a_late_confirmation_is_taken_too(scheme: SchemeOffice, day: str, in_time: bool):
    patient_id, _, _ = await scheme.removed(noticed_at="2025-02-07T17:55")
    notice = await scheme.matter(patient_id, "violence-notice")
    scheme.office.on(date(2025, 2, 20))
    await scheme.stepped("confirm", notice, received_on=day)
    assert await scheme.state_of(notice) == "confirmed"
    facts = await scheme.office.one("select facts ->> 'in_time' from matters where id = :id", id=notice)
    assert facts == str(in_time).lower()


async def test_a_confirmation_cannot_come_before_the_notice_or_tomorrow(scheme: SchemeOffice):
    patient_id, _, _ = await scheme.removed()
    notice = await scheme.matter(patient_id, "violence-notice")
    for day in ("2025-02-06", "2025-02-08"):
        answer = await scheme.step("confirm", notice, received_on=day)
        assert isinstance(answer, Impossible) and answer.field == "received_on"


async def test_a_confirmation_may_be_given_up_by_name(scheme: SchemeOffice):
    patient_id, _, _ = await scheme.removed()
    notice = await scheme.matter(patient_id, "violence-notice")
    assert isinstance(await scheme.step("give-up", notice, reason="closed"), WrongState)
    for day in ("2025-02-11", "2025-02-14"):
        scheme.office.on(date.fromisoformat(day))
        await strike(scheme, notice)
    assert isinstance(await scheme.step("give-up", notice), Impossible)
    await scheme.stepped("give-up", notice, reason="the practice has closed")
    assert await scheme.state_of(notice) == "left-unconfirmed"


# The commissioner


@pytest.mark.parametrize(
    "details",
    [{"incident_number": ""}, {"happened_at": "2025-01-30T12:00"}],
    ids=["no incident number", "eight days later"],
)
async def test_the_commissioner_is_asked_and_nothing_is_done_before(scheme: SchemeOffice, details: dict[str, str]):
    patient_id, number = await scheme.office.person(scheme.ordinary)
    answer = await scheme.notice(number, channel="email", **details)
    assert isinstance(answer, Done) and answer.state == "awaiting-approval" and answer.id is not None
    assert await scheme.office.list_of(patient_id) == scheme.ordinary.id
    assert isinstance(await scheme.step("approve", answer.id), Impossible), "another person approves"
    await scheme.stepped("approve", answer.id, SECOND)
    assert await scheme.office.list_of(patient_id) is None
    assert await scheme.state_of(answer.id) == "approved"
    assert await scheme.state_of(await scheme.matter(patient_id, "special-allocation")) == "awaiting-allocation"


async def test_seven_days_after_the_incident_nobody_is_asked(scheme: SchemeOffice):
    patient_id, _, _ = await scheme.removed(happened_at="2025-01-31T12:00")
    assert await scheme.office.list_of(patient_id) is None


async def test_an_approved_call_still_wants_its_confirmation(scheme: SchemeOffice):
    _, number = await scheme.office.person(scheme.ordinary)
    answer = await scheme.notice(number, incident_number="")
    assert isinstance(answer, Done) and answer.id is not None and answer.state == "awaiting-approval-spoken"
    await scheme.stepped("approve", answer.id, SECOND)
    assert await scheme.state_of(answer.id) == "unconfirmed"
    due = await scheme.office.one("select due_at from matters where id = :id", id=answer.id)
    assert due == london("2025-02-11T00:00"), "the days run from the call, not from the approval"


async def test_a_confirmation_may_come_before_the_approval(scheme: SchemeOffice):
    _, number = await scheme.office.person(scheme.ordinary)
    answer = await scheme.notice(number, incident_number="")
    assert isinstance(answer, Done) and answer.id is not None
    await scheme.stepped("confirm", answer.id)
    await scheme.stepped("approve", answer.id, SECOND)
    assert await scheme.state_of(answer.id) == "approved"


async def test_a_converted_notice_tells_the_practice_to_ask_for_an_ordinary_removal(scheme: SchemeOffice):
    patient_id, number = await scheme.office.person(scheme.ordinary)
    answer = await scheme.notice(number, incident_number="")
    assert isinstance(answer, Done) and answer.id is not None
    await scheme.stepped("convert", answer.id, SECOND)
    assert await scheme.office.list_of(patient_id) == scheme.ordinary.id
    assert await scheme.office.one("select count(*) from letters where kind = 'SAS-7'") == 1


async def test_a_converted_notice_becomes_an_ordinary_removal_where_all_is_said(scheme: SchemeOffice):
    patient_id, number = await scheme.office.person(scheme.ordinary)
    answer = await scheme.notice(number, incident_number="")
    assert isinstance(answer, Done) and answer.id is not None
    await scheme.stepped("convert", answer.id, SECOND, reasons_given=True, exemption="risk-of-harm")
    due = "select due_on from pending_deductions where patient_id = :id and state = 'pending' and removal = 'RDR'"
    assert await scheme.office.one(due, id=patient_id) == date(2025, 2, 15), "the eighth day"
    assert await scheme.office.list_of(patient_id) == scheme.ordinary.id


async def test_a_refusal_says_why(scheme: SchemeOffice):
    _, number = await scheme.office.person(scheme.ordinary)
    answer = await scheme.notice(number, incident_number="")
    assert isinstance(answer, Done) and answer.id is not None
    assert isinstance(await scheme.step("refuse", answer.id), Impossible)
    await scheme.stepped("refuse", answer.id, reason="no act of violence")
    assert await scheme.state_of(answer.id) == "refused"


async def test_an_approval_that_does_not_come_rises(scheme: SchemeOffice):
    _, number = await scheme.office.person(scheme.ordinary)
    answer = await scheme.notice(number, incident_number="")
    assert isinstance(answer, Done) and answer.id is not None
    scheme.office.later(london("2025-02-11T00:00"))
    assert await strike(scheme, answer.id) == "escalated"


async def test_whoever_moves_before_the_approval_is_not_removed(scheme: SchemeOffice):
    elsewhere = await scheme.office.practice(cipher=OTHER_CIPHER)
    patient_id, number = await scheme.office.person(scheme.ordinary)
    answer = await scheme.notice(number, incident_number="")
    assert isinstance(answer, Done) and answer.id is not None
    await scheme.office.send(scheme.office.acceptance(elsewhere, number=number))
    assert await scheme.office.list_of(patient_id) == elsewhere.id
    assert await scheme.state_of(answer.id) == "overtaken"


# What cannot be


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"noticed_at": "2025-02-07T18:06"}, "noticed_at"),
        ({"happened_at": "2025-02-07T18:00", "noticed_at": "2025-02-07T17:55"}, "happened_at"),
        ({"incident_number": "CRN 12345/25"}, "incident_number"),
        ({"practice": "Y99999"}, "practice"),
        ({"number": "9990000019"}, "nhs_number"),
    ],
)
async def test_what_cannot_be_is_refused_by_field(scheme: SchemeOffice, details: dict[str, str], field: str):
    _, number = await scheme.office.person(scheme.ordinary)
    answer = await scheme.notice(**{"number": number, **details})
    assert isinstance(answer, Impossible) and answer.field == field


async def test_only_the_practice_that_holds_somebody_gives_notice(scheme: SchemeOffice):
    _, number = await scheme.office.person(scheme.scheme)
    answer = await scheme.notice(number)
    assert isinstance(answer, Impossible) and answer.field == "practice"


async def test_a_notice_that_comes_twice_removes_once(scheme: SchemeOffice):
    _, number, _ = await scheme.removed()
    assert isinstance(await scheme.notice(number), Impossible)
    _, waiting = await scheme.office.person(scheme.ordinary)
    assert isinstance(await scheme.notice(waiting, incident_number=""), Done)
    assert isinstance(await scheme.notice(waiting, incident_number=""), Impossible)


async def test_the_dead_are_removed_otherwise(scheme: SchemeOffice):
    _, number = await scheme.office.person(scheme.ordinary)
    await scheme.office.send(scheme.office.deduction(scheme.ordinary, number, "1"))
    assert isinstance(await scheme.notice(number), Impossible)


# Household


async def test_only_the_person_named_is_removed_and_somebody_thinks_of_the_children(scheme: SchemeOffice):
    office = scheme.office
    tom = replace(ANNA, name=Name("Harrowgate", "Tom"), date_of_birth=date(2015, 1, 1))
    kit = replace(ANNA, name=Name("Harrowgate", "Kit"), date_of_birth=date(2007, 2, 7))
    child, _ = await office.person(scheme.ordinary, like=tom)
    grown, _ = await office.person(scheme.ordinary, like=kit)
    await scheme.removed()
    assert await office.list_of(child) == scheme.ordinary.id and await office.list_of(grown) == scheme.ordinary.id
    case = "select {} from anomalies where kind = 'children-at-address'"
    shown = await office.one(case.format("evidence -> 'candidates'"))
    assert [each["patient_id"] for each in shown] == [str(child)], "whoever is eighteen today is grown up"
    assert await office.one(case.format("patient_ids")) == []
    assert (
        await office.one("select facts ->> 'children_at_address' from matters where kind = 'special-allocation'") == "1"
    )


# What is typed


async def test_nothing_typed_stands_where_many_read(scheme: SchemeOffice):
    _, number, place = await scheme.placed(reason="Rang twice; the receptionist cried.")
    await scheme.stepped("incident", place, happened_at="2025-02-07T18:00", narrative="Shouted through the door.")
    tables = ("matters", "matter_events", "letters", "transactions", "practice_messages", "audit_events", "anomalies")
    for table in tables:
        for words in (NARRATIVE, "Rang twice", "Shouted", "0417-070225"):
            count = f"select count(*) from {table} t where strpos(t::text, :words) > 0"
            assert await scheme.office.one(count, words=words) == 0, (table, words)
    answer = await scheme.done("narrative", nhs_number=number, reason="papers for the panel")
    assert [each["narrative"] for each in answer.data["incidents"]] == [NARRATIVE, "Shouted through the door."]
    assert [each["text"] for each in answer.data["notes"]] == ["Rang twice; the receptionist cried."]


async def test_each_reading_is_kept_with_its_reason(scheme: SchemeOffice):
    patient_id, number, _ = await scheme.placed()
    await scheme.done("narrative", SECOND, nhs_number=number, reason="papers for the panel")
    [read] = (await scheme.done("reads", since="2025-02-01")).data
    assert (read["by"], read["reason"], read["nhs_number"]) == ("second", "papers for the panel", number)
    audited = "select actor_name from audit_events where action = 'narrative.read' and :id = any(patient_ids)"
    assert await scheme.office.one(audited, id=patient_id) == "second"


async def test_the_call_that_was_kept_late_alarms_at_once(scheme: SchemeOffice):
    scheme.office.later(london("2025-02-10T09:00") + timedelta(minutes=1))
    _, _, place = await scheme.removed(noticed_at="2025-02-07T17:55", happened_at="2025-02-07T16:00")
    assert await strike(scheme, place) == "escalated"
