"""Learning without labels: it finds what was planted, keeps the order, and is refused where it runs away."""

import json
from dataclasses import replace

import numpy as np
import pytest

from registry.matching.levels import FIELDS, Field, Forename, Surname
from registry.matching.model.chance import chance_rates
from registry.matching.model.households import household_rates
from registry.matching.model.learn import learn
from registry.matching.model.load import SHIPPED, parse_model
from registry.matching.model.parse import document_of
from registry.matching.model.patterns import count_patterns
from registry.matching.model.persons import Priors, person_rates
from tests.matching.drawn_pairs import HOUSEHOLD, RANDOM, SAME, draw, evidence, planted

WORSE_FORENAMES = (0.75, 0.06, 0.07, 0.01, 0.03, 0.03, 0.01, 0.03, 0.01)
"""Forenames mistyped far more often than the shipped model says."""


def test_patterns_count_every_pair_once() -> None:
    generator = np.random.default_rng(5)
    levels = draw(generator, RANDOM, 5_000)
    rarity = generator.normal(size=5_000)
    whole = count_patterns([(levels, rarity)])
    halves = count_patterns([(levels[:1_000], rarity[:1_000]), (levels[1_000:], rarity[1_000:])])
    assert whole.pairs == halves.pairs == 5_000
    assert np.array_equal(whole.counts, halves.counts)
    for column, field in enumerate(FIELDS):
        expected = np.bincount(levels[levels[:, column] >= 0, column], minlength=len(RANDOM[field]))
        assert np.array_equal(whole.level_counts(field), expected)


@pytest.mark.parametrize("levels", [np.zeros((3, 2), dtype=np.int8), np.full((3, 7), 9, dtype=np.int8)])
def test_levels_that_are_on_no_scale_are_refused(levels: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"levels have a column|not on its scale"):
        count_patterns([(levels, None)])


def test_chance_is_counted_and_what_is_rare_keeps_its_rate() -> None:
    random = planted(RANDOM, sex=(0.7, 0.3))
    found = chance_rates(count_patterns([(draw(np.random.default_rng(2), random, 100_000), None)]), RANDOM)
    assert found[Field.SEX][0] == pytest.approx(0.7, abs=0.01)
    assert found[Field.NUMBER][0] == pytest.approx(RANDOM[Field.NUMBER][0], rel=0.1)  # never met, and not nought
    assert all(rates.sum() == pytest.approx(1) for rates in found.values())


def test_households_are_learnt_with_the_matches_taken_out() -> None:
    generator = np.random.default_rng(3)
    household = planted(HOUSEHOLD, surname=(0.8, 0.02, 0.01, 0.02, 0.001, 0.01, 0.139))
    shipped = dict(HOUSEHOLD)
    pairs = count_patterns([(draw(generator, household, 50_000), None), (draw(generator, SAME, 2_000), None)])
    found = household_rates(pairs, SAME, shipped)
    assert found.matches == pytest.approx(2_000, rel=0.05)
    assert found.rates[Field.SURNAME][Surname.EQUAL] == pytest.approx(0.8, abs=0.01)
    assert found.rates[Field.SEX] == pytest.approx(household[Field.SEX], abs=0.01)
    assert found.rates[Field.PLACE] is shipped[Field.PLACE]


def test_persons_are_learnt_as_far_as_the_evidence_outweighs_the_prior() -> None:
    same = planted(SAME, forename=WORSE_FORENAMES)
    pairs = evidence(people=2_000_000, matches=20_000, coincidences=50_000, same=same).candidates
    told = {"random": RANDOM, "household": HOUSEHOLD, "shipped": SAME, "priors": Priors(1e-8, 1e-6)}
    freely = person_rates(pairs, **told, prior_pairs=10)
    held = person_rates(pairs, **told, prior_pairs=1e9)
    between = person_rates(pairs, **told)
    # Doubtful pairs teach nothing, so that a little of what went wrong is never seen.
    assert freely.rates[Field.FORENAME][Forename.EQUAL] == pytest.approx(0.75, abs=0.05)
    assert held.rates[Field.FORENAME] == pytest.approx(SAME[Field.FORENAME], abs=0.01)
    assert freely.rates[Field.FORENAME][0] < between.rates[Field.FORENAME][0] < held.rates[Field.FORENAME][0]
    assert freely.matches == pytest.approx(20_000, rel=0.15)


def test_a_training_gives_a_model_within_bounds() -> None:
    given = evidence(people=2_000_000, matches=4_000, coincidences=20_000, same=planted(SAME, forename=WORSE_FORENAMES))
    training = learn(given, SHIPPED)
    assert training.breaches == ()
    assert training.matches_expected == pytest.approx(4_000, rel=0.15)
    model = training.model
    assert model.version.startswith("batch-")
    assert model.batch.same[Field.FORENAME][0] < SHIPPED.batch.same[Field.FORENAME][0]
    assert model.incoming.same[Field.SEX] == pytest.approx(SHIPPED.incoming.same[Field.SEX], abs=0.1)
    assert model.provenance["people"] == 2_000_000
    assert learn(given, SHIPPED).model == model


def test_the_incoming_set_takes_no_word_of_duplicates_about_place_and_number() -> None:
    same = planted(SAME, number=(0.01, 0.01, 0.98))
    training = learn(evidence(people=2_000_000, matches=4_000, coincidences=0, same=same), SHIPPED, set_name="incoming")
    kept, before = training.model.incoming, SHIPPED.incoming
    assert kept.same[Field.NUMBER] == pytest.approx(before.same[Field.NUMBER], abs=0.5)
    assert kept.matches_per_person == before.matches_per_person


def test_a_flood_of_coincidences_is_refused() -> None:
    """As at ten million people: far more pairs look alike than there are duplicates."""
    flood = planted(SAME, surname=(0.05, 0.01, 0.05, 0.05, 0.01, 0.1, 0.73))
    training = learn(evidence(people=1_000_000, matches=60_000, coincidences=0, same=flood), SHIPPED)
    assert any("matches, which is" in breach.sentence for breach in training.breaches)


def test_an_estimate_stays_in_order_whatever_it_sees() -> None:
    """Dates that differ wholly are planted as usual among matches; the levels must not change places for that."""
    odd = planted(SAME, date_of_birth=(0.5, 0.01, 0.01, 0.01, 0.01, 0.001, 0.001, 0.458))
    training = learn(evidence(people=1_000_000, matches=4_000, coincidences=0, same=odd), SHIPPED)
    weights = training.model.batch.same[Field.DATE_OF_BIRTH]
    assert list(weights) == sorted(weights, reverse=True)


def test_a_model_learnt_is_read_back() -> None:
    training = learn(evidence(people=100_000, matches=200, coincidences=0, same=SAME), SHIPPED, version="mine-1")
    assert parse_model(json.dumps(document_of(training.model))) == training.model
    assert replace(training.model, version="other") != training.model
