"""Weights fall from level to level, sum to the score, and a household explains what it can."""

from math import isclose

import pytest

from registry.matching.compare import Comparison, compare
from registry.matching.frequencies import Frequencies
from registry.matching.levels import (
    FIELDS,
    LEVELS_OF,
    DateOfBirth,
    Field,
    Forename,
    Place,
    SexAgreement,
    Surname,
)
from registry.matching.weigh import USUAL_REGISTER, priors, weigh
from registry.matching.weights import AVERAGE_RATES, BATCH, INCOMING, WeightSet
from tests.matching.people import candidate, incoming

SETS = [INCOMING, BATCH]


def frequencies(
    surnames: dict[str, float], full_names: dict[tuple[str, str], float] | None = None, others: float = 0.001
) -> Frequencies:
    """Rates of surnames; forenames and postcodes are average."""
    return Frequencies({Field.SURNAME: surnames}, {Field.SURNAME: others}, full_names or {})


@pytest.mark.parametrize("weights", SETS, ids=lambda each: each.name)
@pytest.mark.parametrize("field", FIELDS, ids=lambda each: each.value)
def test_a_worse_level_never_weighs_more(weights: WeightSet, field: Field) -> None:
    same = weights.same[field]
    assert len(same) == len(weights.household[field]) == len(LEVELS_OF[field])
    assert list(same) == sorted(same, reverse=True)


@pytest.mark.parametrize("weights", SETS, ids=lambda each: each.name)
@pytest.mark.parametrize("field", [Field.FORENAME, Field.DATE_OF_BIRTH, Field.SEX, Field.NUMBER, Field.MIDDLE_NAME])
def test_nor_does_it_within_a_household(weights: WeightSet, field: Field) -> None:
    """Names, dates and numbers tell the people of one address apart: the scale must fall there too."""
    against = [same - home for same, home in zip(weights.same[field], weights.household[field], strict=True)]
    assert against == sorted(against, reverse=True)


@pytest.mark.parametrize("size", [1, 20_000, 1_000_000, 60_000_000])
def test_the_parts_sum_to_the_score(size: int) -> None:
    form = incoming(middle="MAIR")
    weighing = weigh(compare(form, candidate(at="").keys), form, register_size=size)
    assert isclose(weighing.score, weighing.prior + sum(weighing.fields) + weighing.household)
    assert weighing.household <= 0


def test_nothing_compared_weighs_the_prior() -> None:
    weighing = weigh(Comparison(), incoming())
    assert isclose(weighing.score, priors(INCOMING, USUAL_REGISTER)[0], abs_tol=1e-4)
    assert set(weighing.fields) == {0.0}


def test_a_larger_register_makes_everybody_less_likely() -> None:
    form = incoming(at="")
    comparison = compare(form, candidate(at="").keys)
    scores = [weigh(comparison, form, register_size=size).score for size in (10_000, 1_000_000, 60_000_000)]
    assert scores == sorted(scores, reverse=True)


def test_a_rare_name_weighs_more_than_a_common_one() -> None:
    rates = frequencies({"SMITH": 0.012, "FEATHERSTONEHAUGH": 0.000_003}, others=0.000_000_01)
    scores = {}
    for surname in ("SMITH", "FEATHERSTONEHAUGH", "UNHEARDOF"):
        form = incoming(surname=surname, at="")
        comparison = compare(form, candidate(surname=surname, at="").keys)
        scores[surname] = weigh(comparison, form, frequencies=rates).score
        average = weigh(comparison, form).score
        assert (scores[surname] > average) is (surname != "SMITH")
    assert scores["UNHEARDOF"] - scores["FEATHERSTONEHAUGH"] < 1, "a name met once is no rarer than two in the register"


def test_a_full_name_given_by_tradition_weighs_less_than_its_two_names() -> None:
    form = incoming("MOHAMMED", "KHAN", at="")
    comparison = compare(form, candidate("MOHAMMED", "KHAN", at="").keys)
    apart = weigh(comparison, form, frequencies=frequencies({"KHAN": 0.004}))
    joint = {("MOHAMMED", "KHAN"): 8 * 0.004 * AVERAGE_RATES[Field.FORENAME]}
    together = weigh(comparison, form, frequencies=frequencies({"KHAN": 0.004}, joint))
    assert isclose(apart.score - together.score, 3, abs_tol=0.01)
    assert apart.fields[0] == together.fields[0]
    rarer = weigh(comparison, form, frequencies=frequencies({"KHAN": 0.004}, {("MOHAMMED", "KHAN"): 0.000_001}))
    assert rarer.score == apart.score, "a full name rarer than chance is chance"
    nickname = compare(form, candidate("MO", "KHAN", at="").keys)
    assert weigh(nickname, form, frequencies=frequencies({"KHAN": 0.004}, joint)).score == (
        weigh(nickname, form, frequencies=frequencies({"KHAN": 0.004})).score
    )


def test_the_rarest_family_name_does_not_prove_the_person() -> None:
    """At one address it proves the family, and the household term takes it back."""
    rates = frequencies({"FEATHERSTONEHAUGH": 0.000_003})
    form = incoming("JOHN", "FEATHERSTONEHAUGH", "1990-06-02")
    father = candidate("JOHN", "FEATHERSTONEHAUGH", "1961-03-25").keys
    comparison = compare(form, father)
    gain = weigh(comparison, form, frequencies=rates).score - weigh(comparison, form).score
    assert gain < 0.1


def test_people_of_one_household_are_explained_away() -> None:
    wife = Comparison(
        Forename.DIFFERENT, Surname.EQUAL, DateOfBirth.DIFFERENT, Place.SAME_ADDRESS, SexAgreement.DIFFERENT
    )
    weighing = weigh(wife, incoming())
    assert weighing.household < -4
    assert weighing.score < -20


def test_another_number_says_much_on_a_form_and_little_in_the_register() -> None:
    assert INCOMING.same[Field.NUMBER][2] < -5 < BATCH.same[Field.NUMBER][2]
