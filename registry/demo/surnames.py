"""Which surname a member of a family bears, custom by custom."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from registry.demo.draft import Draft
from registry.demo.households import Role
from registry.demo.names import (
    WOMENS_LAST_NAMES,
    Community,
    Custom,
    draw_forename,
    draw_surname,
    feminine,
    patronymic,
)

_FIRST = (Role.HEAD, Role.SHARER)
"""Who is named before anybody else of the family."""


@dataclass(slots=True)
class Family:
    """What the names of a family have in common.

    `surname` is as a man of it bears it; `father` and `grandfather` are forenames of the
    father's line; `mothers` is the mother's own surname, `childrens` what children bear.
    """

    community: Community
    surname: str
    grandfather: str
    father: str = ""
    mothers: str = ""
    childrens: str = ""
    keeps_surname: bool = False
    taken: set[str] = field(default_factory=set[str])


@dataclass(frozen=True, slots=True)
class Borne:
    """A surname, and the second forename that a custom demands with it (None: no demand)."""

    surname: str
    second: str | None = None


def surname_of(rng: Random, draft: Draft, family: Family) -> Borne:
    """The surname of a member before any marriage changes it."""
    custom = family.community.custom
    return _CUSTOMS[custom](rng, draft, family)


def _own(rng: Random, draft: Draft, family: Family) -> str:
    """A partner's family is another; everybody else bears the family's surname."""
    if draft.role is Role.PARTNER:
        return draw_surname(rng, draft.community)
    return family.childrens if draft.role is Role.CHILD else family.surname


def _shared(rng: Random, draft: Draft, family: Family) -> Borne:
    return Borne(_own(rng, draft, family))


def _gendered(rng: Random, draft: Draft, family: Family) -> Borne:
    surname = _own(rng, draft, family)
    return Borne(feminine(surname) if draft.is_female else surname)


def _double(rng: Random, draft: Draft, family: Family) -> Borne:
    first = draw_surname(rng, draft.community) if draft.role is Role.PARTNER else family.surname
    if draft.role is Role.CHILD and family.mothers:
        return Borne(f"{first} {family.mothers.split()[0]}")
    return Borne(f"{first} {draw_surname(rng, family.community)}")


def _patronymic(rng: Random, draft: Draft, family: Family) -> Borne:
    father = draw_forename(rng, family.community.key, True, 1950)
    if draft.role is Role.CHILD:
        father = family.father
    elif draft.role in _FIRST:
        father = family.grandfather
    return Borne(patronymic(father, not draft.is_female))


def _chain(rng: Random, draft: Draft, family: Family) -> Borne:
    if draft.role is Role.CHILD:
        return Borne(family.grandfather, family.father)
    if draft.role in _FIRST:
        return Borne(family.surname, family.grandfather)
    return Borne(draw_surname(rng, family.community), draw_forename(rng, family.community.key, True, 1950))


def _sikh(rng: Random, draft: Draft, family: Family) -> Borne:
    religious = "Kaur" if draft.is_female else "Singh"
    if family.keeps_surname:
        return Borne(family.surname, religious)
    return Borne(religious)


def _religious(rng: Random, draft: Draft, family: Family) -> Borne:
    if draft.is_female and rng.random() < (0.65 if draft.age > 35 else 0.25):
        return Borne(rng.choice(WOMENS_LAST_NAMES[family.community.key]))
    if not draft.is_female and draft.role is Role.CHILD and rng.random() < 0.2:
        return Borne(draw_surname(rng, family.community))
    return Borne(family.surname)


def _fathers_forename(rng: Random, draft: Draft, family: Family) -> Borne:
    if draft.role in _FIRST:
        return Borne(family.grandfather)
    if draft.role is Role.ELDER:
        return Borne(draw_surname(rng, family.community))
    return Borne(family.father)


_CUSTOMS: dict[Custom, Callable[[Random, Draft, Family], Borne]] = {
    Custom.SHARED: _shared,
    Custom.KEPT: _shared,
    Custom.GENDERED: _gendered,
    Custom.DOUBLE: _double,
    Custom.PATRONYMIC: _patronymic,
    Custom.CHAIN: _chain,
    Custom.SIKH: _sikh,
    Custom.RELIGIOUS: _religious,
    Custom.FATHERS_FORENAME: _fathers_forename,
    Custom.MONONYM: _shared,
    Custom.MIXED: _shared,
}
