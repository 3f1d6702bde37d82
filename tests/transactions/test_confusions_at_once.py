"""A split beside everything else: two approvals, an acceptance for the same record, a crash in the midst of it."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.acts.act import Answer, Done, Impossible
from registry.transactions.confusions import approve as carrying_out
from registry.transactions.confusions.split import Split
from registry.values.actor import Actor
from tests.support.acts import do
from tests.support.committing_office import CommittingOffice
from tests.support.confusing import ACTS, COLLEAGUE, Confusion, ready_to_propose
from tests.support.office import ANNA, Practice


async def proposed(committing: CommittingOffice) -> tuple[Confusion, UUID, str, list[Practice]]:
    async with committing.at_work() as office:
        practices = [await office.practice() for _ in range(3)]
        confusion, record, number = await ready_to_propose(office, practices[0], practices[1])
        await confusion.done("propose")
    return confusion, record, number, practices


def approving(committing: CommittingOffice, confusion: Confusion, version: int, by: Actor = COLLEAGUE):
    async def act(connection: AsyncConnection) -> Answer:
        return await do(
            connection, committing.plan.context(by), ACTS["approve"], id=confusion.id, version=version, reason="seen"
        )

    return committing.act(act)


async def version_of(committing: CommittingOffice, confusion: Confusion) -> int:
    return await committing.one("select version from matters where id = :id", id=confusion.id)


async def test_approved_twice_at_once_it_is_carried_out_once(committing: CommittingOffice):
    confusion, _, _, _ = await proposed(committing)
    version = await version_of(committing, confusion)
    answers = await asyncio.gather(*(approving(committing, confusion, version) for _ in range(3)))
    assert sum(isinstance(each, Done) for each in answers) == 1
    assert await committing.one("select count(*) from patients") == 2


@pytest.mark.parametrize("head_start", [0, 0.01, 0.05])
async def test_an_acceptance_for_the_same_record_comes_before_or_after(committing: CommittingOffice, head_start: float):
    confusion, record, number, practices = await proposed(committing)
    version = await version_of(committing, confusion)
    form = committing.plan.acceptance(practices[2], ANNA, number)

    async def later() -> Answer:
        await asyncio.sleep(head_start)
        return await approving(committing, confusion, version)

    outcome, answer = await asyncio.gather(committing.send(form), later())
    if isinstance(answer, Done):
        # Whatever the form came to, it is about Anna, whose number it bears: Anne is where she was.
        assert await committing.list_of(record) == practices[1].id
        assert await committing.one("select count(*) from patients") == 2
    else:
        # It had moved somebody, or waits for a clerk, before: that is looked at first.
        assert isinstance(answer, Impossible) and "Decline" in answer.sentence
        assert await committing.one("select count(*) from patients") == 1
    assert outcome.state in ("accepted", "in-queue", "waiting-for-trace")


@pytest.mark.parametrize("at", ["settle_lists", "give_rows", "write_keys", "note_attributions", "tell_all"])
async def test_a_crash_in_the_midst_leaves_nothing(
    committing: CommittingOffice, monkeypatch: pytest.MonkeyPatch, at: str
):
    confusion, record, number, practices = await proposed(committing)
    version = await version_of(committing, confusion)
    counts = "select array[(select count(*) from transactions), (select count(*) from list_movements), (select count(*)"
    counts += " from patients), (select count(*) from practice_messages), (select count(*) from attributions"
    counts += " where is_current)]"
    before = await committing.one(counts)

    async def crash(_: Split) -> None:
        raise RuntimeError("the machine went down")

    with monkeypatch.context() as patched:
        patched.setattr(carrying_out, at, crash)
        with pytest.raises(RuntimeError):
            await approving(committing, confusion, version)
    assert await committing.one(counts) == before and await committing.breaches() == []
    assert await committing.one("select nhs_number from patients where id = :id", id=record) == number

    assert isinstance(await approving(committing, confusion, version), Done)
    assert await committing.list_of(record) == practices[1].id
