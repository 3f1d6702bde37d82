"""Who lives together in a part of the country: kinds of household, and the ages and sexes in them.

Shares are near those of the census of 2021 (households of one 30 %, 2.4 people on average); ages follow
from the kinds, so that parents are older than children by as much as parents are.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from registry.demo.labelled.draws import chosen
from registry.demo.labelled.household_ages import Ages, ages
from registry.demo.labelled.kinds import HAS_CHILDREN, HAS_ELDER, HAS_PARTNER, IS_LODGING, LARGE, LODGERS, USUAL, Kind
from registry.demo.labelled.people import FEMALE, MALE, NOBODY, Role, Rows

_CHILDREN = (0.44, 0.385, 0.125, 0.037, 0.01, 0.003)
_CHILDREN_OF_LARGE = (0.22, 0.32, 0.25, 0.13, 0.06, 0.02)
_GROWN_CHILDREN = (0.66, 0.27, 0.07)
_TWIN_BIRTHS = 0.016
"""Share of births that are of twins."""
_SAME_SEX_COUPLES = 0.02
_WOMEN_ALONE = ((18, 40, 60, 75, 90, 105), (0.46, 0.4, 0.5, 0.64, 0.74, 0.82))


@dataclass(frozen=True, slots=True)
class Households:
    """Households and their members, the members of one after those of another.

    By household: `kind`, `first` (row of its first member; one entry more at the end), `father` and `mother`
    (rows, -1 for none). By member: `household`, `role`, `sex`, `age` in years, `twin_of` (row of the child born
    just before, -1 for none).
    """

    kind: npt.NDArray[np.int8]
    first: Rows
    father: Rows
    mother: Rows
    household: Rows
    role: npt.NDArray[np.int8]
    sex: npt.NDArray[np.int8]
    age: Ages
    twin_of: Rows


def kinds(rng: np.random.Generator, is_large: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
    """A kind for each household; the flag tells where large families are usual."""
    usual = chosen(rng, len(is_large), USUAL)
    return np.where(is_large, chosen(rng, len(is_large), LARGE), usual).astype(np.int8)


def sizes(rng: np.random.Generator, kind: npt.NDArray[np.int8], is_large: npt.NDArray[np.bool_]) -> Rows:
    """How many live in each household."""
    count = len(kind)
    children = np.where(is_large, chosen(rng, count, _CHILDREN_OF_LARGE), chosen(rng, count, _CHILDREN)) + 1
    children = np.where(kind == Kind.GROWN, chosen(rng, count, _GROWN_CHILDREN) + 1, children)
    size = 1 + HAS_PARTNER[kind] + HAS_CHILDREN[kind] * children + HAS_ELDER[kind]
    for lodging, lodgers in LODGERS.items():
        size = np.where(kind == lodging, rng.integers(lodgers.fewest, lodgers.most + 1, count), size)
    return size.astype(np.int64)


def members(rng: np.random.Generator, kind: npt.NDArray[np.int8], size: Rows) -> Households:
    """The members of households of given kinds and sizes."""
    first = np.concatenate([[0], np.cumsum(size)])
    household = np.repeat(np.arange(len(kind)), size)
    place = np.arange(first[-1]) - first[household]
    role = _roles(kind[household], place, size[household])
    twin_of = _twins(rng, role, place, kind[household])
    age = ages(rng, kind, household, role, place, twin_of, first)
    sex = _sexes(rng, kind[household], household, role, age, twin_of, first)
    father, mother = _parents(first, kind, sex)
    return Households(kind, first, father, mother, household, role, sex, age, twin_of)


def _roles(kind: npt.NDArray[np.int8], place: Rows, size: Rows) -> npt.NDArray[np.int8]:
    role = np.full(len(kind), Role.CHILD, dtype=np.int8)
    role[place == 0] = Role.HEAD
    role[(place == 1) & HAS_PARTNER[kind]] = Role.PARTNER
    # A household that was cut short has lost its elder.
    role[(place == size - 1) & HAS_ELDER[kind] & (place > 2)] = Role.ELDER
    role[IS_LODGING[kind]] = Role.SHARER
    return role


def _twins(rng: np.random.Generator, role: npt.NDArray[np.int8], place: Rows, kind: npt.NDArray[np.int8]) -> Rows:
    """For children: the row of the one just before, where both are twins."""
    twin_of = np.full(len(role), NOBODY, dtype=np.int64)
    second = np.flatnonzero((role[1:] == Role.CHILD) & (role[:-1] == Role.CHILD) & (place[1:] > 0)) + 1
    # Of the births in families with two children or more, somewhat more are of twins.
    born = second[rng.random(len(second)) < 2.2 * _TWIN_BIRTHS]
    twin_of[born] = born - 1
    twin_of[born[np.isin(born - 1, born)]] = NOBODY
    return twin_of


def _sexes(
    rng: np.random.Generator,
    kind: npt.NDArray[np.int8],
    household: Rows,
    role: npt.NDArray[np.int8],
    age: Ages,
    twin_of: Rows,
    first: Rows,
) -> npt.NDArray[np.int8]:
    people = len(role)
    women = np.full(people, 0.488)
    women[role == Role.ELDER] = 0.7
    alone = (role == Role.HEAD) & (kind == Kind.SINGLE)
    women[alone] = np.interp(age[alone], *_WOMEN_ALONE)
    for lodging, lodgers in LODGERS.items():
        women[kind == lodging] = lodgers.women
    women[(role == Role.HEAD) & HAS_PARTNER[kind]] = _SAME_SEX_COUPLES / 2
    women[(role == Role.HEAD) & (kind == Kind.LONE)] = 0.88
    sex = np.where(rng.random(people) < women, FEMALE, MALE).astype(np.int8)
    partners = np.flatnonzero(role == Role.PARTNER)
    other = MALE + FEMALE - sex[first[household[partners]]]
    same = rng.random(len(partners)) < _SAME_SEX_COUPLES / 2
    sex[partners] = np.where(same, sex[first[household[partners]]], other)
    twins = np.flatnonzero((twin_of != NOBODY) & (rng.random(people) < 0.33))
    sex[twins] = sex[twin_of[twins]]  # one in three pairs is of one egg
    return sex


def _parents(first: Rows, kind: npt.NDArray[np.int8], sex: npt.NDArray[np.int8]) -> tuple[Rows, Rows]:
    """The rows of the man and the woman among head and partner."""
    start, size = first[:-1], np.diff(first)
    paired = HAS_PARTNER[kind] & (size > 1)
    partner = np.where(paired, start + 1, start)
    is_family = ~IS_LODGING[kind]
    father = np.where(sex[start] == MALE, start, np.where(paired & (sex[partner] == MALE), partner, NOBODY))
    mother = np.where(sex[partner] == FEMALE, partner, np.where(sex[start] == FEMALE, start, NOBODY))
    return np.where(is_family, father, NOBODY), np.where(is_family, mother, NOBODY)
