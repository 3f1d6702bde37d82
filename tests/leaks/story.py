"""What was changed in a world: three identities, each for another reason; or one person's whereabouts, protected."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from tests.leaks.cast import BIRTH_DATE, OF_WHEREABOUTS, PIMWINNICK, THEODWYNA, WILHELMARA, Marked
from tests.leaks.changes import (
    Changed,
    ask_for_change,
    changed,
    everything_is_done,
    look_at_cases,
    practice_registers,
    practices_have_read,
)
from tests.leaks.history import forms_without_number
from tests.leaks.marks import Marks
from tests.leaks.values import Values
from tests.leaks.world import World

SEALED = (
    (WILHELMARA, "protected", "third"),
    (PIMWINNICK, "adoption", "here"),
    (THEODWYNA, "gender", "here"),
)
"""Who, why, and whose list the new identity is on."""

NEW = {
    WILHELMARA.number: {
        "surname": "Ashgrove",
        "first_forename": "Robin",
        "date_of_birth": "1986-02-11",
        "address": ["", "4 Quiet Street", "", "Farthing", ""],
        "postcode": "ZX5 5AA",
    },
    PIMWINNICK.number: {
        "surname": "Merrydown",
        "first_forename": "Jonah",
        "address": ["", "60 Orchard Close", "", "Nethermoor", ""],
        "postcode": "ZX4 8RR",
    },
    THEODWYNA.number: {
        "surname": "Larkspur",
        "first_forename": "Theo",
        "sex": "1",
        "title": "Mr",
        "address": ["", "8 Meadow View", "", "Nethermoor", ""],
        "postcode": "ZX4 9TT",
    },
}
"""Who they are to be, by the old number."""


@dataclass
class Story:
    """A world in which something was changed, and what must not be found in it any more."""

    world: World
    marks: Marks
    changes: dict[str, Changed] = field(default_factory=dict[str, Changed])
    """By the old number."""
    cases: list[str] = field(default_factory=list[str])
    since: datetime | None = None
    """When it was changed."""

    async def values(self) -> Values:
        """What may be sent: the old numbers that the register knew, the new ones, and those that never were.

        A number of which it never heard would be kept where the walk itself types it.
        """
        old = [*(who.number for who, _, _ in SEALED), WILHELMARA.superseded]
        values = await Values.of(self.world, [*old, *(each.number for each in self.changes.values())])
        values.cases = self.cases
        return values


def sealed_marks() -> Marks:
    """Everything of the three, but the birth dates of those to whom the change leaves it."""
    marks = Marks(())
    for who, kind, _ in SEALED:
        marks += who.marks if kind == "protected" else who.marks.but(BIRTH_DATE)
    return marks


async def change_three_identities(world: World) -> Story:
    """By three cases, a few days apart, until everything of each is done."""
    story = Story(world, sealed_marks())
    cases: list[tuple[Marked, str, UUID]] = []
    world.busy = True
    for who, kind, name in SEALED:
        case = await ask_for_change(world, who, kind, world.practices[name], **NEW[who.number])
        cases.append((who, name, case))
        await world.days(world.today + timedelta(days=1))
        await practice_registers(world, name, who)
    await everything_is_done(world)
    for who, _, case in cases:
        story.changes[who.number] = await changed(world, case, who)
        story.cases.append(str(case))
    return story


async def one_adoption(world: World) -> Story:
    """One child is adopted in a register in which nothing else happens for weeks."""
    story = Story(world, PIMWINNICK.marks.but(BIRTH_DATE))
    case = await ask_for_change(world, PIMWINNICK, "adoption", world.practices["here"], **NEW[PIMWINNICK.number])
    await world.days(world.today + timedelta(days=1))
    await practice_registers(world, "here", PIMWINNICK)
    await everything_is_done(world)
    story.changes[PIMWINNICK.number] = await changed(world, case, PIMWINNICK)
    return story


async def one_protection(world: World) -> Story:
    """One woman gets another identity, a few days after forms came that describe her without a number."""
    story = Story(world, WILHELMARA.marks)
    await forms_without_number(world)
    await world.days(world.today + timedelta(days=1))
    case = await ask_for_change(world, WILHELMARA, "protected", world.practices["third"], **NEW[WILHELMARA.number])
    await world.days(world.today + timedelta(days=1))
    await practice_registers(world, "third", WILHELMARA)
    await everything_is_done(world)
    story.changes[WILHELMARA.number] = await changed(world, case, WILHELMARA)
    return story


async def open_cases(story: Story) -> list[str]:
    """The states of the cases that are still open."""
    return [each["state"] for each in await look_at_cases(story.world)]


async def protect_and_move(world: World) -> Story:
    """Her whereabouts are protected; then she moves to another practice, which accepts her, and everybody is told."""
    who, since = WILHELMARA, world.clock.now()
    await world.act(
        "protected",
        "set",
        nhs_number=who.number,
        on_the_word_of="practice",
        reason="asked for at the surgery, form 12",
    )
    await world.days(world.today + timedelta(days=1))
    assert who.at_last.date_of_birth is not None
    form = world.office.plan.acceptance(world.practices["refuge"], who.at_last, who.number)
    await world.office.send(form)
    await world.jobs_are_done()
    await world.days(world.today + timedelta(days=2))
    await practices_have_read(world)
    return Story(world, who.marks.only(OF_WHEREABOUTS), since=since)
