"""Which community a household belongs to, by place and age."""

import numpy as np
import numpy.typing as npt

from registry.demo.labelled.country import Country
from registry.demo.labelled.households import Households
from registry.demo.labelled.people import Rows
from registry.demo.labelled.vocabulary import COMMUNITY_KEYS
from registry.demo.names import COMMUNITIES

_OLD_COMMUNITIES = ("british", "irish", "caribbean", "mixed")
_BRITISH = COMMUNITY_KEYS.index("british")
_SHARES = np.array([community.share for community in COMMUNITIES.values()])
_OF_THE_MINORITY = 0.35
"""How many of a sector's others are of the community that is commonest there."""


def communities(rng: np.random.Generator, country: Country, dwelling: Rows) -> npt.NDArray[np.int8]:
    """A community for each household: some sectors are mixed and others hardly, each has its largest minority."""
    sector = country.sector[country.postcode_of(dwelling)]
    minority = 1 - _SHARES[_BRITISH] / 100
    share = np.minimum(country.mixture[sector] * minority / country.mixture.mean(), 0.9)
    others = np.cumsum(np.where(np.arange(len(_SHARES)) == _BRITISH, 0, _SHARES))
    drawn = np.searchsorted(others / others[-1], rng.random(len(dwelling)), side="right")
    local = rng.random(len(dwelling)) < _OF_THE_MINORITY
    # The largest minority of a sector is drawn as the country's are, so that the country's shares come out.
    largest = np.searchsorted(others / others[-1], country.minority[sector], side="right")
    drawn = np.where(local, largest, drawn)
    return np.where(rng.random(len(dwelling)) < share, drawn, _BRITISH).astype(np.int8)


def fewer_old(rng: np.random.Generator, homes: Households, community: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """Old people are of the communities that have been here long."""
    old = homes.age[homes.first[:-1]] > 65
    stays = np.isin(community, [COMMUNITY_KEYS.index(key) for key in _OLD_COMMUNITIES])
    return np.where(old & ~stays & (rng.random(len(community)) < 0.5), _BRITISH, community).astype(np.int8)
