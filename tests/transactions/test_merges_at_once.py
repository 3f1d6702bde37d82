"""Many merges at once, on the same people: each has one outcome, and nobody sees a deadlock."""

import asyncio
from itertools import combinations
from typing import Any
from uuid import UUID

from registry.transactions.acts.act import Answer, Done, Impossible, Nothing, Stale, WrongState
from registry.values.actor import Actor, ActorKind
from tests.support.acts import do
from tests.support.committing_office import CommittingOffice
from tests.support.merging import ACTS, APPROVER, CASE
from tests.support.office import ANNA


async def acted(office: CommittingOffice, name: str, by: Actor | None = None, **details: Any) -> Answer:
    """An act as the API does it: in a unit of work of its own, and again where another stood in the way."""
    context = office.plan.context() if by is None else office.plan.context(by)
    return await office.act(lambda connection: do(connection, context, ACTS[name], **details))


async def records(office: CommittingOffice, number: int) -> list[UUID]:
    async with office.at_work() as at_work:
        practices = [await at_work.practice() for _ in range(3)]
        return [(await at_work.person(practices[each % 3] if each % 4 else None))[0] for each in range(number)]


async def propose(office: CommittingOffice, one: UUID, other: UUID) -> tuple[Answer, str]:
    """Suspect, preview and propose, with what was seen."""
    noted = await acted(office, "suspect", one=str(one), other=str(other))
    if not isinstance(noted, Done):
        return noted, ""
    shown = await acted(office, "preview", id=noted.id)
    if not isinstance(shown, Done):
        return shown, ""
    seen: str = shown.data["fingerprint"]
    said = {"case_reference": CASE, "fingerprint": seen, "reason": "one person", "version": shown.version}
    return await acted(office, "propose", id=noted.id, **said), seen


async def merge(office: CommittingOffice, one: UUID, other: UUID, by: Actor = APPROVER) -> Answer:
    proposed, seen = await propose(office, one, other)
    if not isinstance(proposed, Done):
        return proposed
    return await acted(office, "approve", by, id=proposed.id, version=proposed.version, fingerprint=seen)


async def test_twenty_merges_at_once_on_overlapping_people(committing: CommittingOffice):
    people = await records(committing, 7)
    pairs = [*combinations(people, 2)][:20]
    proposed = [await propose(committing, *pair) for pair in pairs]
    assert all(isinstance(answer, Done) for answer, _ in proposed)
    answers = await asyncio.gather(
        *(
            acted(committing, "approve", APPROVER, id=answer.id, version=answer.version, fingerprint=seen)
            for answer, seen in proposed
            if isinstance(answer, Done)
        )
    )
    assert all(isinstance(each, Done | Stale | Impossible | WrongState | Nothing) for each in answers)
    made = sum(isinstance(each, Done) for each in answers)
    assert made == await committing.one("select count(*) from merges where state = 'made'") >= 1
    assert await committing.breaches() == []
    # What was overtaken is looked at again, until one record stands for all seven.
    for _ in range(20):
        standing = await committing.column("select id from patients where merged_into is null order by id")
        if len(standing) == 1:
            break
        await asyncio.gather(*(merge(committing, standing[0], each) for each in standing[1:]))
    assert await committing.one("select count(*) from patients where merged_into is null") == 1
    assert await committing.one("select count(distinct merged_into) from patients where merged_into is not null") == 1
    assert await committing.one("select count(*) from merges where state = 'made'") == 6
    assert await committing.one("select count(*) from patient_numbers") == 6


async def test_one_pair_approved_many_times_at_once_is_merged_once(committing: CommittingOffice):
    one, other = await records(committing, 2)
    proposed, seen = await propose(committing, one, other)
    assert isinstance(proposed, Done)
    people = [Actor(ActorKind.STAFF, f"approver {number}") for number in range(6)]
    said = {"id": proposed.id, "version": proposed.version, "fingerprint": seen}
    answers = await asyncio.gather(*(acted(committing, "approve", by, **said) for by in people))
    assert sum(isinstance(each, Done) for each in answers) == 1
    merge_id = await committing.one("select id from merges")
    undone = await asyncio.gather(*(acted(committing, "undo", id=merge_id, reason="two") for _ in range(4)))
    assert len({each.transaction_id for each in undone if isinstance(each, Done)}) == 1


async def test_forms_that_wait_for_a_merge_find_the_survivor(committing: CommittingOffice):
    async with committing.at_work() as at_work:
        elm, oak = await at_work.practice(), await at_work.practice()
        one, number = await at_work.person(elm)
        other, second = await at_work.person(oak, accepted_on=at_work.today)
    proposed, seen = await propose(committing, one, other)
    assert isinstance(proposed, Done)
    said = {"id": proposed.id, "version": proposed.version, "fingerprint": seen}
    forms = [
        committing.plan.acceptance(elm, ANNA, number),
        committing.plan.acceptance(oak, ANNA, second),
        committing.plan.deduction(elm, number),
    ]
    approval = asyncio.create_task(acted(committing, "approve", APPROVER, **said))
    outcomes = await asyncio.gather(*(committing.send(form) for form in forms))
    answer = await approval
    survivors = {each.patient_id for each in outcomes if each.patient_id is not None}
    if isinstance(answer, Done):
        assert await committing.one("select count(*) from patients where merged_into is not null") == 1
    gone = await committing.column("select id from patients where merged_into is not null")
    on_a_list = await committing.column("select patient_id from list_memberships where upper_inf(period)")
    assert not set(gone) & set(on_a_list)
    assert survivors
