"""FP69: set, told, answered, lifted, expired."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from registry.database import Writes
from registry.links.documents import to_document
from registry.links.edifact.write_transaction import write_transaction
from registry.links.from_messages import PracticeMessage, to_items
from registry.transactions.acts.act import Act, Answer, Done, Impossible, Stale, WrongState
from registry.transactions.amend import amend_by_office
from registry.transactions.commands import Changes
from registry.transactions.due.matters import matter_falls_due
from registry.transactions.fp69.acts import FP69
from registry.transactions.gather import gather_person, lock_by_number
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.settle import Decision, Settled, settle
from registry.transactions.taking_back.cancel_acceptance import CANCEL_ACCEPTANCE
from registry.transactions.taking_back.cancel_deduction import CANCEL_DEDUCTION
from registry.values.actor import Actor, ActorKind
from tests.support.acts import do, done
from tests.support.office import ANNA, Office, Practice
from tests.transactions.test_taking_back import deliver, standing_messages

SET, AUTHORISE, DECLINE, CONFIRM, GONE_AWAY, CHASED, CANCEL = FP69.acts
SUPERVISOR = Actor(ActorKind.STAFF, "supervisor")
FLAG = {"code": "4", "letter_on": "2026-10-05"}
"""A screening letter that came back; the clock of the tests stands at 2 November 2026."""


async def flag(office: Office, number: str, **items: Any) -> Done:
    return await done(office.connection, office.context(), SET, nhs_number=number, **{**FLAG, **items})


async def refused(office: Office, number: str, **items: Any) -> str:
    answer = await do(office.connection, office.context(), SET, nhs_number=number, **{**FLAG, **items})
    assert isinstance(answer, Impossible), answer
    return answer.sentence


async def state_of(office: Office, matter_id: UUID | None) -> str:
    return await office.one("select state from matters where id = :id", id=matter_id)


async def decide(office: Office, act: Any, matter_id: UUID | None, version: int = 1, **items: Any) -> Answer:
    details = {"id": matter_id, "version": version, "reason": "the practice rang", **items}
    return await do(office.connection, office.context(), act, **details)


async def strike(office: Office, matter_id: UUID | None, day: date) -> str:
    """A day begins, and the flag's clock strikes if it is due."""
    assert matter_id is not None
    office.on(day)
    return await matter_falls_due(office.connection, office.context(), matter_id)


async def kinds(office: Office, practice: Practice) -> list[str]:
    return [kind for kind, _ in await office.inbox(practice)]


# Setting


async def test_a_flag_is_told_to_the_practice_the_same_day(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)

    flagged = await flag(office, number)

    assert flagged.data == {"expires_on": "2027-02-02", "acts_on": "2027-02-03"}
    [(kind, items)] = await office.inbox(practice)
    assert kind == "F9"
    assert items == {
        "gp_code": practice.gp_code,
        "number": number,
        "surname": "Harrowgate",
        "first_forename": "Anna",
        "second_forename": "Maud",
        "title": "Ms",
        "date_of_birth": "1984-05-17",
        "address": ["", "12 Quillet Lane", "", "Nethermoor", ""],
        "postcode": "ZX4 7QP",
        "fp69_reason": "4",
        "fp69_expiry": "2027-02-02",
        "free_text": "SCREENING LETTER RETURNED",
    }


async def test_f9_and_f10_are_written_with_every_item_for_files_and_for_the_facade(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    flagged = await flag(office, number)
    await decide(office, CONFIRM, flagged.id)

    rows = await office.connection.execute(text("select * from practice_messages order by id"))
    notice, withdrawal = [
        to_items(
            PracticeMessage(
                id=row.id,
                uuid=row.uuid,
                practice_id=row.practice_id,
                partner_code=practice.partner_code,
                authority_cipher=practice.cipher,
                kind=row.kind,
                content=row.content,
                transaction_number=1,
                created_at=row.created_at,
                position=None,
            )
        )
        for row in rows
    ]

    assert write_transaction(notice, 1, True) == [
        "S01+1",
        "RFF+TN:1",
        f"NAD+GP+{practice.gp_code}:900",
        "HEA+FRN+4:ZZZ",
        "DTM+962:20270202:102",
        "FTX+RGI+++SCREENING LETTER RETURNED",
        "S02+2",
        f"PNA+PAT+{number}:OPI+++SU:HARROWGATE+FO:ANNA+TI:MS+MI:MAUD",
        "DTM+329:19840517:102",
        "NAD+PAT++??:12 QUILLET LANE::NETHERMOOR+++++ZX4  7QP",
    ]
    named = {each["name"]: each.get("valueString") for each in to_document(notice)["parameter"]}
    assert (named["fp69ReasonCode"], named["fp69ExpiryDate"]) == ("4", "2027-02-02")
    assert "patient" in named and named["freeText"]
    assert write_transaction(withdrawal, 2, True) == [
        "S01+1", "RFF+TN:2", f"NAD+GP+{practice.gp_code}:900", "S02+2", f"PNA+PAT+{number}:OPI",
    ]  # fmt: skip
    assert [each["name"] for each in to_document(withdrawal)["parameter"]] == ["gpTradingPartnerCode", "patient"]


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ({"code": "9"}, "The reason is one of 1, 2, 3, 4, 5, 6, 7, 8."),
        ({"letter_on": None}, "Name the letter: by its reference, or by the day on which it was sent."),
        ({"letter_on": "2026-11-03"}, "The letter cannot have been sent after today."),
        ({"letter_on": None, "letter": 7}, "No letter of this reference was sent to this person."),
        ({"letter": 7}, "Name our letter by its reference, or the day of another's letter; not both."),
    ],
)
async def test_what_is_said_wrongly_is_refused_by_its_name(office: Office, items: dict[str, Any], sentence: str):
    _, number = await office.person(await office.practice())
    assert await refused(office, number, **items) == sentence


async def test_nobody_is_flagged_twice_or_on_no_list_or_when_protected(office: Office):
    practice = await office.practice()
    _, flagged = await office.person(practice)
    await flag(office, flagged)
    assert "open already" in await refused(office, flagged)
    _, nowhere = await office.person(None)
    assert "no practice's list" in await refused(office, nowhere)
    _, protected = await office.person(practice, restricted=True)
    assert await refused(office, protected) == "The person is not to be flagged; ask a supervisor how to go on."
    _, dead = await office.person(None, status="informal-dead", date_of_death=date(2026, 1, 1))
    assert "recorded as dead" in await refused(office, dead)
    assert await kinds(office, practice) == ["F9"]


async def test_a_care_home_is_asked_first(office: Office):
    _, number = await office.person(await office.practice(), residential_institute="RT")
    assert "institution" in await refused(office, number)
    assert (await flag(office, number, confirmed_with_home=True)).state == "open"


async def test_no_flag_where_address_or_practice_changed_after_the_letter(office: Office):
    first, second = await office.practice(), await office.practice()
    _, moved = await office.person(first)
    elsewhere = Changes(address=("", "5 New Row", "", "Saltholme", ""), postcode="ZX9 9ZZ")
    await office.send(office.amendment(first, moved, elsewhere))
    assert "address changed" in await refused(office, moved)
    _, changed = await office.person(first)
    await office.send(office.acceptance(second, number=changed))
    assert "joined the practice after" in await refused(office, changed)


async def test_a_former_address_that_an_import_brought_is_no_change_since(office: Office):
    patient_id, number = await office.person(await office.practice())
    await office.connection.execute(
        text(
            "insert into patient_former_addresses (id, patient_id, line_1, line_2, line_3, line_4, line_5, period,"
            " recorded_at) values (gen_random_uuid(), :id, '', '3 Former Street', '', 'Oldtown', '', '(,2021-05-01)',"
            " '2026-11-01 12:00+00')"
        ),
        {"id": patient_id},
    )
    assert (await flag(office, number)).state == "open"


async def test_no_flag_while_a_deduction_is_pending(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    await office.send(office.deduction(practice, number))
    assert "pending" in await refused(office, number)


# Answers of the practice


async def test_another_address_lifts_the_flag_and_the_practice_is_told(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    flagged = await flag(office, number)

    await office.send(office.amendment(practice, number, Changes(address=("", "5 New Row", "", "Saltholme", ""))))

    assert await state_of(office, flagged.id) == "lifted"
    assert [(kind, items["number"]) for kind, items in await office.inbox(practice)] == [
        ("F9", number),
        ("F10", number),
    ]


async def test_the_whole_present_address_confirms_it(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    flagged = await flag(office, number)
    await office.send(office.amendment(practice, number, Changes(address=ANNA.address.lines)))
    assert await state_of(office, flagged.id) == "lifted"
    assert await office.one("select facts ->> 'not_before' from matters") == "2029-11-02"


@pytest.mark.parametrize("changes", [Changes(title="Dr"), Changes(postcode="%"), Changes(drugs_dispensed=True)])
async def test_other_amendments_answer_nothing(office: Office, changes: Changes):
    practice = await office.practice()
    _, number = await office.person(practice)
    flagged = await flag(office, number)
    await office.send(office.amendment(practice, number, changes))
    assert await state_of(office, flagged.id) == "open" and await kinds(office, practice) == ["F9"]


@pytest.mark.parametrize(
    ("said", "state", "told"),
    [
        ("STILL LIVES AT 12 QUILLET LANE ZX4 7QP", "lifted", ["F9", "F10"]),
        ("GONE AWAY WE THINK", "open", ["F9"]),
    ],
)
async def test_a_note_is_read_by_a_clerk_and_then_confirms(office: Office, said: str, state: str, told: list[str]):
    practice = await office.practice()
    _, number = await office.person(practice)
    flagged = await flag(office, number)

    note = await office.send(office.amendment(practice, number, Changes(), free_text=said))
    assert note.state == "in-queue" and await state_of(office, flagged.id) == "open"

    case = await office.one("select id from anomalies where state = 'open'")
    decision = Decision("accept", 1, "read", number=number)
    assert isinstance(await settle(office.connection, office.context(), case, decision), Settled)
    assert await state_of(office, flagged.id) == state and await kinds(office, practice) == told


async def test_a_declined_note_lifts_nothing(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    flagged = await flag(office, number)
    await office.send(office.amendment(practice, number, Changes(), free_text="STILL LIVES THERE"))
    case = await office.one("select id from anomalies where state = 'open'")
    await settle(office.connection, office.context(), case, Decision("reject", 1, "about another patient"))
    assert await state_of(office, flagged.id) == "open"


async def test_another_practices_amendment_lifts_nothing(office: Office):
    practice, other = await office.practice(), await office.practice()
    _, number = await office.person(practice)
    flagged = await flag(office, number)
    await office.send(office.amendment(other, number, Changes(address=("", "5 New Row", "", "Saltholme", ""))))
    assert await state_of(office, flagged.id) == "open"


async def test_the_office_that_learns_another_address_lifts_the_flag(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    flagged = await flag(office, number)
    changes = Changes(address=("", "5 New Row", "", "Saltholme", ""))
    await amend_by_office(office.connection, office.context(), number, changes, "the patient wrote")
    assert await state_of(office, flagged.id) == "lifted" and await kinds(office, practice) == ["F9", "F1", "F10"]


async def test_an_acceptance_by_the_practice_that_holds_the_person_lifts_the_flag(office: Office):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    flagged = await flag(office, number)
    await office.send(office.acceptance(practice, number=number))
    assert await state_of(office, flagged.id) == "lifted"
    assert sorted(await kinds(office, practice)) == ["F10", "F4", "F9"]
    assert await office.list_of(patient_id) == practice.id


async def test_an_acceptance_elsewhere_ends_the_flag_and_the_former_practice_hears_only_of_the_move(office: Office):
    practice, other = await office.practice(), await office.practice()
    _, number = await office.person(practice)
    flagged = await flag(office, number)
    await office.send(office.acceptance(other, number=number))
    assert await state_of(office, flagged.id) == "overtaken"
    assert await kinds(office, practice) == ["F9", "F2"] and await kinds(office, other) == ["F4"]


async def test_gone_away_takes_off_the_list_at_once(office: Office):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    flagged = await flag(office, number)

    said = "Gone away / address unknown 6 month"
    outcome = await office.send(office.deduction(practice, number, free_text=said))

    assert (outcome.state, outcome.outcome) == ("accepted", "deducted")
    assert await state_of(office, flagged.id) == "removed" and await office.list_of(patient_id) is None
    _, (kind, items) = await office.inbox(practice)
    assert (kind, items["deduction_reason"], items["deduction_date"]) == ("F2", "14", "2026-11-02")
    assert await office.one("select removal from list_movements order by id desc limit 1") == "CGA"


async def test_gone_away_without_a_flag_waits_its_thirty_days(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    outcome = await office.send(office.deduction(practice, number, free_text="GONE AWAY"))
    assert outcome.state == "pending"


async def test_an_address_out_of_the_area_takes_the_flags_place(office: Office):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    flagged = await flag(office, number)
    outcome = await office.send(office.deduction(practice, number, free_text="MOVED TO LEEDS, OUT OF AREA"))
    assert outcome.state == "pending" and await state_of(office, flagged.id) == "answered"
    assert sorted(await kinds(office, practice)) == ["F10", "F11", "F9"]
    assert await office.list_of(patient_id) == practice.id


async def test_a_letter_of_removal_out_of_area_takes_the_flags_place(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    flagged = await flag(office, number)
    await office.send(office.removal(practice, number))
    assert await state_of(office, flagged.id) == "answered"


@pytest.mark.parametrize(("reason", "removal"), [("1", "DEA"), ("5", "EMB")])
async def test_a_death_or_an_emigration_is_what_it_is(office: Office, reason: str, removal: str):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    flagged = await flag(office, number)
    await office.send(office.deduction(practice, number, reason, free_text="GONE AWAY"))
    assert await state_of(office, flagged.id) == "overtaken" and await office.list_of(patient_id) is None
    assert await office.one("select removal from list_movements order by id desc limit 1") == removal
    assert await kinds(office, practice) == ["F9", "F2"]


# The clock


async def test_silence_removes_an_adult_on_the_day_after_the_last(office: Office):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    flagged = await flag(office, number)

    assert await strike(office, flagged.id, date(2027, 1, 18)) == "gone"
    assert await strike(office, flagged.id, date(2027, 1, 19)) == "fp69 warned"
    assert await strike(office, flagged.id, date(2027, 2, 2)) == "gone"
    assert await strike(office, flagged.id, date(2027, 2, 3)) == "fp69 expired"

    assert await office.list_of(patient_id) is None and await state_of(office, flagged.id) == "removed"
    _, (kind, items) = await office.inbox(practice)
    assert (kind, items["deduction_reason"], items["deduction_date"]) == ("F2", "14", "2027-02-03")
    assert await office.one("select to_list::text from list_movements order by id desc limit 1") == (
        "00000000-0000-7000-8000-000000000013"
    )
    assert await office.one("select kind || ' ' || outcome from transactions") == "expiry fp69-expired"
    # The patient is not written to; the practice was reminded.
    assert await office.one("select string_agg(kind || ' ' || route, ',') from letters") == "FPW-1 practice"


async def test_the_reminder_may_be_a_case_that_holds_nothing_up_or_none(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    flagged = await flag(office, number)
    office.on(date(2027, 1, 19))
    context = office.context()
    context.policies.rows["fp69_warning"] = [(None, None, {"days": 14, "by": "case"})]
    assert flagged.id is not None
    assert await matter_falls_due(office.connection, context, flagged.id) == "fp69 warned"
    assert await office.one("select kind from anomalies") == "fp69-near-expiry"
    assert await office.one("select count(*) from letters") == 0
    assert await strike(office, flagged.id, date(2027, 2, 3)) == "fp69 expired"


async def test_nobody_is_removed_over_unread_mail(office: Office):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    flagged = await flag(office, number)
    await strike(office, flagged.id, date(2027, 1, 19))
    office.on(date(2027, 2, 1))
    await office.send(office.amendment(practice, number, Changes(), free_text="STILL LIVES THERE"))

    assert await strike(office, flagged.id, date(2027, 2, 3)) == "fp69 held"
    assert await strike(office, flagged.id, date(2027, 2, 4)) == "fp69 held"
    assert await office.list_of(patient_id) == practice.id
    assert "to be settled first" in await office.one("select held_because from matters")

    case = await office.one("select id from anomalies where state = 'open'")
    await settle(office.connection, office.context(), case, Decision("reject", 1, "about another patient"))
    assert await strike(office, flagged.id, date(2027, 2, 5)) == "fp69 expired"


@pytest.mark.parametrize(
    ("born", "end", "state"),
    [(date(2009, 2, 2), "fp69 expired", "removed"), (date(2009, 2, 3), "fp69 child stays", "safeguarding")],
)
async def test_a_child_stays_and_whoever_turns_eighteen_before_it_expires_does_not(
    office: Office, born: date, end: str, state: str
):
    practice = await office.practice()
    _, number = await office.person(practice, like=replace(ANNA, date_of_birth=born))
    flagged = await flag(office, number)
    await strike(office, flagged.id, date(2027, 1, 19))
    assert await strike(office, flagged.id, date(2027, 2, 3)) == end
    assert await state_of(office, flagged.id) == state


async def test_a_child_who_stays_is_asked_after_until_somebody_knows(office: Office):
    practice = await office.practice()
    patient_id, number = await office.person(practice, like=replace(ANNA, date_of_birth=date(2015, 1, 1)))
    flagged = await flag(office, number)
    await strike(office, flagged.id, date(2027, 1, 19))
    await strike(office, flagged.id, date(2027, 2, 3))
    row = "select owner || ', ' || expects from matters"
    assert await office.one(row) == "supervisor, word of where the child lives"
    assert await office.one("select string_agg(kind, ',' order by kind) from letters") == "FPW-1,FPW-2"

    assert await strike(office, flagged.id, date(2027, 2, 9)) == "escalated"
    version = await office.one("select version from matters")
    assert isinstance(await decide(office, CHASED, flagged.id, version, reason="rang the health visitor"), Done)
    assert isinstance(await decide(office, CHASED, flagged.id, version), Stale)
    # However long it takes, nobody is removed; an answer still ends it.
    assert await strike(office, flagged.id, date(2034, 6, 1)) == "escalated"
    assert await office.list_of(patient_id) == practice.id
    await office.send(office.amendment(practice, number, Changes(address=("", "5 New Row", "", "Saltholme", ""))))
    assert await state_of(office, flagged.id) == "lifted"


async def test_a_flag_of_before_october_2025_keeps_its_six_months_and_takes_children_too(office: Office):
    practice = await office.practice()
    office.on(date(2025, 9, 30))
    patient_id, number = await office.person(practice, like=replace(ANNA, date_of_birth=date(2015, 1, 1)))
    flagged = await flag(office, number, letter_on="2025-09-01")
    assert flagged.data["expires_on"] == "2026-03-30"
    await strike(office, flagged.id, date(2026, 3, 16))
    assert await strike(office, flagged.id, date(2026, 3, 31)) == "fp69 expired"
    assert await office.list_of(patient_id) is None


# The office decides


async def test_a_confirmation_needs_its_reason_and_protects_for_three_years(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    flagged = await flag(office, number)
    assert isinstance(await decide(office, CONFIRM, flagged.id, reason=""), Impossible)
    assert isinstance(await decide(office, CONFIRM, flagged.id, seen_on="2026-11-03"), Impossible)
    assert isinstance(await decide(office, CONFIRM, flagged.id, seen_on="2026-10-30"), Done)
    again = await decide(office, CONFIRM, flagged.id, 2)
    assert isinstance(again, WrongState) and again.sentence == (
        "It is lifted; this is done when it is open or safeguarding."
    )
    asked = await flag(office, number, letter_on="2026-10-20")
    assert asked.state == "asked" and asked.sentence.startswith("The practice confirmed the address not long ago.")


async def test_a_confirmation_of_a_former_address_protects_no_longer(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    await decide(office, CONFIRM, (await flag(office, number)).id)
    office.on(date(2026, 11, 3))
    await office.send(office.amendment(practice, number, Changes(address=("", "5 New Row", "", "Saltholme", ""))))
    office.on(date(2026, 11, 20))
    assert (await flag(office, number, letter_on="2026-11-10")).state == "open"


async def test_a_flag_beyond_the_months_most_is_set_by_two_people_or_not_at_all(office: Office):
    practice = await office.practice()
    people = [await office.person(practice) for _ in range(3)]
    context = office.context()
    context.policies.rows["fp69_most_a_month"] = [(None, None, 1)]

    async def ask(number: str) -> Done:
        return await done(office.connection, context, SET, nhs_number=number, **FLAG)

    assert (await ask(people[0][1])).state == "open"
    first, second = await ask(people[1][1]), await ask(people[2][1])
    assert (first.state, second.state) == ("asked", "asked") and await kinds(office, practice) == ["F9"]
    itself = await do(office.connection, context, AUTHORISE, id=first.id, version=1)
    assert isinstance(itself, Impossible) and "another person" in itself.sentence
    waived = await do(office.connection, office.context(SUPERVISOR), AUTHORISE, id=first.id, version=1)
    assert isinstance(waived, Done) and await kinds(office, practice) == ["F9", "F9"]
    declined = await do(office.connection, context, DECLINE, id=second.id, version=1, reason="enough for now")
    assert isinstance(declined, Done) and await state_of(office, second.id) == "declined"
    assert await office.one("select count(*) from matters where kind = 'fp69'") == 2


async def test_a_request_is_looked_at_again_when_it_is_allowed(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    await decide(office, CONFIRM, (await flag(office, number)).id)
    asked = await flag(office, number, letter_on="2026-10-20")
    await office.send(office.amendment(practice, number, Changes(address=("", "5 New Row", "", "Saltholme", ""))))
    answer = await do(office.connection, office.context(SUPERVISOR), AUTHORISE, id=asked.id, version=1)
    assert isinstance(answer, Impossible) and answer.sentence.endswith("Decline it.")


async def test_a_request_about_somebody_who_moves_is_overtaken(office: Office):
    practice, other = await office.practice(), await office.practice()
    _, number = await office.person(practice)
    await decide(office, CONFIRM, (await flag(office, number)).id)
    asked = await flag(office, number, letter_on="2026-10-20")
    await office.send(office.acceptance(other, number=number))
    assert await state_of(office, asked.id) == "overtaken"


async def test_a_flag_set_in_error_is_taken_back_and_protects_from_nothing(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    flagged = await flag(office, number)
    assert isinstance(await decide(office, CANCEL, flagged.id, reason=""), Impossible)
    assert isinstance(await decide(office, CANCEL, flagged.id), Done)
    assert await kinds(office, practice) == ["F9", "F10"]
    assert (await flag(office, number)).state == "open"


async def test_the_practice_may_say_by_telephone_that_somebody_has_gone_away(office: Office):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    flagged = await flag(office, number)
    assert isinstance(await decide(office, GONE_AWAY, flagged.id), Done)
    assert await office.list_of(patient_id) is None and await state_of(office, flagged.id) == "removed"
    assert await kinds(office, practice) == ["F9", "F2"]


async def test_no_letter_is_posted_to_an_address_in_doubt(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    await flag(office, number)
    [patient_id] = await lock_by_number(office.connection, number)
    person = await gather_person(office.connection, patient_id)
    writes = Writes()
    write_letter(writes, office.context(), Letter.FIRST_REGISTRATION, person, {})
    await writes.flush(office.connection)
    assert await office.one("select suppressed_because from letters") == (
        "Post to this address comes back: an FP69 is open."
    )


# Taken back


async def undo(office: Office, number: str, practice: Practice, act: Act[Any] = CANCEL_DEDUCTION) -> Done:
    details = {"nhs_number": number, "practice": practice.ods_code, "reason": "they rang: they live there"}
    return await done(office.connection, office.context(), act, **details)


@pytest.mark.parametrize(("told", "heard"), [(False, ["F9", "F10"]), (True, ["F9", "F2", "F10"])])
async def test_an_expiry_that_is_taken_back_withdraws_the_flag(office: Office, told: bool, heard: list[str]):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    flagged = await flag(office, number)
    assert await strike(office, flagged.id, date(2027, 2, 3)) == "fp69 expired"
    if told:
        await deliver(office)
    undone = await undo(office, number, practice)
    assert await office.list_of(patient_id) == practice.id and await state_of(office, flagged.id) == "removed"
    assert await standing_messages(office, practice) == heard
    withdrawal = "select transaction_id from practice_messages where kind = 'F10'"
    assert await office.one(withdrawal) == undone.transaction_id
    # The letter has had its FP69, and so has any that was sent before it acted; a later one may begin another.
    office.on(date(2027, 4, 1))
    assert "another letter" in await refused(office, number)
    assert "another letter" in await refused(office, number, letter_on="2027-02-03")
    assert (await flag(office, number, letter_on="2027-02-04")).state == "open"


async def test_gone_away_that_is_taken_back_withdraws_the_flag(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    flagged = await flag(office, number)
    await decide(office, GONE_AWAY, flagged.id)
    await undo(office, number, practice)
    assert await standing_messages(office, practice) == ["F9", "F10"]


async def test_a_registration_that_overtook_a_flag_and_is_taken_back_withdraws_it(office: Office):
    practice, other = await office.practice(), await office.practice()
    _, number = await office.person(practice)
    flagged = await flag(office, number)
    await office.send(office.acceptance(other, number=number))
    assert await state_of(office, flagged.id) == "overtaken"
    await undo(office, number, other, CANCEL_ACCEPTANCE)
    assert await standing_messages(office, practice) == ["F9", "F10"]
    assert await standing_messages(office, other) == ["F4", "F2"]
    # Nobody settled the doubt: the letter may be named again.
    assert (await flag(office, number)).state == "open"


async def test_whoever_was_never_flagged_is_put_back_without_a_withdrawal(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    await decide(office, CANCEL, (await flag(office, number)).id)
    await office.send(office.deduction(practice, number, "5"))
    await undo(office, number, practice)
    assert await standing_messages(office, practice) == ["F9", "F10"]
