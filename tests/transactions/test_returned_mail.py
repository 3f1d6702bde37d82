"""Mail that came back: each letter scanned once, by its cause."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from registry.database import Writes
from registry.transactions.acts.act import Answer, Done, Impossible
from registry.transactions.commands import Changes
from registry.transactions.due.letters import hand_over
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.returned_mail.acts import RETURNED_MAIL
from registry.transactions.returned_mail.scan import scan as scan_one
from registry.transactions.returned_mail.scan_file import UnusableFile, read_lines, scan_file
from tests.support.acts import do, done
from tests.support.committing_office import CommittingOffice
from tests.support.office import Office

SCAN, REPORT, SCAN_MANY = RETURNED_MAIL.acts


async def posted(office: Office, patient_id: UUID, kind: Letter = Letter.FIRST_REGISTRATION) -> int:
    """The reference of a letter to somebody, posted on the evening of Monday 2 November 2026."""
    office.on(date(2026, 11, 2))
    await lock_people(office.connection, [patient_id])
    person = await gather_person(office.connection, patient_id)
    writes = Writes()
    letter_id = write_letter(writes, office.context(), kind, person, {"says": "something"})
    await writes.flush(office.connection)
    reference = await office.one("select reference from letters where id = :id", id=letter_id)
    office.later(office.clock.now().replace(hour=17, minute=30))
    await hand_over(office.connection, office.context())
    return reference


async def scan(office: Office, reference: int, cause: str = "gone-away") -> Answer:
    return await do(office.connection, office.context(), SCAN, reference=reference, cause=cause)


async def scanned(office: Office, reference: int, cause: str = "gone-away") -> str:
    answer = await scan(office, reference, cause)
    assert isinstance(answer, Done), answer
    return answer.data["outcome"]


async def kinds(office: Office, practice: Any) -> list[str]:
    return [kind for kind, _ in await office.inbox(practice)]


@pytest.mark.parametrize("cause", ["gone-away", "addressee-unknown"])
@pytest.mark.parametrize(
    ("kind", "code"), [(Letter.FIRST_REGISTRATION, "1"), (Letter.ASSIGNED, "8"), (Letter.INQUIRY, "8")]
)
async def test_gone_away_leads_to_an_fp69_with_the_reason_of_the_letter(
    office: Office, cause: str, kind: Letter, code: str
):
    practice = await office.practice()
    patient_id, _ = await office.person(practice)
    reference = await posted(office, patient_id, kind)
    office.on(date(2026, 11, 9))

    assert await scanned(office, reference, cause) == "fp69-set"

    [(told, items)] = await office.inbox(practice)
    assert (told, items["fp69_reason"], items["fp69_expiry"]) == ("F9", code, "2027-02-09")
    assert await office.one("select state || ' ' || returned_cause from letters") == f"returned {cause}"
    assert await office.one("select facts ->> 'letter_on' from matters") == "2026-11-02"


async def test_the_same_barcode_again_is_told_and_does_nothing(office: Office):
    practice = await office.practice()
    patient_id, _ = await office.person(practice)
    reference = await posted(office, patient_id)

    assert await scanned(office, reference) == "fp69-set"
    again = await scan(office, reference)
    assert isinstance(again, Done) and again.data["outcome"] == "repeated"
    assert again.sentence == "It was scanned before; nothing was done again."
    other = await scan(office, reference, "deceased")
    assert isinstance(other, Impossible) and other.sentence.startswith("It was scanned before as gone-away")
    assert await kinds(office, practice) == ["F9"]
    assert await office.one("select count(*) from transactions where kind = 'returned-mail'") == 1


async def test_deceased_is_asked_and_never_recorded_from_an_envelope(office: Office):
    practice = await office.practice()
    patient_id, _ = await office.person(practice)
    first, second = await posted(office, patient_id), await posted(office, patient_id)

    assert await scanned(office, first, "deceased") == "death-query"
    assert await scanned(office, second, "deceased") == "noted"

    assert await office.one("select status from patients") == "live"
    assert await office.list_of(patient_id) == practice.id and await kinds(office, practice) == []
    assert await office.one("select kind || ' ' || (patient_ids[1] = :id)::text from anomalies", id=patient_id) == (
        "death-query true"
    )


async def test_abroad_is_asked_and_refused_or_insufficient_is_noted(office: Office):
    practice = await office.practice()
    patient_id, _ = await office.person(practice)
    letters = [await posted(office, patient_id) for _ in range(3)]
    outcomes = [
        await scanned(office, reference, cause)
        for reference, cause in zip(letters, ("abroad", "refused", "insufficient-address"), strict=True)
    ]
    assert outcomes == ["embarkation-query", "noted", "noted"]
    assert await office.one("select string_agg(kind, ',') from anomalies") == "embarkation-query"
    assert await office.one("select count(*) from matters") == 0 and await office.list_of(patient_id) == practice.id


async def test_an_address_that_changed_since_is_written_to_again(office: Office):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    reference = await posted(office, patient_id)
    office.on(date(2026, 11, 5))
    await office.send(office.amendment(practice, number, Changes(address=("", "5 New Row", "", "Saltholme", ""))))

    assert await scanned(office, reference) == "sent-again"

    assert await office.one("select count(*) from matters") == 0
    again = "select kind || ' ' || state || ' ' || (content ->> 'instead_of') from letters where state = 'queued'"
    assert await office.one(again) == f"REG-1 queued {reference}"


async def test_a_letter_from_before_another_practice_took_the_person_on_flags_nobody(office: Office):
    practice, other = await office.practice(), await office.practice()
    patient_id, number = await office.person(practice)
    reference = await posted(office, patient_id)
    office.on(date(2026, 11, 5))
    await office.send(office.acceptance(other, number=number))
    assert await scanned(office, reference) == "noted"
    assert await office.one("select count(*) from matters") == 0


async def test_a_second_letter_adds_nothing_to_an_open_flag(office: Office):
    practice = await office.practice()
    patient_id, _ = await office.person(practice)
    first, second = await posted(office, patient_id), await posted(office, patient_id)
    assert [await scanned(office, first), await scanned(office, second)] == ["fp69-set", "noted"]
    assert await kinds(office, practice) == ["F9"]


@pytest.mark.parametrize("column", [{"residential_institute": "RT"}])
async def test_who_may_not_be_flagged_is_looked_for_in_another_way(office: Office, column: dict[str, Any]):
    practice = await office.practice()
    patient_id, _ = await office.person(practice, **column)
    reference = await posted(office, patient_id)
    assert await scanned(office, reference) == "put-to-a-person"
    assert await office.one("select kind from anomalies") == "returned-mail" and await kinds(office, practice) == []


@pytest.mark.parametrize("cause", ["gone-away", "deceased", "abroad"])
async def test_nobody_asks_after_a_record_that_is_no_longer_in_use(office: Office, cause: str):
    practice = await office.practice()
    patient_id, _ = await office.person(practice)
    reference = await posted(office, patient_id)
    gone = text("update patients set status = 'invalidated', apart = true where id = :id")
    await office.connection.execute(gone, {"id": patient_id})
    assert await scanned(office, reference, cause) == "noted"
    assert await office.one("select count(*) from anomalies") == 0 and await kinds(office, practice) == []
    await office.connection.execute(text("update patients set status = 'live', apart = false"))


async def test_a_letter_by_way_of_the_practice_says_nothing_of_the_persons_address(office: Office):
    patient_id, _ = await office.person(await office.practice(), restricted=True)
    reference = await posted(office, patient_id)
    assert await scanned(office, reference) == "noted"


async def test_what_cannot_be_scanned_is_told_why(office: Office):
    patient_id, _ = await office.person(await office.practice())
    reference = await posted(office, patient_id)
    unknown = await scan(office, reference + 1)
    assert isinstance(unknown, Impossible) and unknown.sentence.startswith("No letter has the reference")
    cause = await scan(office, reference, "lost")
    assert isinstance(cause, Impossible) and cause.field == "cause" and "gone-away, addressee-unknown" in cause.sentence
    await office.connection.execute(text("update letters set state = 'handed-over', posted_on = null"))
    unposted = await scan(office, reference)
    assert isinstance(unposted, Impossible) and "is not noted as posted" in unposted.sentence
    await office.connection.execute(text("update letters set state = 'posted', posted_on = '2026-11-02'"))


async def test_the_letter_of_advice_that_came_back_turns_the_removal_into_an_fp69(office: Office):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    asked = await office.send(office.removal(practice, number))
    reference = await office.one("select l.reference from letters l where l.kind = 'REM-3'")
    office.later(office.clock.now().replace(hour=17, minute=30))
    await hand_over(office.connection, office.context())
    office.on(date(2026, 11, 6))

    assert await scanned(office, reference) == "fp69-set"

    state = "select state || ' ' || outcome from transactions where id = :id"
    assert await office.one(state, id=asked.transaction_id) == "cancelled turned-into-fp69"
    assert await office.one("select state from pending_deductions") == "cancelled"
    assert await kinds(office, practice) == ["F9"] and await office.list_of(patient_id) == practice.id


async def test_the_letter_of_advice_that_went_to_a_former_address_is_sent_again_and_the_days_begin_anew(
    office: Office,
):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    await office.send(office.removal(practice, number))
    reference = await office.one("select l.reference from letters l where l.kind = 'REM-3'")
    office.later(office.clock.now().replace(hour=17, minute=30))
    await hand_over(office.connection, office.context())
    assert await office.one("select due_on::text from pending_deductions") == "2026-12-02"
    office.on(date(2026, 11, 6))
    await office.send(office.amendment(practice, number, Changes(address=("", "5 New Row", "", "Saltholme", ""))))

    assert await scanned(office, reference) == "sent-again"

    assert await office.one("select state || ' ' || waits_for from pending_deductions") == "pending letter"
    office.later(office.clock.now().replace(hour=17, minute=30))
    await hand_over(office.connection, office.context())
    assert await office.one("select due_on::text from pending_deductions") == "2026-12-06"
    assert await office.list_of(patient_id) == practice.id


async def test_another_offices_letter_counts_once(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    said = {"nhs_number": number, "letter_on": "2026-10-05", "cause": "gone-away", "code": "4"}
    first = await done(office.connection, office.context(), REPORT, **said)
    assert first.data["outcome"] == "fp69-set"
    again = await done(office.connection, office.context(), REPORT, **said)
    assert again.data["outcome"] == "repeated"
    other = await do(office.connection, office.context(), REPORT, **{**said, "cause": "abroad"})
    assert isinstance(other, Impossible) and "reported before as gone-away" in other.sentence
    [(kind, items)] = await office.inbox(practice)
    assert (kind, items["fp69_reason"]) == ("F9", "4")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"cause": "lost"}, "cause"),
        ({"code": "9"}, "code"),
        ({"letter_on": "2026-11-03"}, "letter_on"),
        ({"nhs_number": "9990000019"}, "nhs_number"),
    ],
)
async def test_another_offices_word_is_refused_by_the_name_of_what_is_wrong(
    office: Office, said: dict[str, Any], field: str
):
    _, number = await office.person(await office.practice())
    usual = {"nhs_number": number, "letter_on": "2026-10-05", "cause": "gone-away", "code": "4"}
    answer = await do(office.connection, office.context(), REPORT, **{**usual, **said})
    assert isinstance(answer, Impossible) and answer.field == field


async def test_another_offices_letter_to_a_former_address_is_told_back(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    await office.send(office.amendment(practice, number, Changes(address=("", "5 New Row", "", "Saltholme", ""))))
    answer = await done(
        office.connection, office.context(), REPORT, nhs_number=number, letter_on="2026-10-05", cause="gone-away"
    )
    assert answer.data["outcome"] == "changed-since" and "Tell the sender" in answer.sentence


async def test_a_pile_is_accounted_for_line_by_line(office: Office):
    practice = await office.practice()
    people = [(await office.person(practice))[0] for _ in range(3)]
    letters = [await posted(office, patient_id) for patient_id in people]
    lines = [f"{letters[0]},gone-away", f"{letters[1]},deceased", f"{letters[0]},gone-away", "999999,refused"]
    answer = await done(office.connection, office.context(), SCAN_MANY, lines=[*lines, f"{letters[2]},nonsense"])
    assert answer.data["counts"] == {"scanned": 2, "repeated": 1, "refused": 2}
    assert [line["result"] for line in answer.data["lines"]] == ["scanned", "scanned", "repeated", "refused", "refused"]
    assert answer.sentence == "5 letters: 2 scanned, 1 repeated, 2 refused."


async def test_a_file_of_a_hundred_barcodes_is_scanned_once_however_often_it_comes(
    committing: CommittingOffice, tmp_path: Path
):
    async with committing.at_work() as office:
        practice = await office.practice()
        people = [(await office.person(practice))[0] for _ in range(100)]
        letters = [await posted(office, patient_id) for patient_id in people]
    committing.on(date(2026, 11, 9))
    causes = ["gone-away", "addressee-unknown", "deceased", "abroad", "refused"]
    rows = [f"{reference},{causes[at % 5]}" for at, reference in enumerate(letters)]
    pile = tmp_path / "pile.csv"
    pile.write_text("\n".join(["Reference,Cause", *rows, rows[0], "x,gone-away", f"{letters[0]}", "4,lost", ""]))
    refused: list[tuple[int, str, str]] = []

    def on_refused(line: int, field: str, why: str) -> None:
        refused.append((line, field, why))

    first = await scan_file(committing.engine, pile, committing.plan.context(), on_refused)
    assert {name: count for name, count in first.items() if count} == {
        "scanned": 100,
        "repeated": 1,
        "refused": 3,
        "outcome fp69-set": 40,
        "outcome death-query": 20,
        "outcome embarkation-query": 20,
        "outcome noted": 20,
    }
    assert [line for line, _, _ in refused] == [103, 104, 105]

    second = await scan_file(committing.engine, pile, committing.plan.context(), on_refused)
    assert (second["scanned"], second["repeated"], second["refused"]) == (0, 101, 3)
    assert await committing.one("select count(*) from practice_messages where kind = 'F9'") == 40
    assert await committing.one("select count(*) from transactions where kind = 'returned-mail'") == 100


async def test_two_clerks_with_the_same_letter_set_one_flag(committing: CommittingOffice):
    async with committing.at_work() as office:
        practice = await office.practice()
        patient_id, _ = await office.person(practice)
        reference = await posted(office, patient_id)
    context = committing.plan.context()

    async def once() -> Answer:
        return await committing.act(lambda connection: scan_one(connection, context, reference, "gone-away"))

    answers = await asyncio.gather(*(once() for _ in range(6)))
    outcomes = sorted(answer.data["outcome"] for answer in answers if isinstance(answer, Done))
    assert outcomes == ["fp69-set", *["repeated"] * 5]
    assert await committing.one("select count(*) from practice_messages where kind = 'F9'") == 1


def test_a_file_that_is_none_is_told(tmp_path: Path):
    binary = tmp_path / "pile.bin"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnusableFile, match=r"pile\.bin cannot be read as CSV"):
        list(read_lines(binary))
    long = tmp_path / "long.csv"
    long.write_text(f"{'9' * 400},gone-away\n,gone-away\n-1,refused\n²,refused\n")
    assert [line.fault is not None for line in read_lines(long)] == [True] * 4
