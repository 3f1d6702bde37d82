"""A pair that a sweep offers: judged by a clerk, kept, and not offered again until what is compared changes."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.anomalies.store import EVERYTHING
from registry.matching.judgements.judgement import Verdict
from registry.matching.judgements.read import last_judgement
from registry.transactions.acts.act import Impossible as ActImpossible
from registry.transactions.commands import Changes
from registry.transactions.settle import Impossible, Stale
from registry.transactions.show_case import show_case
from registry.transactions.sweep.case import POSSIBLE_DUPLICATE, pairs_not_to_offer
from tests.support.confusing import ready_to_propose
from tests.support.judging import SUPERVISOR, judged, judgements, offered, settled
from tests.support.merging import act, did, merged, suspected, two, undone
from tests.support.office import CLERK, Office

MOVED = Changes(address=("", "5 New Row", "", "Saltholme", ""), postcode="ZX9 9ZZ")


async def pair(office: Office) -> tuple[UUID, UUID, UUID]:
    """Two records of one description, and the open case about them."""
    _, _, (one, _), (other, _) = await two(office)
    case = await offered(office, one, other)
    assert case is not None
    return one, other, case


async def case_row(office: Office, case: UUID) -> Any:
    found = await office.connection.execute(text("select * from anomalies where id = :id"), {"id": case})
    return found.mappings().one()


async def test_a_pair_is_offered_once_with_what_the_matcher_said(office: Office):
    one, other, case = await pair(office)
    row = await case_row(office, case)
    assert (row["kind"], row["patient_ids"]) == (POSSIBLE_DUPLICATE, sorted([one, other]))
    assert row["evidence"]["levels"]["surname"] == "equal" and row["evidence"]["score"] > 10
    assert "HARROWGATE" not in str(row["evidence"]).upper()
    assert await offered(office, other, one) is None


@pytest.mark.parametrize("verdict", ["different", "household"])
async def test_two_people_are_not_offered_until_what_is_compared_changes(office: Office, verdict: str):
    elm, _, (one, number), (other, _) = await two(office)
    case = await offered(office, one, other)
    assert case is not None
    done = await settled(office, case, verdict)
    assert done.judgement is not None and done.judgement.state == "decided"
    assert await judgements(office) == [(verdict, "batch", "clerk")]
    assert await pairs_not_to_offer(office.connection) == {(min(one, other), max(one, other))}
    assert await offered(office, one, other) is None

    # A change that the matcher cannot see leaves it as it is; one that it sees does not.
    await office.send(office.amendment(elm, number, Changes(title="Dr")))
    assert await office.one("select version from patients where id = :id", id=one) == 2
    assert await offered(office, one, other) is None
    await office.send(office.amendment(elm, number, MOVED))
    assert await offered(office, one, other) is not None


async def test_same_opens_the_matter_and_merges_nothing(office: Office):
    one, other, case = await pair(office)
    done = await settled(office, case, "same")
    assert done.judgement is not None
    row = await office.one(
        "select state || ' ' || (facts ->> 'case') from matters where id = :id", id=done.judgement.matter_id
    )
    assert row == f"triaged {case}"
    assert await office.one("select count(*) from patients where merged_into is not null") == 0
    assert await offered(office, one, other) is None
    matter = done.judgement.matter_id
    assert (await did(office, "ask", id=matter, version=1)).state == "asking"
    await did(office, "not-duplicate", id=matter, version=2, reason="two of one name", household=True)
    last = await last_judgement(office.connection, one, other)
    assert last is not None and (last.verdict, last.keeps_apart) == (Verdict.HOUSEHOLD, True)
    assert last.said is not None and last.said.levels["surname"] == "equal"
    assert await offered(office, one, other) is None


async def test_undecided_waits_for_another_day(office: Office):
    one, other, case = await pair(office)
    before = await case_row(office, case)
    office.later(before["due_at"])
    done = await settled(office, case, "undecided")
    assert done.judgement is not None and done.judgement.state == "open"
    row = await case_row(office, case)
    assert (row["state"], row["version"]) == ("open", 2) and row["due_at"] > before["due_at"]
    assert await offered(office, one, other) is None
    assert (await settled(office, case, "different")).judgement is not None
    assert [each[0] for each in await judgements(office)] == ["undecided", "different"]


async def test_whoever_escalates_does_not_decide(office: Office):
    _, _, case = await pair(office)
    await settled(office, case, "escalate")
    row = await case_row(office, case)
    assert (row["state"], row["priority"]) == ("open", 1)
    refused = await judged(office, case, "different")
    assert isinstance(refused, Impossible) and "supervisor" in refused.sentence
    await settled(office, case, "household", by=SUPERVISOR)
    assert await judgements(office) == [("escalate", "batch", "clerk"), ("household", "batch", "supervisor")]


async def test_a_record_that_changed_since_is_shown_again(office: Office):
    elm, _, (one, number), (other, _) = await two(office)
    case = await offered(office, one, other)
    assert case is not None
    await office.send(office.amendment(elm, number, MOVED))
    assert await judged(office, case, "same", version=1) == Stale(2)
    row = await case_row(office, case)
    assert row["evidence"]["levels"]["place"] != "same_address"
    assert await judged(office, case, "same", version=1) == Stale(2)
    assert await judgements(office) == []
    await settled(office, case, "same")


async def test_each_kind_of_case_has_its_own_decisions(office: Office):
    _, _, case = await pair(office)
    refused = await judged(office, case, "accept")
    assert isinstance(refused, Impossible) and "household" in refused.sentence
    assert isinstance(await judged(office, case, "close"), Impossible)
    old, new = await office.practice(), await office.practice()
    _, number = await office.person(old)
    await office.send(office.acceptance(new, number=number, free_text="PLEASE CALL"))
    acceptance = await office.one("select id from anomalies where transaction_id is not null")
    assert isinstance(await judged(office, acceptance, "different"), Impossible)


async def test_a_merge_closes_what_is_about_the_record_that_goes(office: Office):
    _, _, (one, _), (other, _) = await two(office)
    third, _ = await office.person()
    with_third = await offered(office, other, third)
    assert with_third is not None
    merge = await merged(office, one, other)
    row = await case_row(office, with_third)
    assert (row["state"], row["decision"]) == ("decided", "close")
    # The undo opens it again; and the pair of the merge itself is judged to be two.
    await undone(office, merge)
    assert (await case_row(office, with_third))["state"] == "open"
    assert await offered(office, one, other) is None


async def test_an_undo_opens_no_case_that_its_verdict_settles(office: Office):
    _, _, (one, _), (other, _) = await two(office)
    case = await offered(office, one, other)
    assert case is not None
    merge = await merged(office, one, other)
    row = await case_row(office, case)
    assert (row["state"], row["decision"]) == ("decided", "close")
    await undone(office, merge)
    assert (await case_row(office, case))["state"] == "decided"
    assert [each[:2] for each in await judgements(office)] == [("different", "office")]


async def test_a_suspicion_takes_the_case_over(office: Office):
    one, other, case = await pair(office)
    await suspected(office, one, other)
    assert (await case_row(office, case))["state"] == "decided"
    assert await offered(office, one, other) is None


async def test_a_case_keeps_no_death_and_no_merge_waiting(office: Office):
    """It is about two records, and nothing that somebody sent: other rules do not look at it."""
    one, other, _ = await pair(office)
    noted = await suspected(office, one, other)
    third, _ = await office.person()
    first = (await did(office, "preview", id=noted.id)).data["fingerprint"]
    assert await offered(office, one, third) is not None
    assert (await did(office, "preview", id=noted.id)).data["fingerprint"] == first


async def test_a_case_shows_both_and_why(office: Office):
    one, other, case = await pair(office)
    await settled(office, case, "undecided")
    found = await show_case(office.connection, EVERYTHING, case)
    assert found is not None
    shown, seen = found
    assert {*seen} == {one, other} and [each["person"]["surname"] for each in shown["candidates"]] == ["Harrowgate"] * 2
    steps = {each["step"]: each["weight"] for each in shown["pair"]["waterfall"]}
    parts = sum(weight for step, weight in steps.items() if step != "score")
    assert parts == pytest.approx(steps["score"], abs=1e-4) and steps["score"] == shown["evidence"]["score"]
    [before] = shown["pair"]["judgements"]
    assert (before["judgement"], before["by"], before["reason"]) == ("undecided", "clerk", "looked: undecided")
    assert "household" in shown["pair"]["decisions"]


async def test_of_somebody_protected_nothing_is_shown_that_tells_where(office: Office):
    one, _, case = await pair(office)
    await settled(office, case, "undecided")
    await office.connection.exec_driver_sql("update patients set restricted = true where id = $1", (one,))
    found = await show_case(office.connection, EVERYTHING, case)
    assert found is not None
    pair_data = found[0]["pair"]
    assert pair_data["waterfall"] is None and "levels" not in found[0]["evidence"]
    assert (pair_data["judgements"][0]["reason"], pair_data["judgements"][0]["levels"]) == (None, None)


async def test_look_tells_every_judgement(office: Office):
    one, other, case = await pair(office)
    await settled(office, case, "undecided")
    await settled(office, case, "household")
    look = await did(office, "look", record=str(other))
    told = [(each["judgement"], each["by"], each["holds"], each["door"]) for each in look.data["judgements"]]
    assert told == [("undecided", "clerk", True, "batch"), ("household", "clerk", True, "batch")]
    refused = await act(office, "suspect", one=str(one), other=str(other))
    assert isinstance(refused, ActImpossible) and refused.field == "again"
    actions = "select count(*) from audit_events where action = 'pair.judged' and :one = any(patient_ids)"
    assert await office.one(actions, one=one) == 2


@pytest.mark.parametrize(
    "statement", ["update duplicate_judgements set reason = 'other'", "delete from duplicate_judgements"]
)
async def test_a_judgement_is_never_changed(office: Office, statement: str):
    _, _, case = await pair(office)
    await settled(office, case, "different", by=CLERK)
    with pytest.raises(DBAPIError, match="never changed"):
        async with office.connection.begin_nested():
            await office.connection.exec_driver_sql(statement)


async def test_what_was_judged_before_digests_holds_by_versions(office: Office):
    elm, _, (one, number), (other, _) = await two(office)
    first, second = sorted([one, other])
    await office.connection.execute(
        text(
            "insert into duplicate_judgements (id, patient_id, other_patient_id, version, other_version, judgement,"
            " judged_at, judged_by, reason, door) values (gen_random_uuid(), :one, :other, 1, 1, 'different', :now,"
            " 'clerk', 'twins', 'office')"
        ),
        {"one": first, "other": second, "now": office.clock.now()},
    )
    assert await offered(office, one, other) is None
    await office.send(office.amendment(elm, number, Changes(title="Dr")))
    assert await offered(office, one, other) is not None


async def test_who_was_taken_apart_is_not_offered_as_one(office: Office):
    first, second = await office.practice(), await office.practice()
    confusion, record, _ = await ready_to_propose(office, first, second)
    alike, _ = await office.person()
    case = await offered(office, record, alike)
    assert case is not None
    # The case is no item of the confusion: nobody has to say whose it is.
    assert not [each for each in await confusion.items() if each["item"].startswith("case")]
    await confusion.split()
    assert (await case_row(office, case))["state"] == "decided"
    new = await office.one("select id from patients where id <> all(:known)", known=[record, alike])
    assert await offered(office, record, new) is None
    assert await judgements(office) == [("different", "office", "colleague")]
