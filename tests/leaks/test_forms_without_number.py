"""A form that describes somebody and names no record: no merge, split or seal finds it by an id or a number."""

from tests.leaks.conftest import copy_of
from tests.leaks.story import one_protection
from tests.leaks.walk import Walk
from tests.leaks.walk_outputs import dump
from tests.leaks.world import World


async def test_forms_that_were_matched_with_nobody_are_sealed_too(lived: World):
    async with copy_of(lived) as world:
        story = await one_protection(world)
        walk = Walk(story.marks)
        await dump(world, walk)
    # Words of forms and clerks are marked once for everybody: those of the people who were not sealed stay.
    kept = [line for line in walk.report().splitlines() if ": table " in line and not line.startswith("words: ")]
    assert kept == []
