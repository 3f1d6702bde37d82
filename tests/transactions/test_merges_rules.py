"""The rules of merges, as tables: who survives, what conflicts, what is taken over, what becomes of open work."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from registry.policies.profiles import PROFILES
from registry.policies.store import shipped
from registry.transactions.case_reference import is_reference
from registry.transactions.context import Context
from registry.transactions.facts import MembershipFacts, PersonFacts
from registry.transactions.merges.choose import choose, retained_number, turned
from registry.transactions.merges.compare_records import conflicts
from registry.transactions.merges.fate import fate_of
from registry.transactions.merges.places import counted_from
from registry.transactions.merges.take_over import takes_over
from registry.transactions.merges.undo_plan import GIVE_BACK, KEEP, Item, plan_undo, swapped
from registry.transactions.outside import Outside
from registry.values.address import Address
from registry.values.clock import FixedClock
from registry.values.person import Name, Sex
from tests.support.office import CLERK

A, B, OAK, ELM = (UUID(int=each) for each in range(1, 5))
ROW: dict[str, Any] = {
    "restricted": False, "apart": False, "place_of_birth": None, "date_of_birth": "1984-05-17", "sex": "2",
    "first_forename": "ANNA", "title": "", "nhs_number": "9990000018", "drugs_dispensed": False,
    "residential_institute": None, "status": "live", "date_of_death": None,
    **{f"line_{line}": "" for line in range(1, 6)}, "postcode": None,
}  # fmt: skip


def person(each: UUID, **items: Any) -> PersonFacts:
    row = {**ROW, **items.pop("row", {})}
    usual: dict[str, Any] = {
        "id": each, "version": 1, "nhs_number": row["nhs_number"], "status": row["status"],
        "name": Name("Harrowgate", "Anna"), "previous_surname": None, "sex": Sex(row["sex"]),
        "date_of_birth": date(1984, 5, 17), "date_of_death": None, "address": Address(), "restricted": False,
        "drugs_dispensed": False, "residential_institute": None, "place_of_birth": row["place_of_birth"],
        "updated_at": datetime(2026, 11, 2, tzinfo=UTC), "membership": None, "on_list": Outside.UNREGISTERED.id,
        "last_movement_at": None, "row": row,
    }  # fmt: skip
    return PersonFacts(**{**usual, **items})


def on(practice: UUID, accepted: date, hour: int = 9) -> MembershipFacts:
    posted = datetime(2026, 1, 1, hour, tzinfo=UTC)
    return MembershipFacts(UUID(int=9), practice, "T015", "XD1", accepted, accepted, "99,1", posted_at=posted)


FIRST = date(2020, 1, 1)
LATER = date(2024, 1, 1)


@pytest.mark.parametrize(
    ("one", "other", "survivor", "why"),
    [
        ({"membership": on(OAK, FIRST)}, {}, A, "only-one-on-a-list"),
        ({}, {"membership": on(OAK, FIRST)}, B, "only-one-on-a-list"),
        ({"membership": on(OAK, FIRST)}, {"membership": on(ELM, LATER)}, B, "later-acceptance"),
        ({"membership": on(OAK, LATER)}, {"membership": on(ELM, FIRST)}, A, "later-acceptance"),
        ({"membership": on(OAK, LATER, 9)}, {"membership": on(ELM, LATER, 10)}, B, "later-acceptance"),
        ({"nhs_number": None}, {}, B, "only-one-with-a-number"),
        ({}, {"nhs_number": None}, A, "only-one-with-a-number"),
        ({"last_accepted_on": FIRST}, {"last_accepted_on": LATER}, B, "free"),
        ({}, {}, A, "free"),
    ],
)
def test_who_survives(one: dict[str, Any], other: dict[str, Any], survivor: UUID, why: str):
    first, second = person(A, **one), person(B, **other)
    for choice in (choose(first, second), choose(second, first)):
        assert (choice.survivor.id, choice.why) == (survivor, why)
        assert choice.binding == (why != "free")
        contrary = turned(choice, choice.loser.id)
        assert (contrary.survivor.id, contrary.loser.id) == (choice.loser.id, survivor)
        assert turned(choice, survivor) is choice


@pytest.mark.parametrize(
    ("one", "other", "items"),
    [
        ({}, {}, []),
        ({"sex": Sex.MALE}, {}, ["sex"]),
        ({"sex": Sex.UNKNOWN}, {}, []),
        ({"date_of_birth": date(1984, 6, 17)}, {}, ["date_of_birth"]),
        ({"date_of_birth": None}, {}, []),
        ({"name": Name("HARROWGATE", "anna")}, {}, []),
        ({"name": Name("Vane", "Anna")}, {}, ["surname"]),
        ({"name": Name("Harrowgate", "Hannah")}, {}, ["forenames"]),
        (
            {"address": Address(("", "1 A Road", "", "B", ""))},
            {"address": Address(("", "2 A Road", "", "B", ""))},
            ["address"],
        ),
        ({"place_of_birth": "HERE"}, {"place_of_birth": "THERE"}, ["place_of_birth"]),
        ({"membership": on(OAK, FIRST)}, {"membership": on(ELM, LATER)}, ["list"]),
        ({"restricted": True}, {}, ["restricted"]),
        ({"unworked": 1}, {}, ["unread"]),
    ],
)
def test_what_conflicts(one: dict[str, Any], other: dict[str, Any], items: list[str]):
    found = conflicts(person(A, **one), person(B, **other))
    assert [each.item for each in found] == items
    assert not any(each.blocks for each in found)


DEAD = {"status": "formal-dead", "date_of_death": date(2025, 1, 1)}


@pytest.mark.parametrize(
    ("one", "other", "stands", "blocks"),
    [
        (DEAD, {}, False, True),
        (DEAD, {}, True, False),
        (DEAD, {"membership": on(OAK, FIRST)}, True, True),
        (DEAD, DEAD, False, None),
        (DEAD, {**DEAD, "date_of_death": date(2025, 2, 1)}, False, True),
        (DEAD, {**DEAD, "date_of_death": date(2025, 2, 1)}, True, False),
        ({}, {}, False, None),
    ],
)
def test_a_death_is_stated_or_put_right(one: dict[str, Any], other: dict[str, Any], stands: bool, blocks: bool | None):
    found = [
        each for each in conflicts(person(A, **one), person(B, **other), death_stands=stands) if each.item == "death"
    ]
    assert [each.blocks for each in found] == ([] if blocks is None else [blocks])


@pytest.mark.parametrize(
    ("mine", "theirs", "changes"),
    [
        ({}, {}, {}),
        ({}, {"restricted": True, "apart": True}, {"restricted": True, "apart": True}),
        ({"restricted": True}, {"restricted": False}, {}),
        ({}, {"place_of_birth": "HERE"}, {"place_of_birth": "HERE"}),
        ({"place_of_birth": "HERE"}, {"place_of_birth": "THERE"}, {}),
        ({"nhs_number": None}, {"nhs_number": "9990000026"}, {"nhs_number": "9990000026"}),
        ({"nhs_number": "9990000018"}, {"nhs_number": "9990000026"}, {}),
        ({"sex": "0"}, {"sex": "1"}, {"sex": "1"}),
        ({"drugs_dispensed": False}, {"drugs_dispensed": True}, {}),
    ],
)
def test_what_is_taken_over(mine: dict[str, Any], theirs: dict[str, Any], changes: dict[str, Any]):
    survivor, loser = person(A, row=mine), person(B, row=theirs)
    assert takes_over(survivor, loser) == changes
    assert retained_number(survivor, loser) == (survivor.nhs_number or loser.nhs_number)


def test_with_a_place_goes_what_belongs_to_it_and_a_firmer_death_wins():
    dispensed = person(B, row={"drugs_dispensed": True})
    assert takes_over(person(A), dispensed, with_place=True) == {"drugs_dispensed": True}
    formal = replace(person(B, row={"status": "formal-dead", "date_of_death": "2025-01-01"}), status="formal-dead",
                     date_of_death=date(2025, 1, 1))  # fmt: skip
    informal = replace(person(A), status="informal-dead", date_of_death=date(2025, 1, 1))
    assert takes_over(informal, formal)["status"] == "formal-dead"
    assert takes_over(person(A), formal) == {}
    assert takes_over(person(A), formal, death_stands=True)["date_of_death"] == "2025-01-01"


@pytest.mark.parametrize(
    ("kind", "given", "fate"),
    [
        ("crown-return", {}, "re-point"),
        ("crown-return", {"survivor_has_one": True}, "close"),
        ("crown-return", {"survivor_has_one": True, "can_end": False}, "blocks"),
        ("fp69", {}, "close"),
        ("fp69", {"same_list": True}, "re-point"),
        ("fp69", {"same_list": True, "survivor_has_one": True}, "close"),
        ("reversal", {}, "close"),
        ("assignment", {"survivor_listed": True}, "close"),
        ("assignment", {}, "re-point"),
        ("temporary-residence", {"of_survivors_list": True, "survivor_listed": True}, "close"),
        ("special-allocation", {"survivor_listed": True}, "blocks"),
        ("special-allocation", {"survivor_listed": True, "of_survivors_list": True}, "re-point"),
        ("special-allocation", {}, "re-point"),
        ("special-allocation", {"survivor_has_one": True}, "blocks"),
        ("confusion", {}, "blocks"),
    ],
)
def test_what_becomes_of_open_work(kind: str, given: dict[str, bool], fate: str):
    usual = dict.fromkeys(("survivor_has_one", "same_list", "survivor_listed", "of_survivors_list"), False)
    assert fate_of(kind, **{"can_end": True, **usual, **given}) == fate


@pytest.mark.parametrize(
    ("today", "ends", "back"),
    [
        (date(2026, 10, 1), date(2026, 12, 31), True),
        (date(2026, 10, 31), date(2026, 12, 31), True),
        (date(2026, 11, 1), date(2026, 12, 31), False),
        (date(2026, 12, 31), date(2026, 12, 31), False),
        (date(2027, 1, 1), date(2027, 3, 31), True),
    ],
)
def test_from_when_it_counts(today: date, ends: date, back: bool):
    counted = counted_from(today, 1)
    assert (counted.on, counted.quarter_ends_on, counted.back_debit) == (today, ends, back)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    ("written", "fits"),
    [("INC0123456", True), ("NBO-2026-0417", True), ("CAS/17/3", True), ("", False), ("INC", False), ("17", False),
     ("inc0123456", False), ("INC0123456; drop", False)],
)  # fmt: skip
def test_a_case_reference_has_the_form_of_the_policy(profile: str, written: str, fits: bool):
    context = Context(CLERK, FixedClock(datetime(2026, 11, 2, tzinfo=UTC)), shipped(profile))
    assert is_reference(context, written, date(2026, 11, 2)) is fits


def item(number: int, table: str, *, unchanged: bool = True, **rest: Any) -> Item:
    usual: dict[str, Any] = {"before": {"patient_id": str(A)}, "after": {"patient_id": str(B)}, "now": {"state": "x"}}
    values = {**usual, **rest}
    return Item(
        number, table, values.get("key", "k"), "re-pointed", values["before"], values["after"], unchanged, values["now"]
    )


@pytest.mark.parametrize(
    ("each", "answers", "given", "kept", "asks"),
    [
        (item(1, "anomalies"), {}, 1, 0, 0),
        (item(1, "anomalies", unchanged=False, now={"state": "open"}), {}, 0, 0, 1),
        (item(1, "anomalies", unchanged=False, now={"state": "open"}), {"1": KEEP}, 0, 1, 0),
        (item(1, "anomalies", unchanged=False, now={"state": "open"}), {"1": GIVE_BACK}, 1, 0, 0),
        (item(1, "anomalies", unchanged=False, now={"state": "decided"}), {}, 0, 1, 0),
        (item(1, "matters", unchanged=False, now={"kind": "violence-notice", "state": "chased", "closed_at": None}),
         {}, 1, 0, 0),
        (item(1, "matters", unchanged=False,
              now={"kind": "special-allocation", "state": "awaiting-allocation", "closed_at": None}), {}, 1, 0, 0),
        (item(1, "matters", unchanged=False, now={"kind": "special-allocation", "state": "active", "closed_at": None}),
         {}, 0, 0, 1),
        (item(1, "letters", unchanged=False, now={"state": "posted"}), {}, 0, 1, 0),
        (item(1, "match_keys", unchanged=False, now=None), {}, 0, 1, 0),
        (item(1, "patient_numbers", key="9990000018"), {}, 0, 0, 1),
        (item(1, "patient_numbers", key="9990000018"), {"1": GIVE_BACK}, 1, 0, 0),
        (item(1, "patient_numbers", key="9990000026"), {}, 1, 0, 0),
    ],
)  # fmt: skip
def test_what_an_undo_asks_about(each: Item, answers: dict[str, str], given: int, kept: int, asks: int):
    plan = plan_undo([each], A, B, answers, used={"9990000018"}, letters_gone=(), survivor_left_the_place=False)
    assert (len(plan.given_back), len(plan.kept), len(plan.questions)) == (given, kept, asks)


def test_people_named_are_given_back_in_the_survivors_place_or_beside():
    one, other, third = str(A), str(B), str(OAK)
    assert swapped([other, third], B, A, [one, third]) == [one, third]
    assert swapped([other, third], B, A, [one, other]) == [one, other, third]
