"""Matters: what may be done in which state, by whom, at which version; and what their clocks do."""

import subprocess
import sys
from datetime import date, timedelta
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.acts.act import Act, Impossible, Nothing, OnMatter, Stale, WrongState
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.context import Context
from registry.transactions.due.matters import matter_falls_due
from registry.transactions.gather import gather_person
from registry.transactions.kinds_of_matter import KINDS
from registry.transactions.matters import kind as kinds
from registry.transactions.matters.follow import follow
from registry.transactions.matters.kind import Kind, Work
from registry.transactions.matters.machine import Machine, Stage, Step
from registry.transactions.matters.read import lock_matter
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance, hold, open_matter
from registry.values.actor import Actor, ActorKind
from registry.values.clock import FixedClock
from tests.support.acts import do, done
from tests.support.office import CLERK, Office

LOAN = Machine(
    "loan",
    "A loan",
    "A book that somebody borrowed.",
    "House rules",
    (
        Stage("asked", "Somebody wants it.", "registration", "approval"),
        Stage("lent", "It is out.", "registration", "return"),
        Stage("returned", "It is back."),
    ),
    (
        Step("renew", ("asked", "lent"), "asked", "Asked again."),
        Step("approve", ("asked",), "lent", "Given out.", not_by="opened"),
        Step("give-back", ("lent",), "returned", "Brought back."),
    ),
)
OTHER_CLERK = Actor(ActorKind.STAFF, "other clerk")


async def _approve(work: Work, asked: OnMatter) -> str | Impossible:
    if asked.reason == "not today":
        return Impossible("Not today.", "reason")
    due_at = work.context.now + timedelta(days=14)
    advance(work.writes, work.context, LOAN, work.matter, "approve", due_at=due_at, facts={"shelf": 3})
    return "Given out."


async def _give_back(work: Work, asked: OnMatter) -> str | Impossible:
    advance(work.writes, work.context, LOAN, work.matter, "give-back", reason=asked.reason)
    return "Back."


APPROVE: Act[OnMatter] = matter_act(LOAN, "loans", "approve", OnMatter, _approve, summary="Give it out.")
GIVE_BACK: Act[OnMatter] = matter_act(LOAN, "loans", "give-back", OnMatter, _give_back, summary="Bring it back.")


async def _falls_due(work: Work) -> str:
    match work.matter.facts.get("mood"):
        case "hold":
            hold(work.writes, work.context, work.matter, "A reader is unwell.", work.context.now + timedelta(days=1))
            return "held"
        case _:
            return "left alone"


def _returned(writes: Writes, context: Context, _person: object, matter: Matter, _transaction: UUID | None) -> None:
    if matter.state == "lent":
        advance(writes, context, LOAN, matter, "give-back")


@pytest.fixture(autouse=True)
def loans(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {**kinds._KINDS, "loan": Kind(LOAN, _falls_due, {"left": _returned})}
    monkeypatch.setattr(kinds, "_KINDS", known)


@pytest_asyncio.fixture
async def office(connection: AsyncConnection, clock: FixedClock) -> Office:
    return Office(connection, clock)


async def _loan(office: Office, patient_id: UUID, **facts: object) -> UUID:
    writes = Writes()
    context = office.context()
    matter = open_matter(writes, context, LOAN, due_at=context.now, patient_id=patient_id, facts=facts)
    await writes.flush(office.connection)
    return matter


async def test_steps_are_taken_in_order_by_two_people_and_kept(office: Office):
    anna, _ = await office.person(await office.practice())
    matter = await _loan(office, anna)
    context, other = office.context(CLERK), office.context(OTHER_CLERK)

    assert await do(office.connection, context, GIVE_BACK, id=matter, version=1) == WrongState("asked", ("lent",))
    own = await do(office.connection, context, APPROVE, id=matter, version=1)
    assert isinstance(own, Impossible) and "another person" in own.sentence
    lent = await done(office.connection, other, APPROVE, id=matter, version=1)
    assert (lent.state, lent.version) == ("lent", 2)
    stale = await do(office.connection, other, GIVE_BACK, id=matter, version=1)
    assert isinstance(stale, Stale) and stale.version == 2
    assert (stale.facts["state"], stale.facts["last_event"]["event"]) == ("lent", "approve")
    back = await done(office.connection, context, GIVE_BACK, id=matter, version=2, reason="read")

    assert (back.state, back.version) == ("returned", 3)
    row = (await office.connection.execute(text("select * from matters where id = :id"), {"id": matter})).one()
    assert row.closed_at is not None and row.due_at is None and row.expects is None and row.facts == {"shelf": 3}
    rows = await office.connection.execute(
        text("select event, by, reason from matter_events where matter_id = :id order by version"), {"id": matter}
    )
    assert [tuple(each) for each in rows] == [
        ("opened", "clerk", None),
        ("approve", "other clerk", None),
        ("give-back", "clerk", "read"),
    ]


async def test_what_is_impossible_writes_nothing(office: Office):
    anna, _ = await office.person(await office.practice())
    matter = await _loan(office, anna)
    answer = await do(office.connection, office.context(OTHER_CLERK), APPROVE, id=matter, version=1, reason="not today")
    assert answer == Impossible("Not today.", "reason")
    assert await office.one("select count(*) from matter_events where matter_id = :id", id=matter) == 1


async def test_a_matter_of_another_kind_is_not_there(office: Office):
    answer = await do(office.connection, office.context(), APPROVE, id=UUID(int=7), version=1)
    assert answer == Nothing("a loan")


async def test_nobody_has_two_open_matters_of_a_kind(office: Office):
    anna, _ = await office.person(await office.practice())
    await _loan(office, anna)
    with pytest.raises(DBAPIError, match="one_open_matter_of_a_kind"):
        await _loan(office, anna)


async def test_history_cannot_be_changed(office: Office):
    anna, _ = await office.person(await office.practice())
    await _loan(office, anna)
    with pytest.raises(DBAPIError, match="never changed"):
        await office.connection.execute(text("update matter_events set event = 'x'"))


async def test_a_matter_that_its_clock_leaves_alone_rises_and_goes_to_the_supervisor(office: Office):
    anna, _ = await office.person(await office.practice())
    matter = await _loan(office, anna)
    assert await matter_falls_due(office.connection, office.context(), matter) == "escalated"
    first = await lock_matter(office.connection, matter)
    assert first is not None and (first.priority, first.owner, first.version) == (1, "registration", 2)
    assert await matter_falls_due(office.connection, office.context(), matter) == "gone", "not due again today"

    office.on(date(2026, 11, 5))
    assert await matter_falls_due(office.connection, office.context(), matter) == "escalated"
    second = await lock_matter(office.connection, matter)
    assert second is not None and (second.priority, second.owner) == (2, "supervisor")


async def test_a_clock_that_holds_says_why(office: Office):
    anna, _ = await office.person(await office.practice())
    matter = await _loan(office, anna, mood="hold")
    assert await matter_falls_due(office.connection, office.context(), matter) == "held"
    assert await office.one("select held_because from matters where id = :id", id=matter) == "A reader is unwell."
    assert await matter_falls_due(office.connection, office.context(), matter) == "gone"


async def test_what_happens_to_a_person_happens_to_their_matters(office: Office):
    anna, _ = await office.person(await office.practice())
    matter = await _loan(office, anna)
    await done(office.connection, office.context(OTHER_CLERK), APPROVE, id=matter, version=1)
    person = await gather_person(office.connection, anna)
    assert person.matter("loan") is not None and person.matter("fp69") is None

    for happening in ("registered", "left"):
        writes = Writes()
        follow(writes, office.context(), person, happening, None)
        await writes.flush(office.connection)

    assert await office.one("select state from matters where id = :id", id=matter) == "returned"
    assert (await gather_person(office.connection, anna)).matters == ()


async def test_a_matter_of_no_kind_is_never_passed_over(office: Office, monkeypatch: pytest.MonkeyPatch):
    anna, _ = await office.person(await office.practice())
    await _loan(office, anna)
    person = await gather_person(office.connection, anna)
    monkeypatch.setattr(kinds, "_KINDS", {})
    with pytest.raises(KeyError):
        follow(Writes(), office.context(), person, "left", None)


def test_a_machine_whose_step_leads_nowhere_is_refused():
    with pytest.raises(ValueError, match="unknown states"):
        Machine("x", "X", "", "", (Stage("a", "", "registration", "b"),), (Step("go", ("a",), "z", ""),))


@pytest.mark.parametrize("kind", sorted(each.machine.kind for each in KINDS)[::4])
def test_any_kind_is_found_by_a_process_that_has_loaded_nothing_else(kind: str):
    """A command loads only what it uses, and may meet a matter of any kind."""
    code = f"from registry.transactions.matters.kind import kind_named; print(kind_named({kind!r}).machine.kind)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == kind
