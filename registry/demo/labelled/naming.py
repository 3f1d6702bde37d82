"""Names for the people of a part of the country, family by family, each community by its custom."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from registry.demo.labelled.customs import CUSTOMS
from registry.demo.labelled.given_names import give_forenames
from registry.demo.labelled.households import Households
from registry.demo.labelled.kinds import Kind
from registry.demo.labelled.people import FEMALE, MALE, Codes, Flags, People, Role
from registry.demo.labelled.pool import NamePool
from registry.demo.labelled.vocabulary import COMMUNITY_KEYS
from registry.demo.names import COMMUNITIES, Custom

_CUSTOM = np.array([list(Custom).index(COMMUNITIES[key].custom) for key in COMMUNITY_KEYS], dtype=np.int8)
_CHANGING = (Custom.SHARED, Custom.GENDERED, Custom.MIXED)
_MARRIED = ((18, 22, 30, 40, 60, 90), (0.02, 0.12, 0.5, 0.72, 0.86, 0.97))
_WAS_MARRIED = ((20, 30, 45, 65, 80, 95), (0.0, 0.07, 0.3, 0.55, 0.82, 0.92))
_TAKES_NAME, _JOINS_NAMES = 0.78, 0.03
_RECORDED = 0.45
"""How many changed surnames the record remembers."""


def of_custom(community: npt.NDArray[np.int8], *customs: Custom) -> Flags:
    """Where a community has one of the customs."""
    return np.isin(_CUSTOM[community], [list(Custom).index(custom) for custom in customs])


@dataclass(frozen=True, slots=True)
class Families:
    """What families bear, as men do: the family's surname, the mother's own, and another one."""

    surname: Codes
    mothers: Codes
    other: Codes


def draw_surnames(rng: np.random.Generator, pool: NamePool, community: npt.NDArray[np.int8]) -> Codes:
    """Surnames as men bear them, for people of communities."""
    return pool.vocabulary.surnames.draw(rng, community)


def name(rng: np.random.Generator, pool: NamePool, people: People, homes: Households, families: Families) -> None:
    """Gives everybody forenames and a surname."""
    give_forenames(rng, pool, people, homes)
    _surnames(rng, pool, people, homes, families)
    _customs(rng, pool, people, homes)
    women = np.flatnonzero((people.sex == FEMALE) & of_custom(people.community, Custom.GENDERED))
    for column in (people.surname, people.maiden):
        own = women[column[women] < len(pool.vocabulary.feminine)]
        column[own] = pool.vocabulary.feminine[column[own]]
    told = (people.maiden != 0) & (people.maiden != people.surname) & (rng.random(len(people)) < _RECORDED)
    people.previous[:] = np.where(told, people.maiden, 0)
    people.maiden[people.maiden == people.surname] = 0


def _surnames(rng: np.random.Generator, pool: NamePool, people: People, homes: Households, families: Families) -> None:
    """Before customs: the family's for most, own ones for partners and lodgers, taken ones for wives."""
    house, role = people.household, people.role
    age = (people.born.max() - people.born) / 365.2425
    people.surname[:] = families.surname[house]
    lodgers = role == Role.SHARER
    people.surname[lodgers] = draw_surnames(rng, pool, people.community[lodgers])
    partners = np.flatnonzero(role == Role.PARTNER)
    people.surname[partners] = families.mothers[house[partners]]
    changing = of_custom(people.community, *_CHANGING) & (people.sex == FEMALE)
    with_husband = partners[changing[partners] & (people.sex[homes.first[house[partners]]] == MALE)]
    married = with_husband[rng.random(len(with_husband)) < np.interp(age[with_husband], *_MARRIED)]
    how = rng.random(len(married))
    takes = married[how < _TAKES_NAME]
    people.maiden[takes] = people.surname[takes]
    people.surname[takes] = families.surname[house[takes]]
    joins = married[(how >= _TAKES_NAME) & (how < _TAKES_NAME + _JOINS_NAMES)]
    people.maiden[joins] = people.surname[joins]
    people.surname[joins] = joined(pool, people.surname[joins], families.surname[house[joins]], "-")
    alone = ((role == Role.HEAD) & (homes.kind[house] == Kind.SINGLE)) | (role == Role.ELDER) | lodgers
    once = np.flatnonzero(alone & changing & (rng.random(len(people)) < np.interp(age, *_WAS_MARRIED)))
    people.maiden[once] = families.other[house[once]]
    own = once[lodgers[once]]
    people.maiden[own] = draw_surnames(rng, pool, people.community[own])
    _childrens(rng, pool, people, homes, families)


def _childrens(rng: np.random.Generator, pool: NamePool, people: People, homes: Households, families: Families) -> None:
    """Mostly the father's; the mother's, both, or a former partner's for the others."""
    house = people.household
    mothers_alone = np.flatnonzero(
        (people.role == Role.HEAD) & (homes.kind[house] == Kind.LONE) & (people.sex == FEMALE)
    )
    own = mothers_alone[rng.random(len(mothers_alone)) < 0.55]
    people.surname[own] = families.mothers[house[own]]
    changing = of_custom(people.community, *_CHANGING)
    how = rng.random(len(homes.kind))[house]
    children = (people.role == Role.CHILD) & changing
    mothers = children & (how < 0.08)
    people.surname[mothers] = families.mothers[house[mothers]]
    both = np.flatnonzero(children & (how >= 0.08) & (how < 0.1))
    people.surname[both] = joined(pool, families.mothers[house[both]], families.surname[house[both]], "-")
    others = children & (how >= 0.1) & (how < 0.14)
    people.surname[others] = families.other[house[others]]


def joined(pool: NamePool, first: Codes, second: Codes, between: str) -> Codes:
    """Two surnames as one; the second alone where the two are the same, or one is double already."""
    pairs = zip(pool.texts(first), pool.texts(second), strict=True)
    return pool.add(
        second if one == second or "-" in one or "-" in second else f"{one}{between}{second}" for one, second in pairs
    )


def _customs(rng: np.random.Generator, pool: NamePool, people: People, homes: Households) -> None:
    for custom, apply in CUSTOMS.items():
        rows = np.flatnonzero(of_custom(people.community, custom))
        if len(rows):
            apply(rng, pool, people, homes, rows)
