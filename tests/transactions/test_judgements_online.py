"""Whom a clerk did not choose is another person: said by the choice, and used when the person comes again."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from registry.transactions.commands import TraceAnswer
from registry.transactions.national_answers import take_answer
from registry.transactions.settle import Decision, Settled, settle
from registry.values.actor import Actor, ActorKind
from registry.values.address import Address
from registry.values.person import Name
from tests.support.judging import judgements, offered, settled
from tests.support.merging import suspected
from tests.support.office import ANNA, Office


async def referred(office: Office) -> tuple[UUID, UUID, UUID]:
    """Two records that fit a form without number, and its case."""
    old, new = await office.practice(), await office.practice()
    one, _ = await office.person(old, like=ANNA)
    other, _ = await office.person(old, like=ANNA)
    await office.send(office.acceptance(new))
    return one, other, await office.one("select id from anomalies where state = 'open'")


async def decide(office: Office, case: UUID, action: Any, **items: Any) -> None:
    version = await office.one("select version from anomalies where id = :id", id=case)
    answer = await settle(office.connection, office.context(), case, Decision(action, version, "telephoned", **items))
    assert isinstance(answer, Settled), answer


async def referred_beside_a_twin(office: Office) -> tuple[UUID, UUID, UUID]:
    """Anna moves in with Alma, who was born on the same day and shares a middle name and an initial: she comes near."""
    old = await office.practice()
    far = Address(("", "1 Far Road", "", "Eastwick", ""), "QP7 2BB")
    anna, _ = await office.person(old, like=replace(ANNA, address=far))
    alma, _ = await office.person(old, like=replace(ANNA, name=Name("Harrowgate", "Alma", "Maud")))
    first = await office.send(office.acceptance(await office.practice()))
    assert (first.state, first.outcome) == ("in-queue", "possible-match")
    return anna, alma, await office.one("select id from anomalies where state = 'open'")


async def test_of_whom_the_form_plainly_is_not_is_another_than_who_was_chosen(office: Office):
    one, other, case = await referred_beside_a_twin(office)
    await decide(office, case, "accept", patient_id=one)
    assert await judgements(office) == [("different", "online", "clerk")]
    row = (
        "select levels ->> 'surname' || ' ' || reason || ' ' || (transaction_id is not null) from duplicate_judgements"
    )
    assert await office.one(row) == "equal telephoned true"
    assert await offered(office, one, other) is None


async def test_a_choice_between_two_that_fit_alike_does_not_hide_that_they_may_be_one(office: Office):
    one, other, case = await referred(office)
    await decide(office, case, "accept", patient_id=one)
    assert await judgements(office) == []
    assert await offered(office, one, other) is not None


async def test_who_is_created_is_another_than_everybody_shown(office: Office):
    """The national side is asked first: it is kept when the person is made, as the clerk's own judgement."""
    one, other, case = await referred(office)
    await decide(office, case, "create")
    created = await office.one("select id from patients where id <> all(:known)", known=[one, other])
    assert await judgements(office) == [("different", "online", "clerk")] * 2
    assert await offered(office, created, one) is None


async def test_the_author_is_who_ruled_though_the_answer_came_later(office: Office):
    old, new = await office.practice(), await office.practice()
    one, _ = await office.person(old)
    like = replace(ANNA, number=office.number())
    await office.send(office.acceptance(new, like, free_text="PLEASE CALL"))
    case = await office.one("select id from anomalies where state = 'open'")
    await decide(office, case, "create")
    assert await judgements(office) == []
    question = await office.one("select id from national_requests where state <> 'C' and kind <> 'update'")
    worker = office.context(Actor(ActorKind.JOB, "worker"))
    await take_answer(office.connection, worker, question, TraceAnswer("single", like.number))
    assert await judgements(office) == [("different", "online", "clerk")]
    audit = "select actor_name || ' for ' || (subject ->> 'by') from audit_events where action = 'pair.judged'"
    assert await office.one(audit) == "worker for clerk"
    assert one is not None


@pytest.mark.parametrize("worked_on", ["matter", "case"])
async def test_a_pair_that_is_worked_on_is_not_judged_in_passing(office: Office, worked_on: str):
    one, other, case = await referred_beside_a_twin(office)
    await (suspected(office, one, other) if worked_on == "matter" else offered(office, one, other))
    await decide(office, case, "accept", patient_id=one)
    assert await judgements(office) == []


async def test_a_rejection_judges_nobody(office: Office):
    _, _, case = await referred(office)
    await decide(office, case, "reject", code="7")
    assert await judgements(office) == []


async def test_namesakes_judged_to_be_two_still_wait_for_a_clerk(office: Office):
    """The judgement does not say which of the two writes: the same form is put before a person again."""
    one, other, case = await referred(office)
    await decide(office, case, "accept", patient_id=one)
    pair = await offered(office, one, other)
    assert pair is not None
    await settled(office, pair, "different")
    again = await office.send(office.acceptance(await office.practice()))
    assert (again.state, again.outcome) == ("in-queue", "possible-match")


async def test_a_twin_judged_to_be_another_does_not_stop_who_is_plainly_meant(office: Office):
    anna, alma, _ = await referred_beside_a_twin(office)
    old_list = await office.list_of(alma)
    assert await office.one("select guard from match_decisions") == "another-candidate"

    case = await offered(office, anna, alma)
    assert case is not None
    await settled(office, case, "household")
    new = await office.practice()
    second = await office.send(office.acceptance(new))
    assert (second.state, second.patient_id) == ("accepted", anna)
    assert await office.list_of(anna) == new.id and await office.list_of(alma) == old_list
    # The acceptance brought another address: what is compared has changed.
    assert await offered(office, anna, alma) is not None
