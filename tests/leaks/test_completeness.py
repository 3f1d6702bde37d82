"""The walk is as long as the register: whatever is added to it must be walked too."""

from registry.transactions.holdings import HOLDINGS
from tests.leaks.conftest import Walked
from tests.leaks.marks import Marks
from tests.leaks.values import Values
from tests.leaks.walk import Walk
from tests.leaks.walk_commands import LEFT_OUT, LOOKING, WRITING, CommandWalker
from tests.leaks.world import World

NO_ROW = {
    "confusion_people": "two people on one number: tests/journeys tell of them, and there is no text in it",
    "attributions": "belongs to a confusion",
    "liaison_people": "an id and what part somebody has in a case",
    "liaison_items": "a case with another body: what it says of somebody ends with the case",
    "protected_openings": "looks behind a protection: there are none before there is one",
    "protection_words": "words of a protection: there are none before there is one",
    "quality_findings": "what the nightly rules find of faulty records; these are without fault",
    "query_messages": "nothing is asked in writing about people like these",
    "merges": "records that were merged: see tests of merges",
    "merge_items": "belongs to a merge",
}
"""Tables in which the marked people have no row, and why."""

BY_NUMBER = {"birth_notices": "nhs_number = any(:numbers)"}
"""Tables that name people by their number, before there is a record of them."""


async def test_every_table_that_holds_people_holds_the_marked_ones(unchanged: World):
    people, numbers = list(unchanged.people.values()), list(unchanged.people)
    empty: list[str] = []
    for each in HOLDINGS:
        condition = each.by if each.person is None else f"{each.person} = any(:people)"
        if each.many:
            condition = f"{each.person} && :people"
        condition = BY_NUMBER.get(each.table, condition)
        if condition == "false" or condition is None:
            continue
        values = {name: held for name, held in (("people", people), ("numbers", numbers)) if f":{name}" in condition}
        [[found]] = await unchanged.rows(f"select exists (select from {each.table} where {condition})", **values)
        if not found:
            empty.append(each.table)
    assert set(empty) - set(NO_ROW) == set(), (
        "Nothing is told of a marked person in these tables, so that a walk proves nothing of them. Let something"
        " happen in tests/leaks/history.py, or say in NO_ROW why not."
    )


async def test_every_command_is_walked_or_left_out_for_a_reason(unchanged: World):
    commands = CommandWalker(Values(unchanged), Walk(Marks(())))
    assert commands.unknown() == [], "Add them to LOOKING, WRITING or LEFT_OUT in tests/leaks/walk_commands.py."
    names = {each.name for each in commands.commands}
    assert {*LOOKING, *WRITING, *LEFT_OUT} <= names, "These commands are no more; take them out."


def test_the_walk_could_call_every_route(walked: Walked):
    _, routes, _ = walked
    assert routes.uncallable() == [], "Say in tests/leaks/values.py (WORDS, ELSEWHERE) what these want to be sent."
    assert routes.values.unknown == set(), "Say in tests/leaks/values.py (NUMBERS, ROWS) what these names ask for."


def test_nothing_broke_down_on_what_it_was_asked(walked: Walked):
    walk, _, _ = walked
    assert walk.failed() == []
