"""Merging two records: by two people, with the evidence in view."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from registry.matching.levels import FIELDS, Field
from registry.transactions.acts.act import Impossible, Nothing, Stale, WrongState
from registry.transactions.commands import Changes
from registry.transactions.outside import Outside
from tests.support.merging import APPROVER, CASE, act, did, merged, previewed, proposed, record, suspected, two, undone
from tests.support.office import ANNA, Office


async def test_the_record_with_the_present_practice_survives_and_nothing_is_deleted(office: Office):
    elm, oak, (stays, number), (goes, other) = await two(office)
    await merged(office, other, number)
    assert await office.list_of(stays) == elm.id
    assert await office.list_of(goes) is None
    row = await record(office, goes)
    assert (row["status"], row["merged_into"], row["nhs_number"]) == ("superseded", stays, None)
    last = "select to_list from list_movements where patient_id = :id order by id desc limit 1"
    assert await office.one(last, id=goes) == Outside.SUPERSEDED.id
    assert await office.one("select patient_id from patient_numbers where nhs_number = :n", n=other) == stays
    assert await office.one("select count(*) from match_keys where patient_id = :id", id=goes) == 0
    assert [kind for kind, _ in await office.inbox(oak)] == ["F2"]
    assert await office.inbox(elm) == []
    assert await office.letters() == [("DUP-3", "queued", "practice"), ("DUP-3", "queued", "practice")]
    assert await office.one("select count(*) from list_memberships where patient_id = :id", id=goes) == 1


async def test_nothing_is_merged_by_being_suspected_triaged_asked_and_referred(office: Office):
    elm, oak, (stays, _), (goes, _) = await two(office)
    noted = await suspected(office, stays, goes, source="matching")
    assert set(noted.data["items"]) == {field.value for field in FIELDS if field is not Field.NUMBER}
    steps: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("triage", {}, "triaged"),
        ("ask", {}, "asking"),
        ("ask", {"details_check": False}, "asking"),
        ("evidence", {"said_by": "practice", "says": "same"}, "asking"),
        ("complete", {}, "evidence-complete"),
        ("refer", {"reference": "NBO-2026-0417"}, "with-national-back-office"),
        (
            "evidence",
            {"said_by": "back-office", "says": "same", "reference": "NBO-2026-0417"},
            "with-national-back-office",
        ),
    )
    version = 1
    for name, details, state in steps:
        answer = await did(office, name, id=noted.id, version=version, **details)
        assert (answer.version, answer.state) == (version + 1, state), answer
        version += 1
    due = "select (due_at at time zone 'Europe/London')::date from matters where id = :id"
    assert await office.one(due, id=noted.id) == date(2026, 12, 22)  # six weeks, five working days, and their end
    assert await office.list_of(stays) == elm.id and await office.list_of(goes) == oak.id
    kinds = [kind for kind, _, _ in await office.letters()]
    assert kinds == ["DUP-1", "DUP-2"] * 2 + ["DUP-1"] * 2
    assert await office.one("select count(*) from merges") == 0


async def test_a_reference_and_a_reason_are_asked_for(office: Office):
    _, _, (stays, _), (goes, _) = await two(office)
    noted = await suspected(office, stays, goes)
    shown = await previewed(office, noted.id)
    said = {"id": noted.id, "version": 1, "fingerprint": shown["fingerprint"]}
    for wrong in ("none", "12345", "INC", "inc0123456"):
        answer = await act(office, "propose", **said, case_reference=wrong, reason="same")
        assert isinstance(answer, Impossible) and answer.field == "case_reference"
    answer = await act(office, "propose", **said, case_reference=CASE)
    assert isinstance(answer, Impossible) and answer.field == "reason"
    answer = await act(office, "refer", id=noted.id, version=1, reference=CASE)
    assert isinstance(answer, WrongState)


async def test_whoever_proposed_does_not_approve(office: Office):
    _, _, (stays, _), (goes, _) = await two(office)
    answer, fingerprint = await proposed(office, stays, goes)
    refused = await act(office, "approve", id=answer.id, version=answer.version, fingerprint=fingerprint)
    assert isinstance(refused, Impossible) and "nother person" in refused.sentence
    assert await office.one("select count(*) from merges") == 0


async def test_stale_facts_are_shown_again_to_both(office: Office):
    elm, _, (stays, number), (goes, _) = await two(office)
    noted = await suspected(office, stays, goes)
    shown = await previewed(office, noted.id)
    await office.send(office.deduction(elm, number))
    said = {"id": noted.id, "version": 1, "case_reference": CASE, "reason": "same"}
    answer = await act(office, "propose", **said, fingerprint=shown["fingerprint"])
    assert isinstance(answer, Stale)
    again = answer.facts["preview"]
    assert {"item": "pending", "sentence": "A removal is pending.", "blocks": False} in again["conflicts"]
    done = await did(office, "propose", **said, fingerprint=again["fingerprint"])
    later = {"id": noted.id, "version": done.version}
    answer = await act(office, "approve", by=APPROVER, **later, fingerprint=shown["fingerprint"])
    assert isinstance(answer, Stale)
    # The facts move between proposal and approval: seen by the approver, they are still to be proposed again.
    await office.send(office.amendment(elm, number, _moved_house()))
    seen = await previewed(office, noted.id)
    answer = await act(office, "approve", by=APPROVER, **later, fingerprint=seen["fingerprint"])
    assert isinstance(answer, Impossible) and "proposed again" in answer.sentence
    once_more = await did(office, "propose", **{**said, "version": done.version}, fingerprint=seen["fingerprint"])
    done = await did(
        office, "approve", by=APPROVER, id=noted.id, version=once_more.version, fingerprint=seen["fingerprint"]
    )
    assert done.state == "merged"


def _moved_house() -> Changes:
    return Changes(address=("", "5 New Row", "", "Saltholme", ""), postcode="ZX9 9ZZ")


async def test_the_preview_says_what_moves_and_what_is_sent(office: Office):
    elm, oak, (stays, number), (goes, _) = await two(office)
    noted = await suspected(office, stays, goes)
    shown = await previewed(office, noted.id)
    assert shown["survivor"]["id"] == stays and shown["superseded"]["id"] == goes
    assert shown["retained_number"] == number
    assert shown["why"].startswith("Both are on a list")
    assert shown["sent"] == [{"kind": "F2", "practice": oak.ods_code}]
    assert {each["practice"] for each in shown["printed"]} == {oak.ods_code, elm.ods_code}
    assert shown["moves"]["numbers"] == 1
    assert shown["counts"] == {"on": date(2026, 11, 2), "first_in_quarter": date(2026, 12, 31), "back_debit": False}
    assert [each["item"] for each in shown["conflicts"]] == ["list"]
    assert await office.one("select count(*) from merges") == 0
    assert await office.one("select count(*) from audit_events where action = 'merge-preview.read'") == 1


async def test_in_the_first_month_of_a_quarter_it_is_a_back_debit(office: Office):
    office.on(date(2026, 10, 31))
    _, _, (stays, _), (goes, _) = await two(office)
    noted = await suspected(office, stays, goes)
    assert (await previewed(office, noted.id))["counts"]["back_debit"] is True


async def test_the_whereabouts_of_whoever_is_restricted_are_not_shown_and_the_marking_stays(office: Office):
    elm, oak, (stays, number), (goes, _) = await two(office)
    both = "update patients set restricted = true, apart = true where id = $1"
    await office.connection.exec_driver_sql(both, (goes,))
    noted = await suspected(office, stays, goes)
    shown = await previewed(office, noted.id)
    text = str(shown)
    assert elm.ods_code not in text and oak.ods_code not in text and "Quillet" not in text and "apart" not in text
    await merged(office, number, goes)
    row = await record(office, stays)
    assert (row["restricted"], row["apart"]) == (True, True)
    [(kind, content)] = await office.inbox(oak)
    assert kind == "F2" and "new_ha_cipher" not in content
    # The practice that loses somebody protected hears the F2 and nothing else.
    assert await office.one("select count(*) from letters where practice_id = :id", id=oak.id) == 0


async def test_on_one_list_the_practice_is_told_the_number(office: Office):
    elm = await office.practice()
    stays, number = await office.person(elm, accepted_on=date(2024, 5, 1))
    goes, other = await office.person(elm, accepted_on=date(2020, 3, 2))
    await merged(office, stays, goes)
    [(kind, content)] = await office.inbox(elm)
    assert (kind, content["number"], content["new_number"]) == ("F1", other, number)
    assert await office.list_of(goes) is None and await office.list_of(stays) == elm.id


async def test_the_contrary_choice_needs_the_ruling_and_then_the_place_goes_over(office: Office):
    elm, oak, (present, _), (former, number) = await two(office)
    noted = await suspected(office, present, former)
    shown = await previewed(office, noted.id, retained=number)
    assert shown["conflicts"][0]["item"] == "retained" and shown["conflicts"][0]["blocks"]
    answer = await act(
        office,
        "propose",
        id=noted.id,
        version=1,
        retained=number,
        case_reference=CASE,
        fingerprint=shown["fingerprint"],
        reason="so they say",
    )
    assert isinstance(answer, Impossible) and answer.field == "retained"
    await merged(office, present, former, retained=number, national_ruling=True)
    assert await office.list_of(former) == elm.id
    stay = "select accepted_on || ' ' || gp_code from list_memberships where patient_id = :id and upper_inf(period)"
    assert await office.one(stay, id=former) == f"2024-05-01 {elm.gp_code}"
    assert [kind for kind, _ in await office.inbox(oak)] == ["F2"]
    assert [kind for kind, _ in await office.inbox(elm)] == ["F1"]


async def test_a_record_without_a_number_is_named_by_its_id_and_takes_the_number_over(office: Office):
    elm = await office.practice()
    stays, _ = await office.person(elm, number=None)
    goes, number = await office.person()
    await merged(office, stays, goes)
    assert (await record(office, stays))["nhs_number"] == number
    assert await office.one("select count(*) from patient_numbers") == 0


async def test_missing_facts_are_filled_and_never_overwritten(office: Office):
    elm = await office.practice()
    stays, _ = await office.person(elm, place_of_birth=None, title="Dr")
    goes, _ = await office.person(None, title="Ms", place_of_birth="SALTHOLME")
    await merged(office, stays, goes)
    row = await record(office, stays)
    assert (row["place_of_birth"], row["title"]) == ("SALTHOLME", "Dr")
    what = "select after from merge_items where row_key = :key and table_name = 'patients'"
    assert await office.one(what, key=str(stays)) == {"place_of_birth": "SALTHOLME"}


async def test_a_death_of_one_of_the_two_stands_in_the_way(office: Office):
    elm = await office.practice()
    alive, _ = await office.person(elm)
    dead, _ = await office.person(status="formal-dead", date_of_death=date(2025, 1, 1))
    noted = await suspected(office, alive, dead)
    assert (await previewed(office, noted.id, death_stands=True))["conflicts"][0]["item"] == "death"
    unlisted, _ = await office.person(like=ANNA)
    noted = await suspected(office, unlisted, dead)
    shown = await previewed(office, noted.id, retained=str(unlisted))
    assert shown["conflicts"][0] == {
        "item": "death",
        "sentence": "Only one is recorded as dead. Say that the death stands, or reverse it first.",
        "blocks": True,
    }
    await merged(office, unlisted, dead, retained=str(unlisted), death_stands=True)
    row = await record(office, unlisted)
    assert (row["status"], row["date_of_death"]) == ("formal-dead", date(2025, 1, 1))


async def test_a_judgement_holds_until_a_record_changes_and_through_a_merge(office: Office):
    elm, _, (one, number), (other, _) = await two(office)
    noted = await suspected(office, one, other)
    refused = await act(office, "not-duplicate", id=noted.id, version=1)
    assert isinstance(refused, Impossible) and refused.field == "reason"
    done = await did(office, "not-duplicate", id=noted.id, version=1, reason="twins")
    assert done.state == "not-duplicate"
    again = await act(office, "suspect", one=str(other), other=str(one))
    assert isinstance(again, Impossible) and again.field == "again"
    assert isinstance(await act(office, "suspect", one=str(other), other=str(one), again=True), Impossible)
    await office.send(office.amendment(elm, number, _moved_house()))
    await suspected(office, one, other)
    look = await did(office, "look", record=number)
    assert [(each["reason"], each["holds"]) for each in look.data["judgements"]] == [("twins", False)]


async def test_two_of_one_number_and_nobody_are_refused_alike(office: Office):
    _, _, (one, number), (other, _) = await two(office)
    sealed, gone = await office.person()
    await office.connection.exec_driver_sql("update patients set status = 'invalidated' where id = $1", (sealed,))
    nobody = await act(office, "suspect", one=number, other=office.number())
    assert isinstance(nobody, Impossible)
    assert await act(office, "suspect", one=number, other=gone) == nobody
    assert await act(office, "look", record=gone) == Impossible(nobody.sentence, "record")
    unknown = await act(office, "suspect", one=str(sealed), other=number)
    assert unknown == await act(office, "suspect", one="00000000-0000-4000-8000-000000000000", other=number)
    assert isinstance(await act(office, "suspect", one=number, other=str(one)), Impossible)
    assert isinstance(await act(office, "suspect", one=number, other="12"), Impossible)
    assert isinstance(await act(office, "undo", id=one, reason="x"), Nothing)
    # One that came to stand for nobody while it was worked on.
    noted = await suspected(office, one, other)
    await office.connection.exec_driver_sql("update patients set status = 'invalidated' where id = $1", (other,))
    assert (await previewed(office, noted.id))["conflicts"][0]["item"] == "record"


async def test_numbers_lead_to_the_survivor_through_any_chain(office: Office):
    a_practice, b_practice, c_practice = [await office.practice() for _ in range(3)]
    a, a_number = await office.person(a_practice, accepted_on=date(2020, 1, 1))
    b, b_number = await office.person(b_practice, accepted_on=date(2021, 1, 1))
    c, _ = await office.person(c_practice, accepted_on=date(2022, 1, 1))
    first = await merged(office, a, b)
    second = await merged(office, b, c)
    assert (await record(office, a))["merged_into"] == c
    for number in (a_number, b_number):
        assert await office.one("select patient_id from patient_numbers where nhs_number = :n", n=number) == c
    # What the practices go on sending under the first number is of the survivor.
    outcome = await office.send(office.amendment(c_practice, a_number, _moved_house()))
    assert (outcome.outcome, outcome.patient_id) == ("amended", c)
    outcome = await office.send(office.acceptance(a_practice, ANNA, a_number))
    assert (outcome.outcome, outcome.patient_id) == ("registered", c)
    # A practice that had them before the merge is one where they were before.
    outcome = await office.send(office.deduction(b_practice, b_number))
    assert outcome.outcome != "nobody-has-number"
    refused = await act(office, "undo", by=None, id=first, reason="one too many")
    assert isinstance(refused, Impossible) and str(second) in refused.sentence
    noted = await suspected(office, a_number, (await office.person())[0])
    assert await office.one("select patient_id from matters where id = :id", id=noted.id) == c


async def test_acts_by_the_wrong_state_and_version(office: Office):
    _, _, (one, _), (other, _) = await two(office)
    noted = await suspected(office, one, other)
    assert (await did(office, "suspect", one=str(other), other=str(one))).id == noted.id
    assert isinstance(await act(office, "triage", id=noted.id, version=2), Stale)
    assert isinstance(await act(office, "approve", id=noted.id, version=1, fingerprint="x"), WrongState)
    assert isinstance(await act(office, "withdraw", id=noted.id, version=1), Impossible)
    assert (await did(office, "withdraw", id=noted.id, version=1, reason="mistake")).state == "withdrawn"
    assert isinstance(await act(office, "preview", id=noted.id), Impossible)
    assert isinstance(await act(office, "preview", id=other), Nothing)


async def test_an_undone_merge_says_so_when_it_is_undone_again(office: Office):
    _, _, (one, _), (other, _) = await two(office)
    merge = await merged(office, one, other)
    refused = await act(office, "undo", by=APPROVER, id=merge, reason="mine")
    assert isinstance(refused, Impossible)
    first = await undone(office, merge)
    assert (await undone(office, merge)).transaction_id == first.transaction_id
    assert isinstance(await act(office, "suspect", one=str(one), other=str(other)), Impossible)
    again = await merged_again(office, one, other)
    office.later(office.clock.now() + timedelta(hours=1))
    answer = await undone(office, again, verdict="open")
    assert answer.id is not None


async def merged_again(office: Office, one: UUID, other: UUID) -> UUID:
    await suspected(office, one, other, again=True, reason="they were one after all")
    return await merged(office, one, other)
