"""Cases with other bodies: references, evidence, clocks, answers."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.anomalies.store import EVERYTHING
from registry.transactions.acts.act import Done, Impossible, Nothing, Stale, WrongState
from registry.transactions.fp69.acts import FP69
from registry.transactions.letters.look import list_letters
from registry.transactions.liaison.look import cases_about
from registry.transactions.liaison.rules import digest_of
from registry.transactions.look.person import look_at_person
from registry.values.nhs_number import NHSNumber
from tests.support.acts import done
from tests.support.case_office import SECOND, CaseOffice
from tests.support.office import ANNA, Office

NOBODYS = "0197f2d4-0000-7000-8000-000000000001"

MOVEMENTS = "select v.id from list_movements v where v.patient_id = :id order by v.id"


async def number_of(patient_id: UUID, office: Office) -> NHSNumber:
    parsed = NHSNumber.parse(await office.one("select nhs_number from patients where id = :id", id=patient_id))
    assert parsed is not None
    return parsed


async def movement_of(office: Office, patient_id: UUID) -> str:
    return f"movement:{await office.one(MOVEMENTS + ' limit 1', id=patient_id)}"


async def test_references_are_a_series_of_the_year(office: Office):
    case, another = CaseOffice(office), CaseOffice(office)
    first = await case.begin()
    assert first.data == {"reference": "LIA/2026/00001"} and first.state == "preparing"
    await another.begin(with_whom="pds", asks="link")
    assert await another.case("reference") == "LIA/2026/00002"
    office.on(date(2027, 1, 4))
    later = await CaseOffice(office).begin()
    assert later.data == {"reference": "LIA/2027/00001"}


async def test_a_case_may_be_about_nobody_people_a_practice_a_matter(office: Office):
    practice = await office.practice()
    one, other = [await office.person(practice) for _ in range(2)]
    case = CaseOffice(office)
    await case.begin(nhs_numbers=[one[1], other[1]], practice=practice.ods_code)
    assert {row.patient_id for row in await case.rows("select patient_id from liaison_people where matter_id = :id")} \
        == {one[0], other[0]}  # fmt: skip
    assert await case.case("practice_id") == practice.id
    # Neither the person nor the practice is named by the matter, so that several cases may be open about one.
    assert (await case.stands("patient_id"), await case.stands("practice_id")) == (None, None)
    again = CaseOffice(office)
    await again.begin(nhs_numbers=[one[1]], with_whom="home-office", asks="residence")
    shown = await look_at_person(office.connection, await number_of(one[0], office))
    assert shown is not None
    assert [each["kind"] for each in shown.answer["open_work"]["open_matters"]] == ["liaison", "liaison"]


@pytest.mark.parametrize(("details", "field"), [
    ({"nhs_numbers": ["9990000019"]}, "nhs_numbers"), ({"nhs_numbers": ["9990000018"]}, "nhs_numbers"),
    ({"practice": "Y99999"}, "practice"), ({"about_matter": str(uuid4())}, "about_matter"),
    ({"about_case": str(uuid4())}, "about_case"), ({"their_reference": "9990000018"}, "their_reference"),
])  # fmt: skip
async def test_what_is_not_there_is_refused_by_its_field(office: Office, details: dict[str, Any], field: str):
    answer = await CaseOffice(office).ask("open", with_whom="nbo", asks="duplicate", **details)
    assert isinstance(answer, Impossible) and answer.field == field
    assert await office.one("select count(*) from matters") == 0


async def test_evidence_is_lines_of_codes_about_people_of_the_case(office: Office):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    stranger, _ = await office.person(practice)
    outcome = await office.send(office.acceptance(practice, ANNA, number, acceptance_code="R"))
    case = CaseOffice(office)
    await case.begin(nhs_numbers=[number])
    movement = await movement_of(office, patient_id)
    put_in = await case.done(
        "evidence", items=[movement, f"transaction:{outcome.transaction_id}", "document:min 2026/14"]
    )
    assert put_in.sentence == "3 put in; the index holds 3."
    rows = await case.rows("select kind, person, line from liaison_items where matter_id = :id order by number")
    assert [tuple(row)[:2] for row in rows] == [("movement", 1), ("transaction", 1), ("document", None)]
    assert rows[0].line == f"take-on to {practice.ods_code}"
    assert rows[1].line.startswith("acceptance type 3 ") and rows[1].line.endswith(practice.ods_code)
    assert "Harrowgate" not in str(rows) and number not in str(rows)
    of_another = await case.on("evidence", items=[await movement_of(office, stranger)])
    assert isinstance(of_another, Impossible) and "name the person first" in of_another.sentence
    twice = await case.on("evidence", items=[movement])
    assert isinstance(twice, Impossible) and "already" in twice.sentence


@pytest.mark.parametrize("item", [
    "movement:abc", "movement:99999999", f"transaction:{NOBODYS}", "record:1", "transaction", "document:9990000018",
    "document:Mrs Harrowgate, 12 Quillet Lane", f"matter:{NOBODYS}", f"case:{NOBODYS}", f"letter:{NOBODYS}",
    f"message:{NOBODYS}",
])  # fmt: skip
async def test_what_is_no_evidence_is_refused(office: Office, item: str):
    case = CaseOffice(office)
    await case.begin()
    answer = await case.on("evidence", items=[item])
    assert isinstance(answer, Impossible) and answer.field == "items"


async def test_work_that_others_are_entrusted_with_is_no_evidence(office: Office):
    case, fraud = CaseOffice(office), CaseOffice(office, "counter-fraud")
    await case.begin()
    await fraud.begin()
    answer = await case.on("evidence", items=[f"matter:{fraud.id}"])
    unknown = await case.on("evidence", items=[f"matter:{uuid4()}"])
    assert isinstance(answer, Impossible) and answer == unknown
    named = await CaseOffice(office).ask("open", with_whom="nbo", asks="duplicate", about_matter=str(fraud.id))
    assert isinstance(named, Impossible) and named.sentence == "There is no such matter."


async def flagged(office: Office, number: str) -> UUID:
    """An FP69 about somebody."""
    context = office.context()
    answer = await done(office.connection, context, FP69.acts[0], nhs_number=number, code="4", letter_on="2026-10-05")
    assert answer.id is not None
    return answer.id


async def test_a_matter_and_a_message_are_evidence(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    matter_id = await flagged(office, number)
    notice = await office.one("select uuid from practice_messages where kind = 'F9'")
    case = CaseOffice(office)
    await case.begin(nhs_numbers=[number])
    await case.done("evidence", items=[f"matter:{matter_id}", f"message:{notice}"])
    lines = await case.rows("select line from liaison_items where matter_id = :id order by number")
    assert [row.line for row in lines] == [f"fp69 open {practice.ods_code}", f"F9 {practice.ods_code}"]


async def test_what_was_sent_is_frozen_and_known_by_its_digest(office: Office):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    case = CaseOffice(office)
    await case.begin(nhs_numbers=[number])
    movement = await movement_of(office, patient_id)
    await case.done("evidence", items=["document:MIN 2026/14", movement])
    await case.done("evidence-out", number=1)
    sent = await case.done("send", way="letter", their_reference="NBO/4711")
    assert sent.state == "sent" and await case.case("their_reference") == "NBO/4711"
    [pack] = await case.rows("select number, items, digest, letter_id from liaison_packs where matter_id = :id")
    assert (pack.number, pack.items) == (1, 1)
    for statement in (
        "update liaison_items set line = 'other' where matter_id = :id",
        "delete from liaison_items where matter_id = :id",
        "update liaison_packs set items = 2 where matter_id = :id",
        "delete from liaison_packs where matter_id = :id",
    ):
        with pytest.raises(DBAPIError, match="never change"):
            async with office.connection.begin_nested():
                await office.connection.execute(text(statement), {"id": case.id})
    [letter] = await list_letters(office.connection, EVERYTHING, kind="LIA-1")
    assert letter["content"]["digest"] == pack.digest and letter["patient_id"] is None
    assert [line["person"] for line in letter["content"]["items"]] == ["P1"] and number not in str(letter)
    await case.done("more-asked", way="telephone")
    assert isinstance(await case.on("evidence-out", number=2), Impossible)
    await case.done("evidence", items=["document:MIN 2026/15"])
    await case.done("send", way="portal")
    packs = await case.rows("select digest from liaison_packs where matter_id = :id order by number")
    assert len(packs) == 2 and packs[0].digest == pack.digest != digest_of([], "") != packs[1].digest


async def test_a_question_alone_has_an_empty_pack(office: Office):
    case = CaseOffice(office)
    await case.begin(with_whom="commissioner", asks="advice")
    await case.done("send", way="e-mail")
    [pack] = await case.rows("select items, digest from liaison_packs where matter_id = :id")
    assert (pack.items, pack.digest) == (0, digest_of([], ""))
    assert await office.letters() == []


async def test_the_clock_of_a_confusion_alerts_at_eight_weeks_and_is_over_at_ten(office: Office):
    case = CaseOffice(office)
    await case.begin(asks="confusion")
    assert await case.stands("due_at") == datetime(2026, 11, 10, tzinfo=UTC)
    await case.done("send", way="portal")
    assert (await case.stands("owner"), await case.stands("expects")) == ("correspondent", "an answer")
    assert await case.stands("due_at") == datetime(2026, 12, 28, tzinfo=UTC)
    assert await case.strike() == "liaison alerted"
    assert (await case.stands("state"), await case.stands("owner")) == ("alerted", "registration")
    assert await case.stands("due_at") == datetime(2027, 1, 12, tzinfo=UTC)
    chased = await case.done("chase", way="telephone")
    assert chased.state == "sent" and await case.stands("due_at") == datetime(2027, 1, 12, tzinfo=UTC)
    assert await case.strike() == "liaison overdue"
    assert (await case.stands("state"), await case.stands("due_at")) == ("to-chase", datetime(2027, 1, 15, tzinfo=UTC))
    assert await case.strike() == "escalated" and await case.stands("priority") == 1
    await case.done("chase", way="e-mail")
    assert await case.stands("state") == "sent" and await case.stands("priority") == 0
    assert await case.stands("due_at") == datetime(2027, 1, 30, tzinfo=UTC)


async def test_an_answer_ends_the_clock_and_is_seen_where_it_is_waited_for(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    waits = await flagged(office, number)
    case, fraud = CaseOffice(office), CaseOffice(office, "counter-fraud")
    await case.begin(nhs_numbers=[number], about_matter=str(waits))
    await fraud.begin(about_matter=str(waits))
    await case.done("send", way="portal")
    await case.done("answer", outcome="not-duplicate", their_reference="NBO 12")
    [seen] = await cases_about(office.connection, waits)
    assert (seen["reference"], seen["outcome"], seen["state"]) == ("LIA/2026/00001", "not-duplicate", "answered")
    assert len(await cases_about(office.connection, waits, hidden=[])) == 2
    closed = await case.done("close")
    assert closed.state == "closed" and await case.stands("due_at") is None
    assert isinstance(await case.on("chase"), WrongState)


async def test_nothing_was_answered(office: Office):
    case = CaseOffice(office)
    await case.begin(with_whom="lmc", asks="advice")
    await case.done("send", way="e-mail")
    assert await case.strike() == "liaison overdue"
    assert isinstance(await case.on("close"), Impossible)
    await case.done("close", reason="settled otherwise")
    assert await case.case("outcome") == "no-answer"


async def test_people_are_added_and_numbered_once(office: Office):
    practice = await office.practice()
    one, other = await office.person(practice), await office.person(practice)
    case = CaseOffice(office)
    await case.begin(nhs_numbers=[one[1]])
    added = await case.done("people", nhs_numbers=[other[1], one[1]])
    assert added.sentence == "Named: P2."
    assert isinstance(await case.on("people", nhs_numbers=[other[1]]), Impossible)
    # A former number names the same person.
    former = office.number()
    await office.connection.execute(
        text("insert into patient_numbers (nhs_number, patient_id) values (:n, :id)"), {"n": former, "id": one[0]}
    )
    assert isinstance(await case.on("people", nhs_numbers=[former]), Impossible)
    seen = await case.ask("show", id=case.id)
    assert isinstance(seen, Done) and [each["person"] for each in seen.data["people"]] == ["P1", "P2"]


async def test_two_people_of_a_case_who_become_one_keep_their_numbers(office: Office):
    """What a merge does to open cases: both point at the survivor, and evidence of either is theirs."""
    practice = await office.practice()
    survivor, loser = await office.person(practice), await office.person()
    case = CaseOffice(office)
    await case.begin(nhs_numbers=[survivor[1], loser[1]])
    await office.connection.execute(
        text("update liaison_people set patient_id = :to where patient_id = :from"),
        {"to": survivor[0], "from": loser[0]},
    )
    await case.done("evidence", items=[await movement_of(office, survivor[0])])
    rows = await case.rows("select number, patient_id from liaison_people where matter_id = :id order by number")
    assert [tuple(row) for row in rows] == [(1, survivor[0]), (2, survivor[0])]


async def test_a_look_at_an_old_version_and_a_case_that_is_none(office: Office):
    case = CaseOffice(office)
    await case.begin()
    await case.done("reference", their_reference="INC 1")
    assert isinstance(await case.on("send", version=1), Stale)
    assert isinstance(await case.ask("show", id=uuid4()), Nothing)
    fraud = CaseOffice(office, "counter-fraud")
    await fraud.begin()
    assert isinstance(await case.ask("show", id=fraud.id), Nothing)
    assert isinstance(await case.ask("send", id=fraud.id, version=1), Nothing)


async def test_cases_are_listed_by_body_person_and_practice(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    one, other = CaseOffice(office), CaseOffice(office)
    await one.begin(nhs_numbers=[number])
    await other.begin(with_whom="pds", asks="link", practice=practice.ods_code)
    await CaseOffice(office, "counter-fraud").begin(nhs_numbers=[number], practice=practice.ods_code)

    async def listed(**which: Any) -> set[UUID]:
        answer = await one.ask("list", **which)
        assert isinstance(answer, Done)
        return {each["id"] for each in answer.data}

    assert await listed() == {one.id, other.id}
    assert await listed(with_whom="pds") == {other.id}
    assert await listed(nhs=number) == {one.id}
    assert await listed(practice=practice.ods_code.lower()) == {other.id}
    await one.done("withdraw", reason="found out otherwise", by=SECOND)
    assert await listed() == {other.id} and await listed(closed=True) == {one.id, other.id}


async def test_people_of_a_case_are_in_the_audit(office: Office):
    _, number = await office.person()
    case = CaseOffice(office)
    await case.begin(nhs_numbers=[number])
    await case.ask("show", id=case.id)
    actions = await case.rows(
        "select action from audit_events where cardinality(patient_ids) > 0 and action like 'liaison.%' order by id"
    )
    assert [row.action for row in actions] == ["liaison.person-named", "liaison.read"]
