"""Forenames: by community, sex and year of birth; some after the parents."""

import numpy as np
import numpy.typing as npt

from registry.demo.labelled.households import Households
from registry.demo.labelled.people import FEMALE, MALE, NOBODY, Codes, People, Role, Rows
from registry.demo.labelled.plan import TODAY
from registry.demo.labelled.pool import NamePool
from registry.demo.labelled.vocabulary import COMMUNITY_KEYS, FIRST_YEAR, LAST_YEAR
from registry.demo.names import COMMUNITIES

_SECOND = np.array([COMMUNITIES[key].second_forename for key in COMMUNITY_KEYS])
_BORN_ABROAD = np.array([COMMUNITIES[key].born_abroad for key in COMMUNITY_KEYS])
_BRITISH = COMMUNITY_KEYS.index("british")
_BRITISH_FORENAME = {
    "chinese": 0.6,
    "caribbean": 0.35,
    "vietnamese": 0.4,
    "ghanaian": 0.25,
    "european": 0.4,
    "irish": 0.4,
}
_LOCAL = np.array([_BRITISH_FORENAME.get(key, 0.04) for key in COMMUNITY_KEYS])
"""The share of those born here whose forename is a British one."""
_AFTER_FATHER = {
    "british": 0.024,
    "irish": 0.04,
    "iberian": 0.06,
    "romanian": 0.03,
    "caribbean": 0.04,
    "filipino": 0.06,
}
_JUNIORS = np.array([_AFTER_FATHER.get(key, 0.018) for key in COMMUNITY_KEYS])
"""The share of sons who bear the father's forename."""
_AFTER_MOTHER = 0.003
_AFTER_GRANDFATHER = 0.03
_FATHERS_NAME_IN_THE_MIDDLE = 0.12


def draw_forenames(
    rng: np.random.Generator,
    pool: NamePool,
    community: npt.NDArray[np.int8],
    sex: npt.NDArray[np.int8],
    born: npt.NDArray[np.int32],
) -> Codes:
    """Forenames as they were given in communities to children of a sex and a day of birth."""
    years = np.clip(1970 + born // 365.2425 - FIRST_YEAR, 0, LAST_YEAR - FIRST_YEAR - 1).astype(np.int64)
    groups = pool.vocabulary.forename_group[community, (sex == FEMALE).astype(np.int64), years]
    return pool.vocabulary.forenames.draw(rng, groups)


def source_of_forenames(
    rng: np.random.Generator, community: npt.NDArray[np.int8], born: npt.NDArray[np.int32]
) -> npt.NDArray[np.int8]:
    """The community whose forenames somebody gets: some of those born here get British ones."""
    grown = (TODAY - born) > 20 * 365
    abroad = rng.random(len(community)) < np.where(grown, _BORN_ABROAD[community], 0.15 * _BORN_ABROAD[community])
    local = ~abroad & (rng.random(len(community)) < _LOCAL[community])
    return np.where(local, _BRITISH, community).astype(np.int8)


def give_forenames(rng: np.random.Generator, pool: NamePool, people: People, homes: Households) -> None:
    source = source_of_forenames(rng, people.community, people.born)
    people.forename[:] = draw_forenames(rng, pool, source, people.sex, people.born)
    for _ in range(3):
        again = _repeated(people)
        people.forename[again] = draw_forenames(rng, pool, source[again], people.sex[again], people.born[again])
    has_second = rng.random(len(people)) < _SECOND[people.community]
    has_second |= (people.sex == MALE) & np.isin(people.forename, pool.vocabulary.never_alone)
    second = draw_forenames(rng, pool, source, people.sex, people.born)
    people.middle[:] = np.where(has_second & (second != people.forename), second, 0)
    _after_parents(rng, people, homes)


def _repeated(people: People) -> Rows:
    """Rows of a household in which an earlier row bears the same forename."""
    order = np.lexsort((people.forename, people.household))
    same = (np.diff(people.forename[order]) == 0) & (np.diff(people.household[order]) == 0)
    return order[1:][same]


def _after_parents(rng: np.random.Generator, people: People, homes: Households) -> None:
    """Sons named after their fathers, a few daughters after their mothers, grandsons after grandfathers."""
    child = people.role == Role.CHILD
    father, mother = homes.father[people.household], homes.mother[people.household]
    chance = rng.random(len(people))
    son = child & (people.sex == MALE) & (father != NOBODY)
    within = np.flatnonzero(son & (rng.random(len(people)) < _FATHERS_NAME_IN_THE_MIDDLE) & (people.middle != 0))
    people.middle[within] = people.forename[father[within]]
    for likely, parent in (
        (son & (chance < _JUNIORS[people.community]), father),
        (child & (people.sex == FEMALE) & (mother != NOBODY) & (chance < _AFTER_MOTHER), mother),
    ):
        rows = _first_of_household(np.flatnonzero(likely), people.household)
        _same_name(rng, people, rows, parent[rows], "junior")
        people.tag(parent[rows], "senior")
    elder = np.full(len(homes.kind), NOBODY, dtype=np.int64)
    grandfathers = np.flatnonzero((people.role == Role.ELDER) & (people.sex == MALE))
    elder[people.household[grandfathers]] = grandfathers
    likely = son & (elder[people.household] != NOBODY) & (chance > 1 - _AFTER_GRANDFATHER)
    rows = _first_of_household(np.flatnonzero(likely), people.household)
    _same_name(rng, people, rows, elder[people.household[rows]], "namesake-at-address")
    people.tag(elder[people.household[rows]], "namesake-at-address")


def _first_of_household(rows: Rows, household: Rows) -> Rows:
    return rows[np.unique(household[rows], return_index=True)[1]]


def _same_name(rng: np.random.Generator, people: People, rows: Rows, older: Rows, tag: str) -> None:
    people.forename[rows] = people.forename[older]
    same_middle = rng.random(len(rows)) < 0.35
    people.middle[rows] = np.where(same_middle, people.middle[older], people.middle[rows])
    people.middle[rows[people.middle[rows] == people.forename[rows]]] = 0
    people.tag(rows, tag)
