"""Clocks, references and digests of cases with other bodies, with nothing looked up."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from registry.policies.store import shipped
from registry.transactions.liaison.rules import (
    BODIES,
    FRAUD_BODIES,
    Item,
    clock_for,
    digest_of,
    index_of,
    reference_fault,
    reference_of,
)

DAY = date(2026, 11, 2)
POLICIES = shipped("current")
CLOCKS = POLICIES.on("liaison_clocks", DAY)
MONDAY = date(2026, 11, 2)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # pyright: ignore[reportArgumentType]


CLOCK = [
    ("nbo", "duplicate", at(2026, 12, 22), at(2026, 11, 30)),
    ("nbo", "confusion", at(2027, 1, 12), at(2026, 12, 28)),
    ("nbo", "death", at(2026, 11, 17), None),
    ("pds", "duplicate", at(2026, 11, 17), None),
    ("commissioner", "size", at(2026, 11, 17), None),
    ("local-specialist", "pattern", at(2026, 12, 1), None),
    ("national-authority", "identity", at(2026, 12, 1), None),
]


@pytest.mark.parametrize(("body", "topic", "answer_at", "alert_at"), CLOCK)
def test_when_an_answer_is_due(body: str, topic: str, answer_at: datetime, alert_at: datetime | None):
    clock = clock_for(CLOCKS, body, topic, MONDAY, POLICIES.bank_holidays(DAY))
    assert (clock.answer_at, clock.alert_at) == (answer_at, alert_at)


def test_working_days_pass_over_christmas():
    clock = clock_for(CLOCKS, "lmc", "advice", date(2026, 12, 18), POLICIES.bank_holidays(DAY))
    assert clock.answer_at == at(2027, 1, 7)


@pytest.mark.parametrize("body", [*BODIES, *FRAUD_BODIES])
def test_every_body_has_a_clock(body: str):
    assert clock_for(CLOCKS, body, "advice", MONDAY, ()).answer_at > at(2026, 11, 10)


def test_our_references_are_of_their_series():
    formats = POLICIES.on("liaison_reference", DAY)
    assert reference_of(formats, "liaison", 2026, 7) == "LIA/2026/00007"
    assert reference_of(formats, "counter-fraud", 2026, 7) == "CF/2026/0007"


@pytest.mark.parametrize(("reference", "goes"), [
    ("NBO/2026/4711", True), ("INC 0012.3", True), ("ab", False), ("nbo-1", False), ("9990000018", False),
    ("999 000 0018", False), ("A; DROP", False), ("1234567890", True),
])  # fmt: skip
def test_their_reference_is_in_their_form_and_is_nobodys_number(reference: str, goes: bool):
    fault = reference_fault(POLICIES.on("liaison_their_reference", DAY), "nbo", reference)
    assert (fault is None) is goes


ITEM = Item(1, "movement", "77", date(2026, 10, 1), 1, "Y90001 to gone-away CGA")


def test_a_digest_is_of_every_field_the_order_of_numbers_and_the_pack_before():
    other = replace(ITEM, number=2, ref="78")
    digest = digest_of([ITEM, other], "")
    assert digest == digest_of([other, ITEM], "") and len(digest) == 64
    changed = [replace(ITEM, ref="76"), replace(ITEM, day=DAY), replace(ITEM, person=None), replace(ITEM, line="x")]
    assert len({digest_of([each, other], "") for each in changed} | {digest}) == 5
    assert digest_of([ITEM, other], digest) != digest


def test_an_index_has_no_id_of_ours():
    [line] = index_of([ITEM])
    assert line == {
        "number": 1, "kind": "movement", "day": "2026-10-01", "person": "P1", "line": "Y90001 to gone-away CGA",
    }  # fmt: skip
