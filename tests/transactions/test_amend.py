"""Amendments by the practice and by the office: what changes, what is kept, who is told, what is referred."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from registry.transactions.amend import amend_by_office
from registry.transactions.commands import Changes, Defect
from registry.transactions.facts import PersonFacts
from registry.transactions.rules.reasons import Referral
from registry.values.person import Name, Sex
from tests.support.office import ANNA, Office

FULL = replace(ANNA, previous_surname="Ashdown", name=Name("Harrowgate", "Anna", "Maud", "Rose", "Ms"))

ITEMS: list[tuple[str, Changes, dict[str, Any]]] = [
    ("surname", Changes(surname="Winterbourne"), {"surname": "Winterbourne", "previous_surname": "Harrowgate"}),
    (
        "surname and previous surname",
        Changes(surname="Winterbourne", previous_surname="Vane"),
        {"surname": "Winterbourne", "previous_surname": "Vane"},
    ),
    (
        "forenames travel together",
        Changes(forenames=("Ann", "", "")),
        {"first_forename": "Ann", "second_forename": "", "other_forenames": ""},
    ),
    ("title", Changes(title="Dr"), {"title": "Dr"}),
    ("sex", Changes(sex=Sex.MALE), {"sex": "1"}),
    ("date of birth", Changes(date_of_birth=date(1984, 5, 18)), {"date_of_birth": date(1984, 5, 18)}),
    (
        "a whole address replaces all five lines",
        Changes(address=("", "9 Ferry Row", "", "Saltholme", ""), postcode="ZX9 1AB"),
        {"line_1": "", "line_2": "9 Ferry Row", "line_3": "", "line_4": "Saltholme", "postcode": "ZX9 1AB"},
    ),
    ("postcode alone", Changes(postcode="ZX9 1AB"), {"line_2": "12 Quillet Lane", "postcode": "ZX9 1AB"}),
    ("dispensing", Changes(drugs_dispensed=True), {"drugs_dispensed": True}),
    ("residential institute", Changes(residential_institute="RI7"), {"residential_institute": "RI7"}),
    (
        "erasing what may be erased",
        Changes(forenames="%", title="%", previous_surname="%", postcode="%", residential_institute="%"),
        {
            "first_forename": "",
            "second_forename": "",
            "other_forenames": "",
            "title": "",
            "previous_surname": None,
            "postcode": None,
            "residential_institute": None,
            "surname": "Harrowgate",
        },
    ),
]


async def row_of(office: Office, patient_id: UUID) -> dict[str, Any]:
    return await office.one("select to_jsonb(p) from patients p where id = :id", id=patient_id)


@pytest.mark.parametrize(("why", "changes", "expected"), ITEMS, ids=[each[0] for each in ITEMS])
async def test_each_item_changes_and_what_it_said_is_kept(
    office: Office, why: str, changes: Changes, expected: dict[str, Any]
):
    practice = await office.practice()
    anna, number = await office.person(practice, like=FULL)
    before = await row_of(office, anna)

    outcome = await office.send(office.amendment(practice, number, changes))

    after = await row_of(office, anna)
    assert (outcome.state, outcome.outcome, outcome.patient_id) == ("accepted", "amended", anna)
    told = {key: value.isoformat() if isinstance(value, date) else value for key, value in expected.items()}
    assert {key: after[key] for key in told} == told
    assert after["version"] == 2
    assert await office.one("select facts from patient_versions where patient_id = :id", id=anna) == before
    assert await office.inbox(practice) == [], "a G2 that is applied has no answer"


async def test_a_former_name_still_finds_the_person(office: Office):
    practice, new = await office.practice(), await office.practice()
    anna, number = await office.person(practice)
    await office.send(office.amendment(practice, number, Changes(surname="Winterbourne")))

    outcome = await office.send(office.acceptance(new))

    assert (outcome.outcome, outcome.patient_id) == ("registered", anna)
    names = "select array_agg(surname order by recorded_at, id) from patient_former_names where patient_id = :id"
    assert (await office.one(names, id=anna))[0] == "Harrowgate"


async def test_the_same_amendment_twice_changes_nothing_the_second_time(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice)
    changes = Changes(surname="Winterbourne", title="Dr")

    await office.send(office.amendment(practice, number, changes))
    again = await office.send(office.amendment(practice, number, changes))

    assert again.outcome == "amended" and (await row_of(office, anna))["version"] == 2
    assert (await row_of(office, anna))["previous_surname"] == "Harrowgate"


async def test_a_superseded_number_is_answered_with_the_one_in_use(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice)
    former = office.number()
    await office.connection.exec_driver_sql(
        "insert into patient_numbers (nhs_number, patient_id) values ($1, $2)", (former, anna)
    )

    outcome = await office.send(office.amendment(practice, former, Changes(title="Dr")))

    assert outcome.outcome == "amended"
    assert await office.inbox(practice) == [
        ("F1", {"gp_code": practice.gp_code, "number": former, "new_number": number})
    ]


async def test_a_former_practice_is_told_again_that_the_person_has_left(office: Office):
    former, holder = await office.practice(), await office.practice()
    anna, number = await office.person(former)
    await office.send(office.acceptance(holder, number=number))
    before = await row_of(office, anna)

    outcome = await office.send(office.amendment(former, number, Changes(surname="Winterbourne")))

    assert (outcome.state, outcome.outcome) == ("in-queue", "not-on-list")
    assert await row_of(office, anna) == before
    first, again = await office.inbox(former)
    assert first == again and first[0] == "F2" and first[1]["number"] == number
    assert [kind for kind, _ in await office.inbox(holder)] == ["F4"]


async def test_a_practice_that_never_held_the_person_is_sent_nothing(office: Office):
    holder, stranger = await office.practice(), await office.practice()
    _, number = await office.person(holder)

    outcome = await office.send(office.amendment(stranger, number, Changes(title="Dr")))

    assert outcome.outcome == "not-on-list" and await office.inbox(stranger) == []


REFERRED: list[tuple[Referral, Changes, dict[str, Any], dict[str, Any]]] = [
    (Referral.BEFORE_REGISTRATION, Changes(title="Dr"), {}, {"document_at": datetime(2020, 3, 1, 12, tzinfo=UTC)}),
    (Referral.TWO_OF_NAME_SEX_BIRTH, Changes(surname="Winterbourne", sex=Sex.MALE), {}, {}),
    (Referral.POST_TOWN_ABSENT, Changes(address=("", "9 Ferry Row", "", "", "")), {}, {}),
    (Referral.BIRTH_IN_FUTURE, Changes(date_of_birth=date(2026, 11, 3)), {}, {}),
    (Referral.FREE_TEXT, Changes(title="Dr"), {"free_text": "MARRIED"}, {}),
    (Referral.UNREADABLE_ITEM, Changes(title="Dr"), {"defects": (Defect("gender", "no code"),)}, {}),
    (Referral.NOTHING_CHANGED, Changes(), {}, {}),
    (Referral.WRONG_AUTHORITY, Changes(title="Dr"), {}, {"authority_cipher": "ZZ9"}),
]


@pytest.mark.parametrize(
    ("referral", "changes", "items", "of_origin"), REFERRED, ids=[each[0].label for each in REFERRED]
)
async def test_a_doubtful_amendment_changes_nothing_and_waits_for_a_person(
    office: Office, referral: Referral, changes: Changes, items: dict[str, Any], of_origin: dict[str, Any]
):
    practice = await office.practice()
    anna, number = await office.person(practice)
    before = await row_of(office, anna)

    outcome = await office.send(
        office.amendment(practice, number, changes, origin=office.origin(practice, **of_origin), **items)
    )

    assert (outcome.state, outcome.outcome) == ("in-queue", referral.label)
    assert await row_of(office, anna) == before and await office.inbox(practice) == []
    assert await office.one("select patient_ids from anomalies where state = 'open'") == [anna]


@pytest.mark.parametrize("number", ["9990009996", "9990000019", "RAT56"])
async def test_an_amendment_of_nobody_waits_for_a_person(office: Office, number: str):
    practice = await office.practice()

    outcome = await office.send(office.amendment(practice, number, Changes(title="Dr")))

    assert outcome.state == "in-queue" and await office.one("select patient_ids from anomalies") == []


async def test_the_dead_are_on_no_list_and_so_are_not_amended(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice)
    await office.send(office.deduction(practice, number, "1"))

    outcome = await office.send(office.amendment(practice, number, Changes(title="Dr")))

    assert outcome.outcome == "not-on-list" and (await row_of(office, anna))["title"] == "Ms"
    assert [kind for kind, _ in await office.inbox(practice)] == ["F2", "F2"]


async def test_the_office_amends_and_the_practice_is_told(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice)
    changes = Changes(surname="Winterbourne", forenames=("Ann", "", ""), date_of_birth=date(1984, 5, 18))

    connection, context = office.connection, office.context()
    before = await amend_by_office(connection, context, number, changes, "certificate seen", one_person=True)

    assert isinstance(before, PersonFacts) and before.name.surname == "Harrowgate"
    assert (await row_of(office, anna))["surname"] == "Winterbourne"
    [(kind, content)] = await office.inbox(practice)
    assert kind == "F1" and content == {
        "gp_code": practice.gp_code,
        "number": number,
        "surname": "Winterbourne",
        "first_forename": "Ann",
        "second_forename": "%",
        "other_forenames": "%",
        "date_of_birth": "1984-05-18",
    }
    kept = "select command ->> 'reason' from transactions where kind = 'particulars' and outcome = 'particulars-taken'"
    assert await office.one(kept) == "certificate seen"
    audit = "select subject from audit_events where action = 'patient.amended'"
    assert await office.one(audit) == {
        "items": ["surname", "forenames", "previous_surname", "date_of_birth"],
        "source": "office-correction",
        "kept": [],
    }


async def test_the_office_amends_somebody_on_no_list_and_tells_nobody(office: Office):
    anna, number = await office.person()

    await amend_by_office(office.connection, office.context(), number, Changes(forenames="%"), "asked by letter")

    assert (await row_of(office, anna))["first_forename"] == ""
    assert await office.one("select count(*) from practice_messages") == 0


async def test_the_office_cannot_amend_nobody(office: Office):
    assert await amend_by_office(office.connection, office.context(), office.number(), Changes(title="Dr"), "x") is None


async def test_the_day_of_writing_is_the_day_in_london(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice, accepted_on=date(2026, 7, 2))
    late_on_the_first = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)

    outcome = await office.send(
        office.amendment(
            practice, number, Changes(title="Dr"), origin=office.origin(practice, document_at=late_on_the_first)
        )
    )
    early = late_on_the_first - timedelta(hours=1)
    before = await office.send(
        office.amendment(practice, number, Changes(title="Mx"), origin=office.origin(practice, document_at=early))
    )

    assert (outcome.outcome, before.outcome) == ("amended", "before-registration")
