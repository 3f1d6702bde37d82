"""Two messages about one new person must meet at a lock; the sound of names makes them meet."""

import pytest

from registry.matching.locks import lock_keys
from registry.matching.sound import sound_code
from tests.matching.people import incoming, number


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SMITH", "SMYTHE"),
        ("PHILIPS", "FILIPS"),
        ("CATHERINE", "KATHRYN"),
        ("PRITCHARD", "PRICHARD"),
        ("JEFFREY", "GEOFFREY"),
        ("MC DONALD", "MCDONALD"),
        ("EVANS", "IVANS"),
        ("WRIGHT", "RIGHT"),
        ("ASHCROFT", "ASHCRAFT"),
    ],
)
def test_alike_names_share_a_code(one: str, other: str) -> None:
    assert sound_code(one) == sound_code(other)


@pytest.mark.parametrize(("one", "other"), [("SMITH", "JONES"), ("PATEL", "KHAN"), ("", "SMITH")])
def test_unlike_names_do_not(one: str, other: str) -> None:
    assert sound_code(one) != sound_code(other)


def test_a_code_is_a_letter_and_three_digits_or_nothing() -> None:
    assert (sound_code("LEE"), sound_code("ROBERTSON"), sound_code("")) == ("L000", "R163", "")


@pytest.mark.parametrize(
    ("one", "other", "meet", "why"),
    [
        ({}, {}, True, "the same message twice"),
        ({}, {"surname": "PRICHARD"}, True, "a slip in the surname"),
        ({}, {"surname": "JONES"}, True, "a new surname: the forename meets"),
        ({}, {"forename": "SUSAN"}, True, "another forename: the surname meets"),
        ({}, {"born": "1980-03-26"}, False, "another date of birth"),
        ({}, {"at": "1 OTHER ROAD, QP1 1AA"}, True, "the place is no part of it"),
        ({"born": None}, {"born": None}, True, "no date: surname and postcode"),
        ({"born": None}, {"born": None, "forename": "SUSAN"}, True, "no date: the forename is no part"),
        ({"nhs": number(1)}, {"nhs": number(1), "surname": "X Y", "forename": "Z", "born": None}, True, "one number"),
        ({"nhs": number(1)}, {"nhs": number(2), "born": "1990-01-02"}, False, "nothing in common"),
    ],
)
def test_who_meets_whom(one: dict[str, str | None], other: dict[str, str | None], meet: bool, why: str) -> None:
    ours, theirs = lock_keys(incoming(**one)), lock_keys(incoming(**other))
    assert bool(set(ours) & set(theirs)) is meet, why


def test_keys_are_sorted_and_fit_postgresql() -> None:
    keys = lock_keys(incoming(nhs=number(1)))
    assert keys == sorted(set(keys))
    assert len(keys) == 3
    assert all(-(2**63) <= key < 2**63 for key in keys)


def test_the_emptiest_message_still_has_a_key() -> None:
    assert lock_keys(incoming("", "", None, None, ""))
