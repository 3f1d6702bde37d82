"""Whatever changes a person on a list, or a practice's work, makes its event: a table of acts and topics."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from registry.transactions.commands import Changes, TraceAnswer
from registry.transactions.deductions.acts import NOTIFY, REVERSE_DEATH
from registry.transactions.fp69.acts import FP69
from registry.transactions.particulars.acts import CHANGE
from registry.values.clock import FixedClock
from registry.values.person import Name
from tests.fhir_api.events.support import Following
from tests.support.acts import done
from tests.support.committing_office import CommittingOffice
from tests.support.databases import Database
from tests.support.merging import merged, undone
from tests.support.office import ANNA, Practice

HERE, THERE = "here", "there"
WORK = ("task-update", None)
ACCEPTED, DEDUCTED, CHANGED, DIED, NUMBER = (
    "registration-accepted",
    "deduction",
    "demographic-change",
    "death",
    "number-change",
)
ANNA_, OTHER = "anna", "other"
"""Stand for the numbers of Anna, who is on HERE's list, and of another record, which is on THERE's."""


@dataclass(slots=True)
class Scene:
    """Anna on one practice's list, and another record on the other's; nothing has happened that is told."""

    following: Following
    practices: dict[str, Practice]
    people: dict[str, tuple[UUID, str]]

    @property
    def office(self) -> CommittingOffice:
        return self.following.office

    @property
    def here(self) -> Practice:
        return self.practices[HERE]

    @property
    def there(self) -> Practice:
        return self.practices[THERE]

    def number(self, who: str = ANNA_) -> str:
        return self.people[who][1]

    async def do(self, act: Any, **details: Any) -> Any:
        async with self.office.at_work() as office:
            return await done(office.connection, office.context(), act, **details)


@pytest.fixture
async def scene(database: Database, clock: FixedClock) -> Scene:
    office = CommittingOffice(database.engine, clock)
    async with office.at_work() as at_work:
        here, there = await at_work.practice(), await at_work.practice()
        anna = await at_work.person(here, accepted_on=date(2024, 5, 1))
        other = await at_work.person(there, accepted_on=date(2020, 3, 2))
    return Scene(Following(office), {HERE: here, THERE: there}, {ANNA_: anna, OTHER: other})


async def accept_at_another(scene: Scene) -> None:
    office = scene.office
    await office.send(office.plan.acceptance(scene.there, number=scene.number()))


async def accept_at_the_same(scene: Scene) -> None:
    office = scene.office
    await office.send(office.plan.acceptance(scene.here, number=scene.number()))


async def be_rejected(scene: Scene) -> None:
    office = scene.office
    form = office.plan.acceptance(scene.there, number=scene.number())
    outcome = await office.send(replace(form, accepted_on=date(2027, 1, 1)))
    assert outcome.state == "refused", outcome


async def amend(scene: Scene) -> None:
    office = scene.office
    await office.send(office.plan.amendment(scene.here, scene.number(), Changes(title="DR")))


async def amend_somebody_restricted(scene: Scene) -> None:
    async with scene.office.at_work() as office:
        await office.connection.execute(text("update patients set restricted = true"))
    await amend(scene)


async def ask_for_deduction(scene: Scene) -> None:
    office = scene.office
    await office.send(office.plan.deduction(scene.here, scene.number(), "5", happened_on=date(2026, 8, 1)))


async def change_particulars(scene: Scene) -> None:
    said = {"surname": "Vane", "source": "patient-letter", "evidence": "certificate"}
    await scene.do(CHANGE, nhs_number=scene.number(), effective_on=scene.office.today, **said)


async def die(scene: Scene) -> None:
    await scene.do(NOTIFY, nhs_number=scene.number(), cause="death", happened_on=date(2026, 10, 20))


async def rise(scene: Scene) -> None:
    await die(scene)
    await scene.following.events(scene.here)
    await scene.do(REVERSE_DEATH, nhs_number=scene.number(), reason="rang us herself")


async def set_fp69(scene: Scene) -> None:
    await scene.do(FP69.acts[0], nhs_number=scene.number(), code="4", letter_on="2026-10-05")


async def merge(scene: Scene) -> None:
    async with scene.office.at_work() as office:
        await merged(office, scene.number(), scene.number(OTHER))


async def merge_and_undo(scene: Scene) -> None:
    async with scene.office.at_work() as office:
        merge_id = await merged(office, scene.number(), scene.number(OTHER))
    await scene.following.events(scene.here)
    async with scene.office.at_work() as office:
        await undone(office, merge_id)


Happened = set[tuple[str, str | None]]
TABLE: list[tuple[Callable[[Scene], Awaitable[None]], Happened, Happened]] = [
    # The act, what HERE hears, and what THERE hears. What Anna had on HERE's list is on THERE's afterwards.
    (accept_at_another, {(DEDUCTED, ANNA_), WORK}, {(ACCEPTED, ANNA_), WORK}),
    (accept_at_the_same, {(ACCEPTED, ANNA_), WORK}, set()),
    (be_rejected, set(), {("registration-rejected", None), WORK}),
    (amend, {(CHANGED, ANNA_), WORK}, set()),
    (amend_somebody_restricted, {(CHANGED, ANNA_), WORK}, set()),
    (ask_for_deduction, {(DEDUCTED, ANNA_), WORK}, set()),
    (change_particulars, {(CHANGED, ANNA_)}, set()),
    (die, {(DEDUCTED, ANNA_), (DIED, ANNA_), WORK}, set()),
    (rise, {(DEDUCTED, ANNA_), (DIED, ANNA_), (ACCEPTED, ANNA_), WORK}, set()),
    (set_fp69, {WORK}, set()),
    (merge, {(NUMBER, OTHER)}, {(DEDUCTED, OTHER), (NUMBER, OTHER), WORK}),
    (merge_and_undo, {(NUMBER, OTHER)}, {(DEDUCTED, OTHER), (NUMBER, OTHER), (ACCEPTED, OTHER), WORK}),
]


@pytest.mark.parametrize(("act", "here", "there"), TABLE, ids=[row[0].__name__ for row in TABLE])
async def test_acts_make_their_events(
    scene: Scene,
    act: Callable[[Scene], Awaitable[None]],
    here: Happened,
    there: Happened,
):
    names = {number: who for who, (_, number) in scene.people.items()}
    await act(scene)
    for practice, expected in ((scene.here, here), (scene.there, there)):
        heard = {(topic, names.get(number or "", number)) for topic, number in await scene.following.told(practice)}
        # A demographic change with a registration is no surprise: the form told a newer address.
        assert heard - {(CHANGED, ANNA_)} == expected - {(CHANGED, ANNA_)}, practice.ods_code
        assert expected <= heard
    assert await scene.office.breaches() == []


async def test_somebody_new_is_accepted_when_the_national_side_has_answered(scene: Scene):
    office, new = scene.office, replace(ANNA, name=Name("Newcomer", "Nell"), date_of_birth=date(1999, 1, 1))
    number = office.plan.number()
    await office.send(office.plan.acceptance(scene.here, new, number))
    assert await scene.following.told(scene.here) == {WORK}
    before = await scene.following.seen(scene.here)
    await office.answer(TraceAnswer("single", number))
    assert await scene.following.told(scene.here, before) == {(ACCEPTED, number), WORK}


async def test_what_is_undone_is_no_event(scene: Scene):
    class Undone(Exception):
        pass

    with pytest.raises(Undone):
        async with scene.office.at_work() as office:
            await office.send(office.acceptance(scene.there, number=scene.number()))
            raise Undone
    assert await scene.following.told(scene.here) == set()
    assert await scene.following.told(scene.there) == set()


async def test_one_unit_of_work_tells_the_same_once(scene: Scene):
    async with scene.office.at_work() as office:
        for title in ("DR", "PROF"):
            await office.send(office.amendment(scene.here, scene.number(), Changes(title=title)))
    events = await scene.following.events(scene.here, CHANGED)
    assert [each.nhs_number for each in events] == [scene.number()]


async def test_taking_people_on_tells_nobody(scene: Scene):
    async with scene.office.at_work() as office:
        for _ in range(5):
            await office.person(scene.here)
    assert await scene.office.one("select count(*) from practice_events") == 0
