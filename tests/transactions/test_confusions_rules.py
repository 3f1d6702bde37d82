"""The rules of a split by themselves: who is meant by an item, what blocks a proposal, and where each is then."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from registry.transactions.confusions.items import Item, roots, row_named
from registry.transactions.confusions.rules import (
    Move,
    Ruled,
    StayedOn,
    in_the_way,
    keeper,
    owners,
    unattributed,
    whereabouts,
)
from registry.transactions.confusions.suggest import Described, suggestions
from registry.transactions.outside import Outside
from registry.values.address import Address

ANNA = Described(
    1, "Harrowgate", "Anna", "2", date(1984, 5, 17), None, Address(("", "12 Quillet Lane", "", "Nethermoor", ""))
)
ANNE = Described(
    2, "Harrowgate", "Anne", "2", date(1961, 2, 3), "Vane", Address(("", "7 Sandpit Row", "", "Saltholme", ""))
)
ONE, TWO = UUID(int=1), UUID(int=2)


def item(key: str, table: str = "transactions", **more: Any) -> Item:
    return Item(table, key, "something", **more)


def at(day: int) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("says", "place"),
    [
        ({"first_forename": "Anne", "date_of_birth": "1961-02-03"}, 2),
        ({"surname": "Harrowgate", "first_forename": "ANNA"}, 1),
        ({"surname": "Harrowgate", "sex": "2"}, None),
        ({"surname": "Vane", "date_of_birth": "1961-02-03"}, 2),
        ({"lines": ["", "7 Sandpit Row", "", "Saltholme", ""]}, 2),
        ({"first_forename": "Anna", "date_of_birth": "1961-02-03"}, None),
        ({"surname": "Quillfeather"}, None),
        ({}, None),
    ],
)
def test_whom_an_item_seems_to_mean(says: dict[str, Any], place: int | None):
    found = suggestions([item("a", says=says)], (ANNA, ANNE), {})
    assert (found[("transactions", "a")].place if found else None) == place


def test_what_says_nothing_goes_by_its_practice_while_that_points_to_one_person():
    form = item("a", says={"first_forename": "Anne", "date_of_birth": "1961-02-03"}, practice="Y90002")
    message = item("7", "practice_messages", practice="Y90002")
    assert suggestions([form, message], (ANNA, ANNE), {})[message.row].because == ("practice",)
    other = item("b", practice="Y90002")
    assert message.row not in suggestions([form, message, other], (ANNA, ANNE), {other.row: 1})


def test_an_item_goes_with_what_it_follows_in_the_end():
    matter, request = item("m", "matters"), item("t", goes_with=("matters", "m"))
    movement = item("5", "list_movements", goes_with=("transactions", "t"))
    stray = item("6", "list_movements", goes_with=("transactions", "elsewhere"))
    items = [movement, request, matter, stray]
    assert roots(items)[movement.row] == matter.row and roots(items)[stray.row] == stray.row
    assert owners(items, {matter.row: 2}) == {each.row: 2 for each in (movement, request, matter)}
    assert unattributed(items, {matter.row: 2}) == [stray]


def test_items_that_follow_each_other_in_a_circle_end_somewhere():
    one, other = item("a", goes_with=("transactions", "b")), item("b", goes_with=("transactions", "a"))
    assert set(roots([one, other])) == {one.row, other.row}


@pytest.mark.parametrize("name", ["", "stay", "stay:", "nothing:1", ":1"])
def test_what_is_no_name_of_an_item(name: str):
    assert row_named(name) is None


FIRST, SECOND = Ruled(1, "keep", None, True, True), Ruled(2, "to-be-allotted", None, True, True)
ITEMS = [item("a"), item("b")]
BOTH = {("transactions", "a"): 1, ("transactions", "b"): 2}


@pytest.mark.parametrize(
    ("people", "decided", "number", "words"),
    [
        ((FIRST, SECOND), BOTH, "9990000018", None),
        ((FIRST,), BOTH, "9990000018", "at least two"),
        ((FIRST, SECOND), {("transactions", "a"): 1}, "9990000018", "belong to nobody yet"),
        ((FIRST, SECOND), {**BOTH, ("transactions", "b"): 3}, "9990000018", "third"),
        ((FIRST, SECOND), {**BOTH, ("transactions", "b"): 1}, "9990000018", "Nothing belongs to the second"),
        ((FIRST, SECOND), BOTH, None, "no number"),
        ((FIRST, Ruled(2, "given", "9990000018", True, True)), BOTH, "9990000018", "kept, not given"),
        (
            (Ruled(1, "given", "9990000026", True, True), Ruled(2, "given", "9990000026", True, True)),
            BOTH,
            None,
            "same",
        ),
        ((FIRST, Ruled(2, "to-be-allotted", None, False, True)), BOTH, "9990000018", "date of birth"),
    ],
)
def test_what_is_in_the_way_of_a_proposal(
    people: tuple[Ruled, ...], decided: dict[Any, int], number: str | None, words: str | None
):
    reason = in_the_way(ITEMS, decided, people, number)
    assert reason is None if words is None else reason is not None and words in reason


def test_an_open_matter_that_speaks_of_the_record_as_it_is_is_ended_first():
    flag = Item("matters", "f", "fp69", is_open=True)
    reason = in_the_way([*ITEMS, flag], {**BOTH, flag.row: 1}, (FIRST, SECOND), "9990000018")
    assert reason is not None and "matter:f" in reason


CAME = Move(1, ONE, at(1), True, 1)
MOVED = Move(2, TWO, at(3), True, 2)
STAYS = (StayedOn(ONE, date(2020, 3, 2), "A", at(1), 1), StayedOn(TWO, date(2026, 11, 3), "B", at(3), 2))


def test_each_is_where_their_own_last_movement_led():
    assert keeper((CAME, MOVED), 1) == 2 and keeper((), 1) == 1
    there = whereabouts(1, (CAME, MOVED), STAYS, {ONE, TWO}, is_dead=False)
    assert there.list_id == ONE and there.stay == STAYS[0]


def test_what_was_taken_back_moved_nobody():
    taken_back = Move(2, TWO, at(3), False, 2)
    assert keeper((CAME, taken_back), 2) == 1
    assert whereabouts(2, (CAME, taken_back), STAYS, {ONE, TWO}, is_dead=False).list_id == Outside.UNREGISTERED.id


def test_whoever_was_found_there_is_there():
    found = StayedOn(TWO, date(2026, 11, 9), "B", at(9), 1, found_there=True)
    assert whereabouts(1, (CAME, MOVED), (*STAYS, found), {ONE, TWO}, is_dead=False).list_id == TWO
    earlier = StayedOn(TWO, date(2026, 10, 9), "B", at(1), 1, found_there=True)
    later = Move(3, Outside.GONE_AWAY.id, at(5), True, 1, "CGA")
    gone = whereabouts(1, (CAME, MOVED, later), (*STAYS, earlier), {ONE, TWO}, is_dead=False)
    assert gone.list_id == Outside.GONE_AWAY.id and gone.removal == "CGA" and gone.stay is None


def test_the_dead_are_on_no_list():
    assert whereabouts(1, (CAME, MOVED), STAYS, {ONE, TWO}, is_dead=True).list_id == Outside.DEATH.id


def test_whoever_never_moved_is_known_and_on_no_list():
    assert whereabouts(3, (CAME, MOVED), STAYS, {ONE, TWO}, is_dead=False).list_id == Outside.UNREGISTERED.id
