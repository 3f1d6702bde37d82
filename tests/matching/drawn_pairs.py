"""Pairs drawn from planted rates, to see whether learning finds them again."""

import numpy as np
import numpy.typing as npt

from registry.matching.levels import FIELDS, Field, Place
from registry.matching.model.learn import Evidence
from registry.matching.model.load import SHIPPED
from registry.matching.model.patterns import count_patterns
from registry.matching.model.rates import Rates, implied, normalised

RANDOM: Rates = {field: np.array(SHIPPED.random[field]) for field in FIELDS}
SAME: Rates = {f: normalised(rates) for f, rates in implied(SHIPPED.random, SHIPPED.batch.same).items()}
HOUSEHOLD: Rates = {f: normalised(rates) for f, rates in implied(SHIPPED.random, SHIPPED.batch.household).items()}


def draw(generator: np.random.Generator, rates: Rates, pairs: int, missing: float = 0.1) -> npt.NDArray[np.int8]:
    """Levels of so many pairs, each field independently, a tenth of them not compared."""
    columns = [generator.choice(len(rates[field]), size=pairs, p=rates[field]) for field in FIELDS]
    levels = np.stack(columns, axis=1).astype(np.int8)
    levels[generator.random(levels.shape) < missing] = -1
    return levels


def planted(base: Rates, **changed: tuple[float, ...]) -> Rates:
    """Rates with some fields (by their names in lower case) as planted."""
    return {**base, **{Field[name.upper()]: np.array(rates) for name, rates in changed.items()}}


def evidence(
    *, people: int, matches: int, coincidences: int, same: Rates, household: Rates = HOUSEHOLD, seed: int = 1
) -> Evidence:
    """A register's pairs: the candidates hold all matches, and coincidences that share a name and a date."""
    generator = np.random.default_rng(seed)
    housemates = people // 2
    at_home = draw(generator, household, housemates)
    true = draw(generator, same, matches)
    shared = draw(generator, RANDOM, coincidences)
    shared[:, 0] = 0
    shared[:, 2] = 0
    together = np.concatenate([at_home, true])
    return Evidence(
        people=people,
        random=count_patterns([(draw(generator, RANDOM, 300_000), None)]),
        candidates=count_patterns([(true, None), (shared, None)]),
        same_address=count_patterns([(together[together[:, FIELDS.index(Field.PLACE)] == Place.SAME_ADDRESS], None)]),
    )
