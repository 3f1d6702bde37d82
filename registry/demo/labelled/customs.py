"""Names that do not pass from husband to wife and from father to child: custom by custom.

Each function sets the surnames, and where the custom has it the middle names, of some rows.
"""

from collections.abc import Callable

import numpy as np

from registry.demo.labelled.households import Households
from registry.demo.labelled.people import FEMALE, MALE, NOBODY, Codes, People, Role, Rows
from registry.demo.labelled.pool import NamePool
from registry.demo.names import Custom, patronymic

_Apply = Callable[[np.random.Generator, NamePool, People, Households, Rows], None]

_KEEPS_CLAN = 0.5
"""The share of Sikh families with a clan's name as surname, Singh and Kaur before it."""
_RELIGIOUS_NAME = 0.55
_SONS_OWN_SURNAME = 0.2
_MONONYMS = 0.18
_WRITTEN_TWICE = 0.5


def _mens_forenames(rng: np.random.Generator, pool: NamePool, people: People, rows: Rows) -> Codes:
    """Forenames of men who were born about 1950, of the communities of rows."""
    group = pool.vocabulary.forename_group[people.community[rows], 0, 50]
    return pool.vocabulary.forenames.draw(rng, group)


def _fathers_or_drawn(rng: np.random.Generator, pool: NamePool, people: People, homes: Households, rows: Rows) -> Codes:
    """The forename of each one's father: of the family's for children, any for others."""
    drawn = _mens_forenames(rng, pool, people, rows)
    father = homes.father[people.household[rows]]
    known = (people.role[rows] == Role.CHILD) & (father != NOBODY)
    return np.where(known, people.forename[father], drawn)


def _double(rng: np.random.Generator, pool: NamePool, people: People, homes: Households, rows: Rows) -> None:
    second = pool.vocabulary.surnames.draw(rng, people.community[rows])
    mother = homes.mother[people.household[rows]]
    child = (people.role[rows] == Role.CHILD) & (mother != NOBODY)
    # Brothers and sisters have one second surname; which one depends on the household alone.
    of_house = pool.vocabulary.surnames.draw(np.random.default_rng(3), people.community[homes.first[:-1]])
    second = np.where(child, of_house[people.household[rows]], second)
    pairs = zip(pool.texts(people.surname[rows]), pool.texts(second), strict=True)
    people.surname[rows] = pool.add(f"{first} {other}" for first, other in pairs)


def _patronymic(rng: np.random.Generator, pool: NamePool, people: People, homes: Households, rows: Rows) -> None:
    fathers = pool.texts(_fathers_or_drawn(rng, pool, people, homes, rows))
    male = (people.sex[rows] == MALE).tolist()
    people.surname[rows] = pool.add(patronymic(father, each) for father, each in zip(fathers, male, strict=True))


def _chain(rng: np.random.Generator, pool: NamePool, people: People, homes: Households, rows: Rows) -> None:
    """Own name, father's, grandfather's; adults before children, whose grandfather is the father's father."""
    child = (people.role[rows] == Role.CHILD) & (homes.father[people.household[rows]] != NOBODY)
    adults, children = rows[~child], rows[child]
    people.middle[adults] = _mens_forenames(rng, pool, people, adults)
    people.surname[adults] = pool.vocabulary.surnames.draw(rng, people.community[adults])
    fathers = homes.father[people.household[children]]
    people.middle[children] = people.forename[fathers]
    people.surname[children] = np.where(people.middle[fathers] != 0, people.middle[fathers], people.surname[fathers])


def _sikh(rng: np.random.Generator, pool: NamePool, people: People, homes: Households, rows: Rows) -> None:
    singh, kaur = pool.vocabulary.singh, pool.vocabulary.kaur
    title = np.where(people.sex[rows] == FEMALE, kaur, singh)
    keeps = (rng.random(len(homes.kind)) < _KEEPS_CLAN)[people.household[rows]]
    people.surname[rows] = np.where(keeps, people.surname[rows], title)
    people.middle[rows] = np.where(keeps, title, 0)
    people.maiden[rows] = 0


def _religious(rng: np.random.Generator, pool: NamePool, people: People, homes: Households, rows: Rows) -> None:
    chance = rng.random(len(rows))
    old = (people.born.max() - people.born[rows]) > 35 * 365
    women = people.sex[rows] == FEMALE
    for community, names in pool.vocabulary.womens_last_names.items():
        bears = women & (people.community[rows] == community) & (chance < np.where(old, _RELIGIOUS_NAME, 0.25))
        people.surname[rows[bears]] = names[rng.integers(0, len(names), int(bears.sum()))]
    sons = rows[~women & (people.role[rows] == Role.CHILD) & (chance < _SONS_OWN_SURNAME)]
    people.surname[sons] = pool.vocabulary.surnames.draw(rng, people.community[sons])


def _fathers_forename(rng: np.random.Generator, pool: NamePool, people: People, homes: Households, rows: Rows) -> None:
    surname = _fathers_or_drawn(rng, pool, people, homes, rows)
    father = homes.father[people.household[rows]]
    wife = (people.role[rows] == Role.PARTNER) & (people.sex[rows] == FEMALE) & (father != NOBODY)
    people.surname[rows] = np.where(wife, people.forename[father], surname)


def _mononym(rng: np.random.Generator, pool: NamePool, people: People, homes: Households, rows: Rows) -> None:
    """A single name, which registers fill in twice or with XX."""
    single = rows[rng.random(len(rows)) < _MONONYMS]
    twice = rng.random(len(single)) < _WRITTEN_TWICE
    people.surname[single] = np.where(twice, people.forename[single], pool.vocabulary.stand_in)
    people.middle[single] = 0


CUSTOMS: dict[Custom, _Apply] = {
    Custom.DOUBLE: _double,
    Custom.PATRONYMIC: _patronymic,
    Custom.CHAIN: _chain,
    Custom.SIKH: _sikh,
    Custom.RELIGIOUS: _religious,
    Custom.FATHERS_FORENAME: _fathers_forename,
    Custom.MONONYM: _mononym,
}
