"""Suspicions of fraud: two people refer them, no post goes to whom they are about, and few see that there are any."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from registry.anomalies.store import EVERYTHING
from registry.database import Writes, unit_of_work
from registry.monitoring.run_sheet import run_sheet
from registry.monitoring.work import count_work, list_work
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.transactions.acts.act import Done, Impossible, WrongState
from registry.transactions.counter_fraud.report import find_patterns
from registry.transactions.due.letters import hand_over
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.look import letter_totals, list_letters, read_letter
from registry.transactions.letters.suppress import HELD
from registry.transactions.letters.write import next_post, write_letter
from registry.transactions.look.person import look_at_person
from registry.transactions.matters.read import list_matters, read_matter
from registry.values.clock import FixedClock
from registry.values.nhs_number import NHSNumber
from tests.support.case_office import SECOND, SPECIALIST, CaseOffice
from tests.support.databases import Database
from tests.support.office import ANNA, Office


async def raised(office: Office, **details: Any) -> CaseOffice:
    case = CaseOffice(office, "counter-fraud")
    await case.begin(by=SPECIALIST, **details)
    return case


async def referred(office: Office, **details: Any) -> CaseOffice:
    case = await raised(office, **details)
    await case.done("evidence", by=SPECIALIST, items=["document:MIN 2026/14"])
    await case.done("propose", by=SPECIALIST)
    await case.done("approve", by=SECOND)
    return case


async def test_a_referral_needs_two_people_and_evidence(office: Office):
    case = await raised(office)
    nothing = await case.on("propose", by=SPECIALIST)
    assert isinstance(nothing, Impossible) and "evidence" in nothing.sentence
    await case.done("evidence", by=SPECIALIST, items=["document:MIN 2026/14"])
    assert isinstance(await case.on("approve", by=SECOND), WrongState)
    await case.done("propose", by=SPECIALIST)
    # While it is with the second person, nothing is slipped in.
    assert isinstance(await case.on("evidence", by=SPECIALIST, items=["document:MIN 2026/15"]), WrongState)
    alone = await case.on("approve", by=SPECIALIST)
    assert isinstance(alone, Impossible) and "Another person" in alone.sentence
    await case.done("send-back", by=SECOND, reason="not yet")
    await case.done("propose", by=SECOND)
    assert isinstance(await case.on("approve", by=SECOND), Impossible)
    approved = await case.done("approve", by=SPECIALIST)
    assert approved.state == "referred" and await case.stands("owner") == "correspondent"
    assert await case.stands("due_at") == datetime(2026, 12, 1, tzinfo=UTC)


async def test_the_index_names_nobody_and_who_they_are_goes_only_when_asked(office: Office):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    case = await raised(office, nhs_numbers=[number], practice=practice.ods_code)
    movement = await office.one("select id from list_movements where patient_id = :id", id=patient_id)
    await case.done("evidence", by=SPECIALIST, items=[f"movement:{movement}"])
    await case.done("propose", by=SPECIALIST)
    await case.done("approve", by=SECOND)
    assert isinstance(await case.on("annex", by=SPECIALIST, people=[1], reason="asked"), WrongState)
    [index] = await list_letters(office.connection, EVERYTHING, kind="FRD-1", hidden=[])
    assert index["patient_id"] is None and index["practice"] is None and index["route"] == "office"
    said = str(index["content"])
    assert "P1" in said and number not in said and str(patient_id) not in said and "Harrowgate" not in said
    await case.done("more-asked", by=SPECIALIST, way="e-mail")
    same = await case.on("annex", by=SPECIALIST, people=[1], reason="to interview")
    assert isinstance(same, Impossible)
    assert isinstance(await case.on("annex", by=SECOND, people=[2], reason="to interview"), Impossible)
    await case.done("annex", by=SECOND, people=[1], reason="to interview")
    [annex] = await list_letters(office.connection, EVERYTHING, kind="FRD-2", hidden=[])
    assert annex["content"] == {"reference": "CF/2026/0001", "to": "local-specialist", "people": [1]}
    assert await case.stands("state") == "referred"


async def test_what_is_sent_later_is_proposed_and_approved_again(office: Office):
    case = await referred(office)
    await case.done("more-asked", by=SPECIALIST)
    await case.done("evidence", by=SPECIALIST, items=["document:MIN 2026/15"])
    await case.done("propose", by=SPECIALIST)
    await case.done("approve", by=SECOND)
    packs = await case.rows("select number, items from liaison_packs where matter_id = :id order by number")
    assert [tuple(pack) for pack in packs] == [(1, 1), (2, 1)]
    await case.done("answer", by=SPECIALIST, outcome="investigation", their_reference="LCFS 12")
    await case.done("close", by=SPECIALIST)
    assert await case.case("outcome") == "investigation"


async def test_an_answer_that_does_not_come_is_chased(office: Office):
    case = await referred(office)
    assert await case.strike() == "case overdue" and await case.stands("state") == "to-chase"
    assert await case.strike() == "escalated"
    await case.done("chase", by=SPECIALIST)
    assert await case.stands("state") == "referred"
    await case.strike()
    assert isinstance(await case.on("close", by=SPECIALIST), Impossible)
    await case.done("close", by=SPECIALIST, reason="the service ended")
    assert await case.case("outcome") == "no-answer"


async def test_who_looks_says_why_and_is_kept(office: Office):
    case = await raised(office)
    seen = await case.ask("show", by=SECOND, id=case.id, reason="to approve it")
    assert isinstance(seen, Done) and seen.data["reference"] == "CF/2026/0001"
    reads = await case.ask("reads", by=SPECIALIST, since=office.today.isoformat())
    assert isinstance(reads, Done)
    [look] = reads.data
    assert (look["by"], look["reason"], look["reference"]) == (SECOND.name, "to approve it", "CF/2026/0001")


async def write(office: Office, kind: Letter, patient_id: UUID) -> UUID:
    await lock_people(office.connection, [patient_id])
    person = await gather_person(office.connection, patient_id)
    writes = Writes()
    letter_id = write_letter(writes, office.context(), kind, person, {})
    await writes.flush(office.connection)
    return letter_id


async def test_no_post_goes_to_whom_a_case_is_about_until_it_ends(office: Office):
    practice = await office.practice()
    concerned, other = await office.person(practice), await office.person(practice)
    held = await write(office, Letter.FIRST_REGISTRATION, concerned[0])
    await write(office, Letter.FIRST_REGISTRATION, other[0])
    await write(office, Letter.PLACED_ON_LIST, concerned[0])
    case = await raised(office, nhs_numbers=[concerned[1]])
    await office.post_leaves()
    stands = await office.one("select state || ': ' || suppressed_because from letters where id = :id", id=held)
    assert stands == f"suppressed: {HELD}" and "fraud" not in HELD.lower()
    # Others are written to, and so is the practice, which is told nothing else than otherwise.
    assert await office.one("select count(*) from letters where state = 'posted'") == 2
    assert await office.inbox(practice) == []
    await explain(case)
    await write(office, Letter.FIRST_REGISTRATION, concerned[0])
    await office.post_leaves()
    assert await office.one("select count(*) from letters where state = 'posted'") == 3


async def explain(case: CaseOffice) -> None:
    """End a suspicion."""
    await case.done("explain", by=SPECIALIST, explanation="care-home")


async def test_nobody_is_removed_by_a_clock_that_a_held_letter_begins(office: Office):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    await office.send(office.removal(practice, number))
    [[letter_id, waits]] = [
        tuple(row)
        for row in await office.connection.execute(text("select letter_id, waits_for from pending_deductions"))
    ]
    if letter_id is None:
        pytest.skip("an out-of-area removal of this profile has its day at once")
    assert waits == "letter"
    case = await raised(office, nhs_numbers=[number])
    for _ in range(3):
        office.later(next_post(office.context()))
        assert (await hand_over(office.connection, office.context()))["letters put off"] == 1
    assert await office.one("select state from letters where id = :id", id=letter_id) == "queued"
    assert await office.one("select due_on from pending_deductions") is None
    await explain(case)
    await office.post_leaves()
    assert await office.one("select state from letters where id = :id", id=letter_id) == "posted"
    assert await office.one("select due_on from pending_deductions") is not None
    assert patient_id is not None


async def test_no_general_view_shows_that_there_is_one(office: Office):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    case = await referred(office, nhs_numbers=[number], practice=practice.ods_code)
    connection, now = office.connection, office.clock.now()
    assert (
        await list_matters(connection, EVERYTHING) == []
        and await list_matters(connection, EVERYTHING, closed=True) == []
    )
    assert await list_matters(connection, EVERYTHING, kind="counter-fraud") == []
    assert case.id is not None and await read_matter(connection, EVERYTHING, case.id) is None
    assert await list_letters(connection, EVERYTHING) == []
    letter_id = await office.one("select id from letters where kind = 'FRD-1'")
    assert await read_letter(connection, EVERYTHING, letter_id=letter_id) is None
    asked = NHSNumber.parse(number)
    assert asked is not None
    shown = await look_at_person(connection, asked)
    assert shown is not None and shown.answer["open_work"]["open_matters"] == []
    assert "counter-fraud" not in str(shown.answer) and "FRD" not in str(shown.answer)
    assert await list_work(connection, EVERYTHING, now) == []
    person = await gather_person(connection, patient_id)
    assert person.matters == ()
    # Figures count it, and name nobody.
    assert sum(each["open"] for each in await count_work(connection, EVERYTHING, now)) == 2
    assert (await letter_totals(connection, EVERYTHING))["decided"] == 1
    rows = await connection.execute(text("select practice_id, patient_id from open_work"))
    assert {tuple(row) for row in rows} == {(None, None)}
    sheet = str(await run_sheet(connection, office.context()))
    assert number not in sheet and practice.ods_code not in sheet.replace(f"'practice': '{practice.ods_code}'", "")
    # Those entrusted see it where they see everything else.
    assert [each["id"] for each in await list_matters(connection, EVERYTHING, hidden=[])] == [case.id]
    assert await read_matter(connection, EVERYTHING, case.id, hidden=[]) is not None
    assert {each["kind"] for each in await list_work(connection, EVERYTHING, now, hidden=[])} == {"matter", "letter"}


async def test_acceptances_of_the_dead_count_although_a_person_stops_them(office: Office):
    practice, other = await office.practice(), await office.practice()
    for surname in ("Ashby", "Birtle", "Corwen"):
        like = replace(ANNA, name=replace(ANNA.name, surname=surname))
        _, number = await office.person(None, like=like, status="formal-dead")
        outcome = await office.send(office.acceptance(practice, like, number))
        assert outcome.state == "in-queue"
    assert await office.one("select count(*) from anomalies where kind = 'recorded-dead'") == 3
    office.on(date(2026, 12, 3))
    found = await find_patterns(office.connection, office.context())
    dead = {each.figure.practice: each for each in found if each.pattern == "dead-again"}
    assert dead[practice.ods_code].raises and dead[practice.ods_code].figure.people == 3
    assert not dead[other.ods_code].raises


async def test_the_two_series_of_references_do_not_tell_of_each_other(office: Office):
    await raised(office)
    opened = await CaseOffice(office).begin()
    assert opened.data == {"reference": "LIA/2026/00001"}


@pytest_asyncio.fixture
async def fraud(database: Database, clock: FixedClock) -> dict[str, Any]:
    """A case, and tokens of everybody."""
    async with unit_of_work(database.engine) as connection:
        office = Office(connection, clock)
        practice = await office.practice()
        _, number = await office.person(practice)
        case = await referred(office, nhs_numbers=[number], practice=practice.ods_code)
        liaison = CaseOffice(office)
        await liaison.begin(nhs_numbers=[number])
        now = datetime.now(UTC)

        async def token(role: Role, practice_id: UUID | None = None) -> dict[str, str]:
            issued = await issue(connection, "test", role, now, practice_id=practice_id)
            return {"Authorization": f"Bearer {issued}"}

        offices = {role.value: await token(role) for role in Role}
        letter_id = await office.one("select id from letters where kind = 'FRD-1'")
        return {
            "case": case.id,
            "liaison": liaison.id,
            "letter": letter_id,
            "offices": offices,
            "practice": await token(Role.STAFF, practice.id),
            "code": practice.ods_code,
        }


READING = ("staff", "app-read", "scheme", "identity", "governance", "counter-fraud", "app")


async def test_over_http_only_those_entrusted_see_it(client: httpx.AsyncClient, fraud: dict[str, Any]):
    for role in READING:
        headers = fraud["offices"][role]
        entrusted = role == "counter-fraud"
        listed = (await client.get("/api/matters", headers=headers)).json()["matters"]
        assert {each["kind"] for each in listed} == ({"liaison", "counter-fraud"} if entrusted else {"liaison"}), role
        one = await client.get(f"/api/matters/{fraud['case']}", headers=headers)
        none = await client.get(f"/api/matters/{fraud['letter']}", headers=headers)
        assert one.status_code == (200 if entrusted else 404), role
        if not entrusted:
            # Neither its status nor its words tell that it is there.
            assert one.json() | {"id": 0, "request_id": 0} == none.json() | {"id": 0, "request_id": 0}
        letters = await client.get("/api/letters", headers=headers)
        assert ("FRD-1" in letters.text) is entrusted, role
        letter = await client.get(f"/api/letters/{fraud['letter']}", headers=headers)
        assert letter.status_code == (200 if entrusted else 404), role
        work = (await client.get("/api/work", headers=headers)).json()
        assert any(each["what"] == "counter-fraud" for each in work["work"]) is entrusted, role
        found = await client.get("/api/counter-fraud/patterns", headers=headers)
        assert found.status_code == (200 if entrusted else 403), role
        body = {"id": str(fraud["case"]), "reason": "to look at it"}
        assert (await client.post("/api/counter-fraud/show", json=body, headers=headers)).status_code == (
            200 if entrusted else 403
        )
        assert (await client.post("/api/counter-fraud/list", json={}, headers=headers)).status_code == (
            200 if entrusted else 403
        )
        shown = await client.post("/api/liaison/show", json={"id": str(fraud["case"])}, headers=headers)
        assert shown.status_code == 404, role
    assert (await client.get("/api/matters", headers=fraud["practice"])).status_code == 403
    assert (await client.get("/api/counter-fraud/patterns", headers=fraud["practice"])).status_code == 403


async def test_the_report_over_http_says_what_is_wrong_with_what_was_asked(
    client: httpx.AsyncClient, fraud: dict[str, Any]
):
    headers = fraud["offices"]["counter-fraud"]
    unknown = await client.get("/api/counter-fraud/patterns", params={"practice": "Y99999"}, headers=headers)
    assert unknown.status_code == 422 and "practice" in unknown.text
    turned = {"from": "2026-10-01", "to": "2026-09-01"}
    assert (await client.get("/api/counter-fraud/patterns", params=turned, headers=headers)).status_code == 422
    asked = {"practice": fraud["code"], "from": "2026-07-01", "to": "2026-09-30"}
    report = await client.get("/api/counter-fraud/patterns", params=asked, headers=headers)
    assert [each["pattern"] for each in report.json()["patterns"]] == [
        "growth", "bounce", "silent", "crowded", "dead-again", "late-lifts",
    ]  # fmt: skip
    assert date.fromisoformat(report.json()["patterns"][0]["to"]) == date(2026, 9, 30)
