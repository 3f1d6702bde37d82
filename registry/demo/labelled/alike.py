"""Different people who look alike: twins, twins who live apart, and people of one name and birthday by chance."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import JaroWinkler

from registry.demo.labelled.given_names import draw_forenames
from registry.demo.labelled.households import Households
from registry.demo.labelled.kinds import Kind
from registry.demo.labelled.naming import Families, of_custom
from registry.demo.labelled.people import FEMALE, MALE, NOBODY, Codes, People, Role, Rows
from registry.demo.labelled.pool import NamePool
from registry.demo.names import Custom

_ADULT_TWINS = 0.012
"""Share of adults in households of families whose twin lives elsewhere in the register."""
_COINCIDENCES = 0.00015
_TRIES = 12
_LIKE_SOUNDING, _SAME_INITIAL = 0.12, 0.4
_AGE_APART = (18, 88)


@dataclass(frozen=True, slots=True)
class Apart:
    """Twins who live apart: the rows of the one and of the other."""

    one: Rows
    other: Rows


def name_twins(rng: np.random.Generator, pool: NamePool, people: People, homes: Households) -> None:
    """Twins of one household get different names, some of them like-sounding; both are marked."""
    second = np.flatnonzero(homes.twin_of != NOBODY)
    first = homes.twin_of[second]
    people.forename[second] = other_twins_forename(rng, pool, people, first, people.sex[second])
    people.surname[second] = np.where(
        people.sex[first] == people.sex[second], people.surname[first], people.surname[second]
    )
    people.tag(first, "twin")
    people.tag(second, "twin")


def other_twins_forename(
    rng: np.random.Generator, pool: NamePool, people: People, rows: Rows, sex: npt.NDArray[np.int8]
) -> Codes:
    """A forename for the twin of each of some rows, never the same: like-sounding, with the same initial, or any."""
    if not len(rows):
        return np.zeros(0, dtype=np.int32)
    repeated = np.repeat(rows, _TRIES)
    drawn = draw_forenames(rng, pool, people.community[repeated], np.repeat(sex, _TRIES), people.born[repeated])
    texts = pool.texts(drawn)
    own = pool.texts(people.forename[rows])
    how = rng.random(len(rows)).tolist()
    found = [
        _twins_name(own[place], texts[place * _TRIES : (place + 1) * _TRIES], how[place]) for place in range(len(rows))
    ]
    return pool.add(found)


def _twins_name(own: str, drawn: list[str], how: float) -> str:
    others = [name for name in drawn if name != own]
    if not others:
        return own[:1] + "a" + own[1:].lower()
    if how < _LIKE_SOUNDING:
        return max(others, key=lambda name: (JaroWinkler.similarity(name, own), name))
    if how < _SAME_INITIAL:
        return next((name for name in others if name[:1] == own[:1]), others[0])
    return others[0]


def pair_adult_twins(
    rng: np.random.Generator,
    homes: Households,
    community: npt.NDArray[np.int8],
    partners: npt.NDArray[np.int8],
    born: npt.NDArray[np.int32],
    families: Families,
) -> Apart:
    """Chooses twins among adults of families: they get one birthday, and one surname by birth.

    Somebody's neighbour in the order of birthdays becomes the twin, so that ages stay what they are.
    """
    rows, house, is_partner = _adults(homes)
    of = np.where(is_partner, partners[house], community[house])
    suits = ~of_custom(of, Custom.PATRONYMIC, Custom.CHAIN, Custom.FATHERS_FORENAME, Custom.DOUBLE)
    age = homes.age[rows]
    suits &= (age > _AGE_APART[0]) & (age < _AGE_APART[1])
    rows, house, is_partner, of = rows[suits], house[suits], is_partner[suits], of[suits]
    order = np.lexsort((rows, born[rows], of))
    pairs = len(order) // 2
    picked = np.flatnonzero(rng.random(pairs) < _ADULT_TWINS)
    one, other = order[2 * picked], order[2 * picked + 1]
    same = (of[one] == of[other]) & (house[one] != house[other]) & (abs(born[rows[one]] - born[rows[other]]) < 200)
    one, other = one[same], other[same]
    born[rows[other]] = born[rows[one]]
    births = np.where(is_partner[one], families.mothers[house[one]], families.surname[house[one]])
    for column, chosen in ((families.mothers, is_partner[other]), (families.surname, ~is_partner[other])):
        column[house[other][chosen]] = births[chosen]
    return Apart(rows[one], rows[other])


def _adults(homes: Households) -> tuple[Rows, Rows, npt.NDArray[np.bool_]]:
    """Men at the head of a household, and women who are a man's partner: whose surname by birth is the family's."""
    is_partner = (homes.role == Role.PARTNER) & (homes.sex == FEMALE)
    head = (homes.role == Role.HEAD) & (homes.sex == MALE) & (homes.kind[homes.household] <= Kind.THREE)
    rows = np.flatnonzero(is_partner | head)
    return rows, homes.household[rows], is_partner[rows]


def name_adult_twins(rng: np.random.Generator, pool: NamePool, people: People, apart: Apart) -> None:
    """The other twin's forename; both are marked."""
    people.forename[apart.other] = other_twins_forename(rng, pool, people, apart.one, people.sex[apart.other])
    people.tag(apart.one, "adult-twin")
    people.tag(apart.other, "adult-twin")


def coincidences(rng: np.random.Generator, people: People, homes: Households, registered: int) -> None:
    """People who share forename, surname and birthday with somebody elsewhere, beside those whom chance makes."""
    alone = np.flatnonzero((homes.role == Role.HEAD) & (homes.kind[homes.household] == Kind.SINGLE))
    alone = alone[(alone < registered) & ((people.tags[alone]) == 0)]
    wanted = min(rng.poisson(_COINCIDENCES * registered), len(alone) // 2)
    rows = rng.permutation(alone)
    men, women = rows[people.sex[rows] == MALE], rows[people.sex[rows] == FEMALE]
    for sex, share in ((men, wanted - wanted // 2), (women, wanted // 2)):
        share = min(share, len(sex) // 2)
        one, other = sex[:share], sex[share : 2 * share]
        for column in (people.forename, people.surname, people.born, people.community):
            column[other] = column[one]
        people.tag(one, "coincidence")
        people.tag(other, "coincidence")
