"""What is still to happen to a record that is merged away happens to the survivor, or ends with a reason."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from registry.database import Writes
from registry.transactions.acts.act import Impossible
from registry.transactions.commands import Changes
from registry.transactions.due.chase import open_chaser
from registry.transactions.fp69.acts import FP69
from registry.transactions.gather import gather_person
from registry.transactions.kinds_of_matter import KINDS
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.matters.step import open_matter
from registry.transactions.merges.fate import ending_events, fate_of
from registry.transactions.national import tell
from registry.transactions.office_transactions import note_transaction
from tests.support.acts import done
from tests.support.merging import act, merged, previewed, record, suspected, two, undone
from tests.support.office import ANNA, Office, Practice


async def open_of(office: Office, kind: str, patient_id: UUID, *, practice: Practice | None = None) -> UUID:
    """An open matter of a kind about a person, at its first stage."""
    machine = next(each.machine for each in KINDS if each.machine.kind == kind)
    writes, context = Writes(), office.context()
    made = open_matter(
        writes,
        context,
        machine,
        due_at=context.after_working_days(9),
        patient_id=patient_id,
        practice_id=None if practice is None else practice.id,
    )
    await writes.flush(office.connection)
    return made


async def matter(office: Office, matter_id: UUID) -> tuple[str, UUID | None, bool]:
    """State, person, and whether it is closed."""
    query = "select json_build_array(state, patient_id, closed_at is not null) from matters where id = :id"
    state, person, closed = await office.one(query, id=matter_id)
    return state, UUID(person), closed


async def test_a_case_names_the_survivor_in_its_evidence_too(office: Office):
    elm, _, (stays, _), (goes, number) = await two(office)
    # A form under the other number that looks like nobody: a person is to decide, with the candidate shown.
    outcome = await office.send(office.amendment(elm, number, _nothing(), free_text="PLEASE READ"))
    assert outcome.state == "in-queue"
    merge = await merged(office, stays, goes)
    case = "select {} from anomalies where state = 'open'"
    assert await office.one(case.format("patient_ids")) == [stays]
    assert str(goes) not in str(await office.one(case.format("evidence")))
    assert await office.one(case.format("version")) == 2
    await undone(office, merge)
    assert await office.one(case.format("patient_ids")) == [goes]


def _nothing() -> Changes:
    return Changes(title="Dr")


async def test_a_case_about_both_names_the_survivor_once(office: Office):
    _, _, (stays, _), (goes, _) = await two(office)
    writes = Writes()
    shown = [{"patient_id": str(each), "version": 1, "movement": None} for each in (goes, stays)]
    open_chaser(
        writes, office.context(), "some-case", "Look.", patient_ids=(goes, stays), evidence={"candidates": shown}
    )
    await writes.flush(office.connection)
    await merged(office, stays, goes)
    assert await office.one("select patient_ids from anomalies") == [stays]
    evidence = await office.one("select evidence from anomalies")
    assert [each["patient_id"] for each in evidence["candidates"]] == [str(stays)]


async def test_a_pending_removal_of_another_list_ends_and_comes_back(office: Office):
    _, oak, (stays, _), (goes, number) = await two(office)
    outcome = await office.send(office.deduction(oak, number))
    assert outcome.state == "pending"
    merge = await merged(office, stays, goes)
    state = "select state from {} where {} = :id"
    assert await office.one(state.format("pending_deductions", "patient_id"), id=goes) == "superseded"
    assert await office.one(state.format("transactions", "id"), id=outcome.transaction_id) == "superseded"
    await undone(office, merge)
    assert await office.one(state.format("pending_deductions", "patient_id"), id=goes) == "pending"
    assert await office.one(state.format("transactions", "id"), id=outcome.transaction_id) == "pending"


async def test_a_removal_whose_letter_is_gone_is_not_brought_back(office: Office):
    _, oak, (stays, _), (goes, number) = await two(office)
    await office.send(office.deduction(oak, number))
    merge = await merged(office, stays, goes)
    await office.post_leaves()  # the letter is not sent: what it announced has ended
    answer = await undone(office, merge)
    assert answer.data["kept"]["pending deductions"] == 1
    assert await office.one("select state from pending_deductions") == "superseded"


@pytest.mark.parametrize("both", [False, True])
async def test_a_pending_removal_of_the_same_list_goes_on(office: Office, both: bool):
    elm = await office.practice()
    stays, number = await office.person(elm, accepted_on=date(2024, 5, 1))
    goes, other = await office.person(elm)
    outcome = await office.send(office.deduction(elm, other))
    if both:
        await office.send(office.deduction(elm, number))
    merge = await merged(office, stays, goes)
    pending = "select patient_id from pending_deductions where state = 'pending'"
    assert await office.one(pending) == stays
    whose = "select patient_id || ' ' || state from transactions where id = :id"
    kept = f"{goes} superseded" if both else f"{stays} pending"
    assert await office.one(whose, id=outcome.transaction_id) == kept
    await undone(office, merge)
    assert await office.one(whose, id=outcome.transaction_id) == f"{goes} pending"


async def test_letters_and_questions_go_over(office: Office):
    _, _, (stays, _), (goes, _) = await two(office)
    writes = Writes()
    person = await gather_person(office.connection, goes)
    letter = write_letter(writes, office.context(), Letter.FIRST_REGISTRATION, person, {})
    made = note_transaction(
        writes, office.context(), "particulars", outcome="x", sentence="x", command={}, patient_id=goes
    )
    tell(writes, office.context(), made, goes)
    await writes.flush(office.connection)
    await merged(office, stays, goes)
    assert await office.one("select patient_id from letters where id = :id", id=letter) == stays
    asked = "select patient_id from national_requests where transaction_id = :id"
    assert await office.one(asked, id=made) == stays
    # What has happened stays where it was recorded.
    assert await office.one("select patient_id from transactions where id = :id", id=made) == goes


async def test_an_fp69_of_another_list_ends_and_comes_back(office: Office):
    _, oak, (stays, _), (goes, number) = await two(office)
    flag = await _flag(office, number)
    merge = await merged(office, stays, goes)
    assert await matter(office, flag) == ("overtaken", goes, True)
    await undone(office, merge)
    assert await matter(office, flag) == ("open", goes, False)
    assert "F10" not in [kind for kind, _ in await office.inbox(oak)]


async def test_an_fp69_of_the_same_list_goes_on_with_its_notice(office: Office):
    elm = await office.practice()
    stays, _ = await office.person(elm, accepted_on=date(2024, 5, 1))
    goes, other = await office.person(elm)
    flag = await _flag(office, other)
    merge = await merged(office, stays, goes)
    assert await matter(office, flag) == ("open", stays, False)
    await undone(office, merge)
    assert await matter(office, flag) == ("open", goes, False)


@pytest.mark.parametrize("survivor_is_protected", [True, False])
async def test_where_one_was_protected_no_place_leaves_of_what_was_decided_for_the_other(
    office: Office, survivor_is_protected: bool
):
    elm = await office.practice()
    stays, number = await office.person(elm, accepted_on=date(2024, 5, 1))
    goes, other = await office.person(elm)
    flag = await _flag(office, other if survivor_is_protected else number)
    protected = stays if survivor_is_protected else goes
    await office.connection.exec_driver_sql("update patients set restricted = true where id = $1", (protected,))
    await merged(office, stays, goes)
    assert await matter(office, flag) == ("cancelled", stays, True)
    whereabouts = "select count(*) from practice_messages where content <> content_without_whereabouts(content)"
    assert await office.one(whereabouts) == 0
    assert {kind for kind, _ in await office.inbox(elm)} >= {"F9", "F10"}


async def test_an_fp69_that_ended_by_the_protection_of_the_other_stays_ended_at_an_undo(office: Office):
    elm = await office.practice()
    stays, _ = await office.person(elm, accepted_on=date(2024, 5, 1))
    goes, other = await office.person(elm)
    flag = await _flag(office, other)
    await office.connection.exec_driver_sql("update patients set restricted = true where id = $1", (stays,))
    merge = await merged(office, stays, goes)
    await undone(office, merge)
    assert await matter(office, flag) == ("cancelled", stays, True)


async def _flag(office: Office, number: str) -> UUID:
    acts = {each.name: each for each in FP69.acts}
    said = {"nhs_number": number, "code": "8", "reason": "said by a neighbour"}
    answer = await done(office.connection, office.context(), acts["set"], **said)
    assert answer.id is not None
    return answer.id


async def test_matters_go_over_or_end_where_the_survivor_has_one(office: Office):
    _, _, (stays, _), (goes, _) = await two(office)
    goes_on = await open_of(office, "crown-return", goes)
    ends = await open_of(office, "pre-registration", goes)
    await open_of(office, "pre-registration", stays)
    merge = await merged(office, stays, goes)
    assert await matter(office, goes_on) == ("expected", stays, False)
    assert await matter(office, ends) == ("overtaken", goes, True)
    why = "select reason from matter_events where matter_id = :id order by version desc limit 1"
    assert await office.one(why, id=ends) == "Its record was merged into another of the same person."
    await undone(office, merge)
    assert await matter(office, goes_on) == ("expected", goes, False)
    assert await matter(office, ends) == ("waiting", goes, False)


async def test_an_application_for_a_practice_ends_when_the_survivor_has_one(office: Office):
    elm = await office.practice()
    stays, _ = await office.person(elm)
    goes, _ = await office.person()
    ends = await open_of(office, "assignment", goes)
    await merged(office, stays, goes)
    assert await matter(office, ends) == ("registered-voluntarily", goes, True)


async def test_work_that_a_special_team_keeps_stands_in_the_way_and_is_not_named(office: Office):
    elm = await office.practice()
    stays, _ = await office.person(elm)
    goes, _ = await office.person()
    kept = await open_of(office, "special-allocation", goes)
    noted = await suspected(office, stays, goes)
    shown = await previewed(office, noted.id)
    assert [each["item"] for each in shown["conflicts"] if each["blocks"]] == ["open-work"]
    assert "special" not in str(shown) and str(kept) not in str(shown)
    answer = await act(
        office, "propose", id=noted.id, version=1, case_reference="INC0123456",
        fingerprint=shown["fingerprint"], reason="same",
    )  # fmt: skip
    assert isinstance(answer, Impossible)


async def test_other_pairs_of_the_record_become_the_survivors(office: Office):
    _, _, (stays, _), (goes, _) = await two(office)
    third, fourth = (await office.person())[0], (await office.person())[0]
    moves = (await suspected(office, goes, third)).id
    ends = (await suspected(office, goes, fourth)).id
    await suspected(office, stays, fourth)
    assert moves is not None and ends is not None
    merge = await merged(office, stays, goes)
    pair = "select array[patient_id, other_patient_id] from matters where id = :id"
    assert set(await office.one(pair, id=moves)) == {stays, third}
    assert await office.one("select state from matters where id = :id", id=ends) == "withdrawn"
    # Merged further meanwhile: what was ended is looked at with whoever stands for the fourth now.
    await undone(office, merge)
    assert set(await office.one(pair, id=moves)) == {goes, third}
    assert await office.one("select state from matters where id = :id", id=ends) == "suspected"


async def test_a_ruling_that_waits_for_an_answer_names_the_survivor(office: Office):
    elm, _, (stays, _), (goes, _) = await two(office)
    outcome = await office.send(office.acceptance(elm, ANNA, office.number()))
    waiting = outcome.transaction_id
    ruling = f'{{"action": "accept", "reason": "x", "patient_id": "{goes}", "seen": ["{goes}"], "by": "clerk"}}'
    await office.connection.exec_driver_sql(
        "update transactions set ruling = $1::text::jsonb where id = $2", (ruling, waiting)
    )
    state = await office.one("select state from transactions where id = :id", id=waiting)
    if state != "waiting-for-trace":
        pytest.skip("the form was decided otherwise")
    await merged(office, stays, goes)
    assert (await office.one("select ruling ->> 'patient_id' from transactions where id = :id", id=waiting)) == str(
        stays
    )


async def test_a_second_survivor_is_refused_by_the_database(office: Office):
    _, _, (stays, _), (goes, _) = await two(office)
    third, _ = await office.person()
    await merged(office, stays, goes)
    for source, target in ((third, goes), (stays, third)):
        with pytest.raises(IntegrityError):
            async with office.connection.begin_nested():
                await office.connection.exec_driver_sql(
                    "update patients set status = 'superseded', nhs_number = null, merged_into = $1 where id = $2",
                    (target, source),
                )


@pytest.mark.parametrize("kind", [each.machine.kind for each in KINDS])
def test_every_kind_has_a_fate_and_ends_by_steps_that_end(kind: str):
    machine = next(each.machine for each in KINDS if each.machine.kind == kind)
    ends = [step for step in machine.steps if step.event in ending_events(kind)]
    listed = {"can_end": bool(ends), "same_list": False, "survivor_listed": True, "of_survivors_list": False}
    assert fate_of(kind, survivor_has_one=False, **listed) in ("close", "re-point", "blocks")
    if not ends:
        assert fate_of(kind, survivor_has_one=True, **listed) == "blocks"


async def test_what_is_merged_is_kept_row_by_row(office: Office):
    _, oak, (stays, _), (goes, number) = await two(office)
    await office.send(office.deduction(oak, number))
    merge = await merged(office, stays, goes)
    rows = await office.connection.exec_driver_sql(
        "select table_name, how, count(*) from merge_items where merge_id = $1 group by 1, 2 order by 1, 2", (merge,)
    )
    assert [tuple(row) for row in rows] == [
        ("letters", "re-pointed", 2),
        ("match_keys", "moved", 1),
        ("patient_numbers", "superseded", 1),
        ("patients", "superseded", 1),
        ("pending_deductions", "closed", 1),
        ("transactions", "closed", 1),
    ]
    assert (await record(office, goes))["version"] == 2
