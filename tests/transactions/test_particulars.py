"""What the office is told of people: taken, kept or asked about, with everybody told, and the history of it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from registry.transactions.acts.act import Done, Impossible
from registry.transactions.amend import Ruled, amend_by_office
from registry.transactions.commands import Changes
from registry.transactions.particulars.acts import CHANGE, HISTORY, NATIONAL
from registry.transactions.settle import Answer, Decision, Settled, Stale, settle
from registry.transactions.taking_back.acts import TAKING_BACK
from registry.values.actor import Actor, ActorKind
from registry.values.person import Name, Sex
from tests.support.acts import do, done
from tests.support.office import ANNA, Office, Practice

FERRY_ROW = {"address": ",9 Ferry Row,,Saltholme,", "postcode": "ZX9 1AB"}
MILL_LANE = ("", "3 Mill Lane", "", "Saltholme", "")


async def anna_of(office: Office) -> tuple[Practice, UUID, str]:
    practice = await office.practice()
    return practice, *await office.person(practice)


async def change(office: Office, number: str, **items: Any) -> Done:
    usual = {"source": "patient-letter", "effective_on": office.today, "evidence": "seen-document"}
    return await done(office.connection, office.context(), CHANGE, **{**usual, "nhs_number": number, **items})


async def national(office: Office, number: str, **items: Any) -> Done:
    usual = {"effective_on": office.today}
    return await done(office.connection, office.context(), NATIONAL, **{**usual, "nhs_number": number, **items})


async def row_of(office: Office, patient_id: UUID) -> dict[str, Any]:
    return await office.one("select to_jsonb(p) from patients p where id = :id", id=patient_id)


async def history(office: Office, number: str) -> dict[str, Any]:
    return (await done(office.connection, office.context(), HISTORY, nhs_number=number)).data


async def decide(office: Office, action: Any, number: str) -> Answer:
    row = (await office.connection.exec_driver_sql("select id, version from anomalies where state = 'open'")).one()
    decision = Decision(action, row.version, "telephoned", number=number if action == "accept" else None)
    return await settle(office.connection, office.context(), row.id, decision)


async def test_a_letter_is_taken_and_everybody_is_told_in_the_same_unit_of_work(office: Office):
    practice, anna, number = await anna_of(office)

    taken = await change(office, number, reason="her letter of Friday", **FERRY_ROW)

    assert taken.state == "accepted" and taken.data["taken"] == ("address",)
    row = await row_of(office, anna)
    assert (row["line_2"], row["postcode"]) == ("9 Ferry Row", "ZX9 1AB")
    [(kind, content)] = await office.inbox(practice)
    assert kind == "F1" and content["address"] == ["", "9 Ferry Row", "", "Saltholme", ""]
    told = "select kind from national_requests where transaction_id = :id"
    assert await office.one(told, id=taken.transaction_id) == "update"
    assert "letter of Friday" not in await office.one("select string_agg(subject::text, '') from audit_events")
    entry = row["provenance"]["address"]
    assert (entry["source"], entry["by"], entry["effective_on"], entry["evidence"]) == (
        "patient-letter",
        "patient-letter",
        "2026-11-02",
        "seen-document",
    )
    assert entry["transaction_id"] == str(taken.transaction_id)


async def test_the_national_side_is_not_told_what_it_said_itself(office: Office):
    practice, _, number = await anna_of(office)

    await national(office, number, **FERRY_ROW)

    assert await office.one("select count(*) from national_requests") == 0
    assert [kind for kind, _ in await office.inbox(practice)] == ["F1"]


async def test_what_the_register_says_already_changes_nothing(office: Office):
    practice, anna, number = await anna_of(office)

    known = await change(office, number, surname="HARROWGATE")

    assert known.data["outcome"] == "particulars-known"
    assert (await row_of(office, anna))["version"] == 1 and await office.inbox(practice) == []


async def test_an_older_letter_does_not_overwrite_a_newer_amendment(office: Office):
    practice, anna, number = await anna_of(office)
    await office.send(office.amendment(practice, number, Changes(address=MILL_LANE)))

    kept = await change(office, number, effective_on=date(2026, 10, 1), **FERRY_ROW)

    assert kept.data["kept"] == {"address": "older"} and kept.state == "refused"
    assert (await row_of(office, anna))["line_2"] == "3 Mill Lane"
    assert await office.inbox(practice) == []


async def test_the_national_side_and_a_practice_differ_on_one_day_and_a_clerk_takes_one(office: Office):
    practice, anna, number = await anna_of(office)
    await office.send(office.amendment(practice, number, Changes(address=MILL_LANE, postcode="ZX9 1AB")))

    asked = await national(office, number, **FERRY_ROW)

    assert asked.state == "in-queue" and asked.data["asked"] == {"address": "same-day"}
    assert (await row_of(office, anna))["line_2"] == "3 Mill Lane"
    rows = await office.connection.exec_driver_sql("select kind, evidence from anomalies")
    row = rows.one()
    evidence: Any = row.evidence
    [field] = evidence["fields"]
    assert row.kind == "particulars-conflict" and field["held"]["source"] == "practice-amendment"
    assert evidence["said"] == {"source": "national", "effective_on": "2026-11-02", "evidence": "national-record"}
    assert "Ferry" not in str(evidence) and "Mill" not in str(evidence)

    answer = await decide(office, "accept", number)

    assert isinstance(answer, Settled) and answer.outcome is not None
    assert (answer.outcome.state, answer.outcome.outcome) == ("accepted", "particulars-taken")
    assert (await row_of(office, anna))["line_2"] == "9 Ferry Row"
    assert [kind for kind, _ in await office.inbox(practice)] == ["F1"]


async def test_a_clerk_stands_by_what_is_held(office: Office):
    practice, anna, number = await anna_of(office)
    await office.send(office.amendment(practice, number, Changes(address=MILL_LANE)))
    await national(office, number, **FERRY_ROW)

    answer = await decide(office, "reject", number)

    assert isinstance(answer, Settled) and answer.outcome is not None and answer.outcome.state == "refused"
    assert (await row_of(office, anna))["line_2"] == "3 Mill Lane" and await office.inbox(practice) == []


async def test_a_decision_on_facts_that_have_moved_shows_them_again(office: Office):
    practice, _, number = await anna_of(office)
    await office.send(office.amendment(practice, number, Changes(address=MILL_LANE)))
    await national(office, number, **FERRY_ROW)
    await amend_by_office(office.connection, office.context(), number, Changes(title="Dr"), "asked")

    assert isinstance(await decide(office, "accept", number), Stale)
    assert isinstance(await decide(office, "accept", number), Settled)


async def test_an_amendment_against_the_national_side_goes_to_a_clerk_the_other_way_round_too(office: Office):
    practice, anna, number = await anna_of(office)
    await national(office, number, **FERRY_ROW)

    waiting = await office.send(office.amendment(practice, number, Changes(address=MILL_LANE)))

    assert (waiting.state, waiting.outcome) == ("in-queue", "particulars-conflict")
    answer = await decide(office, "accept", number)
    assert isinstance(answer, Settled) and (await row_of(office, anna))["line_2"] == "3 Mill Lane"


async def test_a_practice_corrects_itself_on_the_same_day(office: Office):
    practice, anna, number = await anna_of(office)

    for line in ("3 Mil Lane", "3 Mill Lane"):
        lines = ("", line, "", "Saltholme", "")
        outcome = await office.send(office.amendment(practice, number, Changes(address=lines)))
        assert outcome.outcome == "amended"

    assert (await row_of(office, anna))["line_2"] == "3 Mill Lane"


async def test_a_ruling_of_the_back_office_stands_against_the_practice_which_is_told_it(office: Office):
    practice, anna, number = await anna_of(office)
    await change(office, number, source="national-back-office", reference="NBO-7", date_of_birth="1984-05-18")

    outcome = await office.send(office.amendment(practice, number, Changes(date_of_birth=date(1990, 1, 1), title="Dr")))

    assert (outcome.state, outcome.outcome) == ("accepted", "kept")
    row = await row_of(office, anna)
    assert (row["date_of_birth"], row["title"]) == ("1984-05-18", "Dr")
    assert (await office.inbox(practice))[-1] == (
        "F1",
        {"gp_code": practice.gp_code, "number": number, "date_of_birth": "1984-05-18"},
    )


async def test_a_ruling_stands_against_an_acceptance_too(office: Office):
    _, anna, number = await anna_of(office)
    new = await office.practice()
    await change(office, number, source="national-back-office", reference="NBO-7", surname="Winterbourne")

    outcome = await office.send(office.acceptance(new, number=number))

    assert outcome.outcome == "registered" and await office.list_of(anna) == new.id
    row = await row_of(office, anna)
    assert (row["surname"], row["previous_surname"]) == ("Winterbourne", "Harrowgate")


async def test_an_acceptance_that_was_written_before_does_not_undo_what_was_learnt_since(office: Office):
    _, anna, number = await anna_of(office)
    new = await office.practice()
    await change(office, number, **FERRY_ROW)
    long_ago = datetime(2026, 10, 1, 9, tzinfo=UTC)

    outcome = await office.send(
        office.acceptance(
            new, number=number, accepted_on=date(2026, 10, 1), origin=office.origin(new, document_at=long_ago)
        )
    )

    assert outcome.outcome == "registered"
    assert (await row_of(office, anna))["line_2"] == "9 Ferry Row"
    told = dict(await office.inbox(new))
    assert told["F1"]["address"] == ["", "9 Ferry Row", "", "Saltholme", ""] and told["F1"]["postcode"] == "ZX9 1AB"


async def test_an_acceptance_written_today_says_where_they_live_now(office: Office):
    _, anna, number = await anna_of(office)
    new = await office.practice()
    await change(office, number, **FERRY_ROW)

    await office.send(office.acceptance(new, number=number))

    row = await row_of(office, anna)
    assert row["line_2"] == "12 Quillet Lane" and row["provenance"]["address"]["by"] == new.ods_code


@pytest.mark.parametrize("items", [{"date_of_birth": "1984-05-18"}, {"sex": "1"}])
async def test_birth_and_sex_without_evidence_are_asked_about(office: Office, items: dict[str, str]):
    _, anna, number = await anna_of(office)

    asked = await change(office, number, evidence="patient-said", **items)
    assert set(asked.data["asked"].values()) == {"needs-evidence"} and (await row_of(office, anna))["version"] == 1
    await decide(office, "reject", number)

    assert (await change(office, number, evidence="certificate", **items)).state == "accepted"


async def test_two_of_surname_sex_and_birth_at_once_are_asked_about(office: Office):
    _, anna, number = await anna_of(office)

    asked = await change(office, number, evidence="certificate", surname="Vane", date_of_birth="1984-05-18")

    assert asked.data["asked"] == {"surname": "two-at-once", "date_of_birth": "two-at-once"}
    assert (await row_of(office, anna))["surname"] == "Harrowgate"


async def test_a_council_is_asked_about(office: Office):
    _, _, number = await anna_of(office)

    asked = await change(office, number, source="council", told_by="Saltholme council", **FERRY_ROW)

    assert asked.data["asked"] == {"address": "hearsay"}


async def test_what_cannot_be_keyed(office: Office):
    _, anna, number = await anna_of(office)

    async def refused(act: Any = CHANGE, **items: Any) -> str | None:
        usual = {"nhs_number": number, "source": "patient-letter", "effective_on": office.today}
        answer = await do(office.connection, office.context(), act, **{**usual, **items})
        assert isinstance(answer, Impossible) and answer.sentence
        return answer.field

    assert await refused(surname="Sm1th") == "surname"
    assert await refused(surname="Vane", effective_on=date(2026, 11, 3)) == "effective_on"
    assert await refused(surname="Vane", source="national-back-office") == "reference"
    assert await refused(surname="Vane", source="practice-letter", told_by="Y99999") == "told_by"
    assert await refused(surname="Vane", nhs_number=office.number()) == "nhs_number"
    assert await refused() == "items"
    assert (await row_of(office, anna))["version"] == 1
    assert await office.one("select count(*) from transactions") == 0


async def test_history_tells_field_by_field_who_said_what(office: Office):
    practice, _, number = await anna_of(office)
    await office.send(office.amendment(practice, number, Changes(surname="Winterbourne")))
    await change(office, number, **FERRY_ROW)
    await amend_by_office(office.connection, office.context(), number, Changes(title="Dr"), "asked by telephone")

    told = await history(office, number)

    assert told["began"]["source"] == "take-on"
    surname, previous, address, title = told["changes"]
    assert (surname["field"], surname["before"], surname["after"]) == ("surname", "Harrowgate", "Winterbourne")
    assert (surname["source"], surname["by"], surname["evidence"]) == (
        "practice-amendment",
        practice.ods_code,
        "practice-said",
    )
    assert surname["operator"] == practice.partner_code and previous["after"] == "Harrowgate"
    assert address["before"][1:4] == ["12 Quillet Lane", "", "Nethermoor"] and address["after"][5] == "ZX9 1AB"
    assert (address["source"], address["operator"]) == ("patient-letter", "clerk")
    assert (title["source"], title["by"], title["after"]) == ("office-correction", "office", "Dr")
    assert all(each["transaction_id"] and each["recorded_at"] for each in told["changes"])
    assert await office.one("select count(*) from audit_events where action = 'particulars-history.read'") == 1


async def test_the_history_of_somebody_restricted_tells_no_whereabouts(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice, restricted=True)
    await office.send(office.amendment(practice, number, Changes(surname="Winterbourne")))
    await change(office, number, **FERRY_ROW)

    told = await history(office, number)

    assert told["whereabouts_hidden"] and [each["field"] for each in told["changes"]] == ["surname", "previous_surname"]
    assert not any(word in str(told) for word in ("Ferry", "Quillet", practice.ods_code, practice.partner_code))


async def test_every_former_surname_still_finds_the_person(office: Office):
    practice, anna, number = await anna_of(office)
    surnames = ["Winterbourne", "Vane", "Ashdown"]
    for surname in surnames:
        await office.send(office.amendment(practice, number, Changes(surname=surname)))
    await office.send(office.amendment(practice, number, Changes(previous_surname="%")))

    found = "select count(*) from match_keys where patient_id = :id and surname = :surname"
    for surname in ("Harrowgate", *surnames):
        assert await office.one(found, id=anna, surname=surname.upper()) >= 1
    former = "select array_agg(surname order by recorded_at, id) from patient_former_names where patient_id = :id"
    assert await office.one(former, id=anna) == ["Harrowgate", "Winterbourne", "Vane"]


async def test_a_death_and_an_acceptance_say_who_said_so(office: Office):
    _, anna, number = await anna_of(office)
    new = await office.practice()
    moved = replace(ANNA, name=Name("Winterbourne", "Anna", "Maud", "", "Ms"), previous_surname="Harrowgate")
    await office.send(office.acceptance(new, like=moved, number=number))
    await office.send(office.deduction(new, number, "1"))

    entries = (await row_of(office, anna))["provenance"]

    assert {field: each["source"] for field, each in entries.items()} == {
        "surname": "practice-acceptance",
        "previous_surname": "practice-acceptance",
        "death": "practice-deduction",
    }
    assert {each["by"] for each in entries.values()} == {new.ods_code}


async def test_a_new_home_far_from_the_practice_is_asked_about(office: Office):
    practice, _, number = await anna_of(office)
    places = "insert into postcode_places values ('ZX1 1AA', 400000, 400000), ('ZX9 1AB', 420000, 400000)"
    await office.connection.exec_driver_sql(places)

    unknown = await change(office, number, **FERRY_ROW)
    await office.connection.exec_driver_sql("update practices set postcode = 'ZX1 1AA'")
    await change(office, number, address=",1 High Street,,Nethermoor", postcode="ZX1 1AA")
    far = await change(office, number, **FERRY_ROW)

    assert unknown.data["area"]["metres"] is None and far.data["area"]["metres"] == 20000
    rows = await office.connection.exec_driver_sql("select kind, practice_id, patient_ids from anomalies")
    assert tuple(rows.one()) == ("area-question", practice.id, [])


async def test_taking_back_an_acceptance_gives_the_field_its_first_speaker(office: Office):
    _, anna, number = await anna_of(office)
    new = await office.practice()
    await change(office, number, **FERRY_ROW)
    before = await row_of(office, anna)
    await office.send(office.acceptance(new, number=number))

    act = next(each for each in TAKING_BACK.acts if each.name == "acceptance")
    await done(office.connection, office.context(), act, nhs_number=number, practice=new.ods_code, reason="wrong one")

    row = await row_of(office, anna)
    assert (row["line_2"], row["provenance"]) == (before["line_2"], before["provenance"])


async def test_an_amendment_of_sex_by_a_practice_is_its_professional_word(office: Office):
    practice, anna, number = await anna_of(office)

    await office.send(office.amendment(practice, number, Changes(sex=Sex.MALE)))

    assert (await row_of(office, anna))["provenance"]["sex"]["evidence"] == "practice-said"


async def test_an_unnamed_actor_is_the_office(office: Office):
    _, anna, number = await anna_of(office)
    context = office.context(Actor(ActorKind.STAFF, "command-line:olga"))

    await amend_by_office(office.connection, context, number, Changes(title="Dr"), "asked")

    assert (await row_of(office, anna))["provenance"]["title"]["by"] == "office"


async def test_the_office_does_not_amend_what_was_ruled_upon(office: Office):
    _, anna, number = await anna_of(office)
    await change(office, number, source="national-back-office", reference="NBO-7", surname="Winterbourne")

    answer = await amend_by_office(office.connection, office.context(), number, Changes(surname="Vane"), "asked")

    assert isinstance(answer, Ruled) and (await row_of(office, anna))["surname"] == "Winterbourne"
