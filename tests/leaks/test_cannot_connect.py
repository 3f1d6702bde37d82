"""Whoever has a copy of the whole register, and both records before them, cannot show that they are one.

What tells by its nature is found here too, and must be named in docs/limits.md.
"""

from pathlib import Path
from uuid import UUID

import pytest

from tests.leaks.cast import PIMWINNICK
from tests.leaks.connect import Attempt, Copy, attempt
from tests.leaks.story import SEALED, Story
from tests.leaks.world import World

LIMITS = (Path(__file__).parents[2] / "docs" / "limits.md").read_text()

BY_NATURE = {
    "birth date": "*The date of birth*",
    "practice and days": "*The practice and the days.*",
    "new record": "*That a record is new.*",
    "order": "*The order in which pages were written.*",
    "mail": "*The practice knows both.*",
}
"""What remains, and where docs/limits.md says so."""
MAIL = ("practice_messages", "practice_messages")
"""A practice acknowledges all its mail at once: what it was told of the one and of the other is closed together."""


@pytest.mark.parametrize("number", [who.number for who, _, _ in SEALED], ids=[kind for _, kind, _ in SEALED])
async def test_in_a_busy_register_no_join_leads_from_one_to_the_other(sealed: Story, number: str):
    change = sealed.changes[number]
    tried = attempt(await Copy.of(sealed.world), change.old, change.new)
    assert tried.both == [], "A row names both."
    assert tried.same_transaction == [], "One transaction of the database wrote rows of both."
    assert tried.shared == [], "Both have this, and nobody else."
    assert tried.neighbours == [], "Numbers that follow each other."
    assert tried.next_in_order == [], "Nothing of anybody else stands between."


async def test_in_a_quiet_register_what_remains_is_named(quiet: Story):
    [change] = quiet.changes.values()
    tried = attempt(await Copy.of(quiet.world), change.old, change.new)
    assert (tried.both, tried.shared) == ([], [])
    assert set(tried.same_transaction) <= {MAIL}, "One transaction of the database wrote rows of both."
    remains = await _what_remains(quiet.world, change.old, change.new, tried)
    assert remains <= set(BY_NATURE)
    for kind in BY_NATURE:
        assert BY_NATURE[kind] in LIMITS, f"docs/limits.md does not say what the {kind} tells"


async def _what_remains(world: World, old: UUID, new: UUID, tried: Attempt) -> set[str]:
    """The kinds of what still points from one record to the other."""
    remains: set[str] = set()
    [[born]] = await world.rows("select date_of_birth from patients where id = :id", id=new)
    if born == PIMWINNICK.at_last.date_of_birth:
        remains.add("birth date")
    days = "select max(effective_on) from list_movements where patient_id = :id"
    [[joined]], [[left]] = await world.rows(days, id=new), await world.rows(days, id=old)
    assert joined != left, "They moved on one day."
    if abs((joined - left).days) <= 10:
        remains.add("practice and days")
    [[apart, shell]] = await world.rows(
        "select n.apart, o.status = 'invalidated' from patients n, patients o where n.id = :new and o.id = :old",
        new=new,
        old=old,
    )
    if apart and shell:
        remains.add("new record")
    if MAIL in tried.same_transaction:
        remains.add("mail")
    if tried.next_in_order or tried.neighbours:
        remains.add("order")
    return remains
