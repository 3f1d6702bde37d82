"""Who lives together: the sizes of households, and the ages and sexes in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from random import Random

from registry.demo.ages import AgeBalance

SIZES = ((1, 30), (2, 34), (3, 16), (4, 14), (5, 3.8), (6, 1.4), (7, 0.5), (8, 0.3))
"""Per cent of households by size; 2021's census, the tail of 5 and more split."""

SIZES_OF_RETIRED = ((1, 36), (2, 42), (3, 10), (4, 8), (5, 2.4), (6, 1.0), (7, 0.4), (8, 0.2))
"""The same where many have retired to."""

TWIN_BIRTHS = 0.016
"""Share of births that are of twins."""


class Role(Enum):
    """A member's place in the household."""

    HEAD = "head"
    """One adult of the family."""
    PARTNER = "partner"
    """The other."""
    CHILD = "child"
    """A child of head or partner, of any age."""
    ELDER = "elder"
    """A parent of the head."""
    SHARER = "sharer"
    """No relation."""


@dataclass(slots=True)
class Member:
    """Somebody of a household: age in years, sex, and place in it."""

    role: Role
    age: float
    is_female: bool
    is_twin: bool = False


_Compose = Callable[[Random, AgeBalance, int], list[Member]]


def compose(rng: Random, balance: AgeBalance, room: int, sizes: Sequence[tuple[int, float]] = SIZES) -> list[Member]:
    """A household of at most `room` people."""
    fitting = [entry for entry in sizes if entry[0] <= room]
    size = rng.choices([entry[0] for entry in fitting], [entry[1] for entry in fitting])[0]
    kinds = _KINDS[min(size, 5)]
    kind = rng.choices([entry[0] for entry in kinds], [entry[1] for entry in kinds])[0]
    return kind(rng, balance, size)


def alone(rng: Random, balance: AgeBalance, lowest: float, highest: float = 104.0) -> Member:
    """An adult by himself or herself."""
    age = balance.draw(lowest, highest)
    return Member(Role.HEAD, age, balance.is_woman(age))


def _single(rng: Random, balance: AgeBalance, size: int) -> list[Member]:
    return [alone(rng, balance, 18.0)]


def _couple(rng: Random, balance: AgeBalance, size: int) -> list[Member]:
    age = balance.draw(20.0, 100.0)
    return _pair(rng, age)


def _pair(rng: Random, age: float) -> list[Member]:
    """Two adults, one of the age given; about 3 % are of one sex."""
    other = max(18.0, age - rng.gauss(2.3, 4.0))
    head_female = rng.random() < 0.015
    partner_female = head_female or rng.random() > 0.015
    return [Member(Role.HEAD, age, head_female), Member(Role.PARTNER, other, partner_female)]


def _sharers(rng: Random, balance: AgeBalance, size: int) -> list[Member]:
    members: list[Member] = []
    for _ in range(size):
        age = balance.draw(18.0, 45.0)
        members.append(Member(Role.SHARER, age, balance.is_woman(age)))
    return members


def _children(rng: Random, balance: AgeBalance, count: int) -> list[Member]:
    """Brothers and sisters, the youngest first; grown-up ones when the list has children enough."""
    youngest = balance.draw(0.0, 29.0)
    births = [youngest]
    twins = [False]
    while len(births) < count:
        if rng.random() < TWIN_BIRTHS * 1.6:
            births.append(births[-1])
            twins[-1] = True
            twins.append(True)
        else:
            births.append(births[-1] + 1.1 + rng.expovariate(0.55))
            twins.append(False)
    return [
        Member(Role.CHILD, age, rng.random() < 0.488, is_twin)
        for age, is_twin in zip(births, twins, strict=True)
        if age < 34
    ]


def _mother_age(rng: Random, children: list[Member]) -> float:
    """An age at which one can have borne these children between 17 and 46."""
    youngest, eldest = children[0].age, children[-1].age
    return min(max(eldest + rng.gauss(28.5, 5.2), eldest + 17), max(youngest + 46, eldest + 17))


def _with_children(rng: Random, balance: AgeBalance, size: int) -> list[Member]:
    children = _children(rng, balance, size - 2)
    mother = _mother_age(rng, children)
    father = max(children[-1].age + 17, mother + rng.gauss(2.3, 3.8))
    return [Member(Role.HEAD, father, False), Member(Role.PARTNER, mother, True), *children]


def _lone_parent(rng: Random, balance: AgeBalance, size: int) -> list[Member]:
    children = _children(rng, balance, size - 1)
    age = _mother_age(rng, children)
    is_mother = rng.random() < 0.85
    return [Member(Role.HEAD, age if is_mother else age + 2, is_mother), *children]


def _three_generations(rng: Random, balance: AgeBalance, size: int) -> list[Member]:
    family = _with_children(rng, balance, size - 1)
    father = family[0]
    is_grandmother = rng.random() < 0.65
    age = min(max(father.age + rng.gauss(27.5, 4.5), father.age + 17), 99.0)
    return [*family, Member(Role.ELDER, age, is_grandmother)]


_KINDS: dict[int, tuple[tuple[_Compose, float], ...]] = {
    1: ((_single, 1.0),),
    2: ((_couple, 79), (_lone_parent, 15), (_sharers, 6)),
    3: ((_with_children, 74), (_lone_parent, 18), (_sharers, 8)),
    4: ((_with_children, 80), (_lone_parent, 9), (_three_generations, 6), (_sharers, 5)),
    5: ((_with_children, 76), (_lone_parent, 6), (_three_generations, 18)),
}
