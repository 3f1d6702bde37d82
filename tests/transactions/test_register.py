"""Acceptances: known, new, already there, late, and what the practices hear."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.transactions.commands import TraceAnswer
from registry.transactions.national_answers import take_answer
from registry.transactions.rules.reasons import Referral
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex
from tests.support.office import ANNA, OTHER_CIPHER, Office


async def test_a_transfer_moves_the_person_and_tells_both_practices(office: Office):
    old, new = await office.practice(), await office.practice()
    anna, number = await office.person(old)

    outcome = await office.send(office.acceptance(new, number=number))

    assert (outcome.state, outcome.outcome) == ("accepted", "registered")
    assert await office.list_of(anna) == new.id
    assert await office.inbox(new) == [("F4", {"gp_code": new.gp_code})]
    assert await office.inbox(old) == [
        (
            "F2",
            {
                "gp_code": old.gp_code,
                "number": number,
                "deduction_reason": "3",
                "deduction_date": office.today.isoformat(),
            },
        )
    ]


async def test_a_transfer_to_another_authority_names_it_unless_the_person_is_restricted(office: Office):
    old, new = await office.practice(), await office.practice(cipher=OTHER_CIPHER)
    _, number = await office.person(old)
    other = replace(ANNA, name=Name("Winterbourne", "Iris"), date_of_birth=date(1951, 1, 9))
    _, hidden = await office.person(old, like=other, restricted=True)

    await office.send(office.acceptance(new, number=number))
    await office.send(office.acceptance(new, like=other, number=hidden))

    told = {content["number"]: content for _, content in await office.inbox(old)}
    assert (told[number]["deduction_reason"], told[number]["new_ha_cipher"]) == ("2", OTHER_CIPHER)
    assert told[hidden]["deduction_reason"] == "13" and "new_ha_cipher" not in told[hidden]


async def test_a_new_address_is_kept_and_the_former_one_still_finds_the_person(office: Office):
    old, new = await office.practice(), await office.practice()
    anna, number = await office.person(old)
    moved = replace(ANNA, address=Address(("", "9 Ferry Row", "", "Saltholme", ""), "ZX9 1AB"))

    await office.send(office.acceptance(new, like=moved, number=number))

    assert (await office.inbox(old))[0][1]["deduction_reason"] == "15"
    assert await office.one("select line_2 from patients where id = :id", id=anna) == "9 Ferry Row"
    assert await office.one("select line_2 from patient_former_addresses where patient_id = :id", id=anna) == (
        "12 Quillet Lane"
    )
    assert await office.one("select count(*) from match_keys where patient_id = :id", id=anna) == 2


async def test_an_acceptance_for_somebody_already_there_moves_nobody(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice, accepted_on=date(2020, 3, 2))

    outcome = await office.send(office.acceptance(practice, number=number))

    assert (outcome.state, outcome.outcome) == ("accepted", "already-there")
    assert [kind for kind, _ in await office.inbox(practice)] == ["F4"]
    assert await office.one("select count(*) from list_movements where patient_id = :id", id=anna) == 1
    assert await office.one("select accepted_on from list_memberships where patient_id = :id", id=anna) == date(
        2020, 3, 2
    )


@pytest.mark.parametrize("days_before", [0, 1, 400])
async def test_an_older_acceptance_that_arrives_late_disturbs_nobody(office: Office, days_before: int):
    holder, late = await office.practice(), await office.practice()
    anna, number = await office.person(holder, accepted_on=office.today - timedelta(days=1))
    accepted_on = office.today - timedelta(days=1 + days_before)

    outcome = await office.send(office.acceptance(late, number=number, accepted_on=accepted_on))

    assert (outcome.state, outcome.outcome) == ("in-queue", "older-acceptance")
    assert await office.list_of(anna) == holder.id
    assert await office.inbox(holder) == [] and await office.inbox(late) == []


async def test_a_late_acceptance_is_registered_from_the_day_it_came(office: Office):
    old, new = await office.practice(), await office.practice()
    anna, number = await office.person(old, accepted_on=date(2020, 3, 2))
    accepted_on = office.today - timedelta(days=200)

    await office.send(office.acceptance(new, number=number, accepted_on=accepted_on))

    row = "select {} from list_memberships where patient_id = :id and upper_inf(period)"
    assert await office.one(row.format("accepted_on"), id=anna) == accepted_on
    assert await office.one(row.format("lower(period)"), id=anna) == office.today


async def test_two_moves_in_one_day_leave_two_movements_and_one_membership(office: Office):
    first, second, third = [await office.practice() for _ in range(3)]
    anna, number = await office.person(first, accepted_on=date(2020, 3, 2))

    yesterday = office.today - timedelta(days=1)
    await office.send(office.acceptance(second, number=number, accepted_on=yesterday))
    await office.send(office.acceptance(third, number=number))

    assert await office.list_of(anna) == third.id
    assert await office.one("select count(*) from list_movements where patient_id = :id", id=anna) == 3
    assert await office.one("select count(*) from list_memberships where patient_id = :id", id=anna) == 2


async def test_a_superseded_number_finds_its_survivor_and_the_practice_learns_the_number(office: Office):
    old, new = await office.practice(), await office.practice()
    anna, number = await office.person(old)
    former = office.number()
    await office.connection.exec_driver_sql(
        "insert into patient_numbers (nhs_number, patient_id) values ($1, $2)", (former, anna)
    )

    outcome = await office.send(office.acceptance(new, number=former))

    assert outcome.state == "accepted" and await office.list_of(anna) == new.id
    assert (await office.inbox(new))[0] == ("F4", {"gp_code": new.gp_code, "number": number})


async def test_a_slip_in_the_birth_date_is_told_to_the_practice_and_the_register_stands(office: Office):
    old, new = await office.practice(), await office.practice()
    anna, number = await office.person(old)

    await office.send(office.acceptance(new, like=replace(ANNA, date_of_birth=date(1984, 5, 11)), number=number))

    assert [kind for kind, _ in await office.inbox(new)] == ["F4", "F1"]
    assert (await office.inbox(new))[1][1]["date_of_birth"] == "1984-05-17"
    assert await office.one("select date_of_birth from patients where id = :id", id=anna) == date(1984, 5, 17)


REFUSED = [
    ({"acceptance_type": "5"}, "14", "ex-services come as type 3"),
    ({"acceptance_type": "7"}, "15", "no such type"),
    ({"acceptance_code": "Q"}, "15", "no such code"),
    ({"demographics": replace(ANNA, name=Name(""))}, "1", "no surname"),
    ({"demographics": replace(ANNA, sex=None)}, "2", "no sex"),
    ({"demographics": replace(ANNA, address=Address())}, "3", "neither house nor road"),
    ({"demographics": replace(ANNA, place_of_birth=None)}, "5", "neither number nor birthplace"),
    ({"demographics": ANNA}, "4", "a transfer without previous address"),
    ({"previous_gp_name": None}, "4", "a transfer without previous GP"),
    ({"acceptance_type": "4"}, "6", "an immigrant without date of entry"),
    ({"accepted_on": None}, "13", "no acceptance date"),
    ({"accepted_on": date(2027, 1, 1)}, "13", "an acceptance to come"),
    ({"demographics": replace(ANNA, number="9990000019")}, "4", "missing items come before a wrong number"),
]


@pytest.mark.parametrize(("items", "code", "why"), REFUSED, ids=[each[2] for each in REFUSED])
async def test_what_a_practice_can_mend_is_refused_with_a_code(office: Office, items: dict, code: str, why: str):
    practice = await office.practice()

    outcome = await office.send(office.acceptance(practice, **items))

    assert outcome.state == "refused"
    [(kind, content)] = await office.inbox(practice)
    assert kind == "F3" and content["free_text"].split(" ")[0] == code and len(content["free_text"]) <= 60


@pytest.mark.parametrize(
    ("born", "number", "code"),
    [
        (date(2026, 11, 3), "", "2"),
        (date(1984, 5, 17), "9990000019", "12"),
    ],
    ids=["born tomorrow", "wrong check digit"],
)
async def test_impossible_items_are_refused(office: Office, born: date, number: str, code: str):
    practice = await office.practice()
    form = office.acceptance(practice, like=replace(ANNA, date_of_birth=born), number=number)

    assert (await office.send(form)).state == "refused"
    assert (await office.inbox(practice))[0][1]["free_text"].split(" ")[0] == code


async def test_free_text_goes_to_a_person_whatever_else_is_certain(office: Office):
    old, new = await office.practice(), await office.practice()
    anna, number = await office.person(old)

    outcome = await office.send(office.acceptance(new, number=number, free_text="PLEASE CALL"))

    assert (outcome.state, outcome.outcome) == ("in-queue", "free-text")
    assert await office.list_of(anna) == old.id
    assert await office.one("select patient_ids from anomalies") == [anna]


async def test_somebody_recorded_as_dead_is_never_registered_by_the_machine(office: Office):
    practice = await office.practice()
    _, number = await office.person(status="formal-dead", date_of_death=date(2025, 1, 1))

    assert (await office.send(office.acceptance(practice, number=number))).outcome == "recorded-dead"
    assert await office.inbox(practice) == []


async def test_a_number_that_belongs_to_somebody_else_goes_to_a_person(office: Office):
    practice = await office.practice()
    stranger = Demographics(Name("Okonkwo", "Chidi"), Sex.MALE, date(1999, 12, 1))
    _, number = await office.person(practice, like=stranger)

    outcome = await office.send(office.acceptance(practice, number=number))

    assert (outcome.state, outcome.outcome) == ("in-queue", "number-held-by-another")


@pytest.mark.parametrize(("code", "state"), [("A", "in-queue"), ("D", "accepted"), ("R", "accepted")])
async def test_a_closed_list_refuses_nobody_and_lets_some_pass(office: Office, code: str, state: str):
    old, closed = await office.practice(), await office.practice(list_state="closed")
    _, number = await office.person(old)

    assert (await office.send(office.acceptance(closed, number=number, acceptance_code=code))).state == state


async def _answer(office: Office, answer: TraceAnswer):
    request = await office.one("select id from national_requests where state <> 'C' and kind <> 'update'")
    return await take_answer(office.connection, office.context(), request, answer)


async def test_a_number_that_is_not_held_is_traced_and_the_person_created_under_it(office: Office):
    practice = await office.practice()
    number = office.number()

    waiting = await office.send(office.acceptance(practice, number=number))
    assert (waiting.state, await office.inbox(practice)) == ("waiting-for-trace", [])

    done = await _answer(office, TraceAnswer("single", number))

    assert done is not None and (done.state, done.outcome) == ("accepted", "created")
    assert await office.one("select nhs_number from patients where id = :id", id=done.patient_id) == number
    assert await office.inbox(practice) == [("F4", {"gp_code": practice.gp_code})]
    assert await office.one("select code from lists join list_movements on from_list = lists.id") == "elsewhere"


@pytest.mark.parametrize(
    ("answer", "referral"),
    [
        (TraceAnswer("none"), Referral.TRACE_NONE),
        (TraceAnswer("several"), Referral.TRACE_SEVERAL),
        (TraceAnswer("dead"), Referral.RECORDED_DEAD),
        (TraceAnswer("unanswered"), Referral.TRACE_UNANSWERED),
    ],
)
async def test_any_other_answer_puts_the_acceptance_before_a_person(
    office: Office, answer: TraceAnswer, referral: Referral
):
    practice = await office.practice()
    await office.send(office.acceptance(practice, number=office.number()))

    outcome = await _answer(office, answer)

    assert outcome is not None and (outcome.state, outcome.outcome) == ("in-queue", referral.label)
    assert await office.inbox(practice) == []


async def test_a_number_is_allotted_only_to_types_2_and_4_when_nobody_is_found(office: Office):
    practice = await office.practice()
    form = office.acceptance(practice, acceptance_type="4", entered_uk_on=date(2026, 9, 1))
    assert (await office.send(form)).outcome == "trace-asked"
    assert (await _answer(office, TraceAnswer("none"))).outcome == "allocate-asked"  # pyright: ignore[reportOptionalMemberAccess]
    allotted = office.number()

    done = await _answer(office, TraceAnswer("allocated", allotted))

    assert done is not None and done.outcome == "created"
    assert await office.inbox(practice) == [("F4", {"gp_code": practice.gp_code, "number": allotted})]


async def test_a_transfer_without_number_is_never_allotted_one(office: Office):
    practice = await office.practice()

    outcome = await office.send(office.acceptance(practice))

    assert (outcome.state, outcome.outcome) == ("in-queue", "not-found-without-number")


@pytest.mark.parametrize("number", ["0101011234", "3200000015", "RAT56", "9999999999"])
async def test_numbers_of_other_nations_and_old_formats_identify_nobody(office: Office, number: str):
    practice = await office.practice()

    outcome = await office.send(office.acceptance(practice, number=number))

    assert outcome.state in ("in-queue", "refused") and await office.one("select count(*) from patients") == 0


async def test_an_answer_that_comes_twice_changes_nothing(office: Office):
    practice = await office.practice()
    number = office.number()
    await office.send(office.acceptance(practice, number=number))
    request = await office.one("select id from national_requests")
    context = office.context()

    first = await take_answer(office.connection, context, request, TraceAnswer("single", number))
    second = await take_answer(office.connection, context, request, TraceAnswer("single", number))

    assert first is not None and second is None
    assert await office.one("select count(*) from patients") == 1


async def test_a_rejection_mended_by_code_r_names_the_earlier_attempt(office: Office):
    old, practice = await office.practice(), await office.practice()
    _, number = await office.person(old)
    refused = await office.send(office.acceptance(practice, number=number, previous_gp_name=None))

    again = await office.send(office.acceptance(practice, number=number, acceptance_code="R"))

    assert again.state == "accepted" and again.warnings == ()
    earlier = await office.one("select earlier_id from transactions where id = :id", id=again.transaction_id)
    assert earlier == refused.transaction_id


async def test_a_form_that_still_bears_the_former_surname_does_not_bring_it_back(office: Office):
    old, new = await office.practice(), await office.practice()
    married = replace(ANNA, name=replace(ANNA.name, surname="Marlowe"), previous_surname="Harrowgate")
    anna, number = await office.person(old, like=married)

    outcome = await office.send(office.acceptance(new, number=number))

    assert outcome.state == "accepted"
    assert await office.one("select surname from patients where id = :id", id=anna) == "Marlowe"
    assert await office.one("select previous_surname from patients where id = :id", id=anna) == "Harrowgate"


async def test_a_number_adopted_for_somebody_already_there_is_told_to_the_national_side(office: Office):
    practice = await office.practice()
    anna, _ = await office.person(practice, number=None)
    number = office.number()
    assert (await office.send(office.acceptance(practice, number=number))).outcome == "trace-asked"

    done = await _answer(office, TraceAnswer("single", number))

    assert done is not None and done.outcome == "already-there"
    assert await office.one("select nhs_number from patients where id = :id", id=anna) == number
    assert await office.one("select count(*) from national_requests where kind = 'update'") == 1


async def test_an_old_form_for_somebody_already_there_changes_nothing_that_is_newer(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice, accepted_on=date(2026, 6, 1))
    await office.send(office.deduction(practice, number))
    before = replace(ANNA, address=Address(("", "1 Old Road", "", "Saltholme", "")))

    await office.send(office.acceptance(practice, like=before, number=number, accepted_on=date(2021, 1, 4)))

    assert await office.one("select line_2 from patients where id = :id", id=anna) == "12 Quillet Lane"
    assert await office.one("select state from pending_deductions") == "pending"


async def test_an_acceptance_older_than_the_last_stay_is_for_a_person_unless_it_disputes_its_end(office: Office):
    practice, other = await office.practice(), await office.practice()
    anna, number = await office.person(practice, accepted_on=date(2026, 6, 1))
    await office.send(office.deduction(practice, number, "5"))
    accepted_on = date(2024, 1, 8)

    late = await office.send(office.acceptance(other, number=number, accepted_on=accepted_on))
    disputed = await office.send(
        office.acceptance(practice, number=number, accepted_on=date(2026, 6, 1), acceptance_code="D")
    )

    assert (late.outcome, disputed.outcome) == ("older-acceptance", "registered")
    assert await office.list_of(anna) == practice.id
