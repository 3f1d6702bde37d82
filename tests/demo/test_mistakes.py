"""Mistakes are made as people make them, and always are one."""

from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from registry.demo.mistakes import misspell, mistype_address, swap_forenames, transpose_birth_date
from registry.demo.numbers import NumberSpace
from registry.values.address import Address
from registry.values.person import Name


@given(st.integers(), st.sampled_from(["Smith", "Ng", "O'Brien", "Lewandowska", "Li", "De Vries", "Lee"]))
def test_a_misspelling_is_one_edit_away(seed: int, name: str):
    assert OSA.distance(misspell(Random(seed), name), name) == 1


@given(st.integers(), st.dates(date(1915, 1, 1), date(2020, 1, 1)))
def test_a_transposed_birth_date_is_another_one_in_the_past(seed: int, born_on: date):
    today = born_on + timedelta(days=3650)
    changed = transpose_birth_date(Random(seed), born_on, today)
    assert changed != born_on
    assert changed <= today


@given(st.integers())
def test_a_mistyped_address_differs_and_keeps_its_town(seed: int):
    address = Address(("", "12 Mill Street", "", "Ellerbourne", ""), "ZX1 4AB")
    mistyped = mistype_address(Random(seed), address)
    assert mistyped != address
    assert mistyped.lines[3] == "Ellerbourne"


def test_swapped_forenames():
    assert swap_forenames(Name("Ng", "Ann", "Li")) == Name("Ng", "Li", "Ann")
    assert swap_forenames(Name("Ng", "Ann")) == Name("Ann", "Ng")


def test_front_and_back_of_the_numbers_meet_nowhere():
    space = NumberSpace(people=1_000, seed=3)
    front, back = space.from_front(), space.from_back()
    taken = [next(front) for _ in range(5_000)] + [next(back) for _ in range(5_000)]
    assert len(set(taken)) == 10_000
