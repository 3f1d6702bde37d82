"""Order of levels: kept by pooling, at the least change."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from registry.matching.levels import FIELDS, Field
from registry.matching.model.bounds import set_breaches
from registry.matching.model.load import SHIPPED
from registry.matching.model.rates import implied, in_order, normalised, weights_of
from tests.matching.drawn_pairs import HOUSEHOLD, RANDOM, SAME

shares = st.floats(1e-6, 1.0)
distributions = st.integers(2, 9).flatmap(
    lambda n: st.tuples(st.lists(shares, min_size=n, max_size=n), st.lists(shares, min_size=n, max_size=n))
)


@given(distributions)
def test_ratios_fall_and_the_sum_stays(given_rates: tuple[list[float], list[float]]) -> None:
    rates, beneath = (normalised(np.array(each)) for each in given_rates)
    ordered = in_order(rates, beneath)
    ratios = ordered / beneath
    assert (np.diff(ratios) <= 1e-9 * ratios[:-1]).all()
    assert np.isclose(ordered.sum(), rates.sum())


def test_what_is_in_order_stays_as_it_is() -> None:
    rates, beneath = np.array([0.7, 0.2, 0.1]), np.array([0.1, 0.2, 0.7])
    assert np.allclose(in_order(rates, beneath), rates)


def test_neighbours_out_of_order_share_one_ratio() -> None:
    ordered = in_order(np.array([0.5, 0.1, 0.4]), np.array([0.1, 0.3, 0.6]))
    assert np.allclose(ordered, [0.5, 0.5 / 0.9 * 0.3, 0.5 / 0.9 * 0.6])


@given(st.randoms(use_true_random=False))
def test_weights_of_any_rates_are_in_order_after_rounding(random: "np.random.Generator") -> None:
    def jolt(rates: np.ndarray) -> np.ndarray:
        return normalised(rates * np.array([2 ** random.uniform(-2, 2) for _ in rates]))

    same, household = ({field: jolt(rates[field]) for field in FIELDS} for rates in (SAME, HOUSEHOLD))
    for_same, for_household = weights_of(same, household, RANDOM)
    weights = type(SHIPPED.batch)("batch", for_same, for_household, 0.004, 1.6)
    told = [breach.sentence for breach in set_breaches(weights, weights)]
    assert told == []


def test_weights_tell_their_probabilities() -> None:
    again = implied(SHIPPED.random, weights_of(SAME, HOUSEHOLD, RANDOM)[0])
    for field in FIELDS:
        if field is not Field.NUMBER:
            assert np.allclose(again[field], SAME[field], atol=0.01), field
