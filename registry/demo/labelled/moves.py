"""Where people live before and after a move."""

import numpy as np

from registry.demo.labelled.country import Country
from registry.demo.labelled.households import Households
from registry.demo.labelled.people import Flags, Role, Rows

_KNOWN_TO_HAVE_MOVED = 0.34
_NEAR, _IN_THE_AREA = 2_500.0, 40_000.0
_SHARE_NEAR, _SHARE_IN_THE_AREA = 0.5, 0.3


def known_to_have_moved(rng: np.random.Generator, homes: Households) -> Flags:
    """Whose former address is known: of a family everybody's, mostly."""
    with_family = (rng.random(len(homes.kind)) < _KNOWN_TO_HAVE_MOVED)[homes.household]
    alone = rng.random(len(homes.household)) < _KNOWN_TO_HAVE_MOVED
    return np.where(homes.role == Role.SHARER, alone, with_family)


def elsewhere(rng: np.random.Generator, country: Country, dwelling: Rows) -> Rows:
    """Another dwelling for people who move: half of them in the district, a fifth anywhere."""
    count = len(dwelling)
    how = rng.random(count)
    far = np.where(how < _SHARE_NEAR, _NEAR, _IN_THE_AREA) * rng.standard_normal(count)
    target = dwelling + far.astype(np.int64)
    anywhere = rng.integers(0, country.dwellings, count)
    target = np.where(how < _SHARE_NEAR + _SHARE_IN_THE_AREA, np.abs(target), anywhere)
    target = np.where(target >= country.dwellings, anywhere, target)
    return np.where(target == dwelling, (target + 101) % country.dwellings, target)
