"""What people quote as their NHS number: the right one, none, somebody else's, or something else."""

from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt

from registry.demo.labelled.numbers import chi_numbers
from registry.demo.labelled.people import BIT, FEMALE, NOBODY, People, Rows
from registry.demo.labelled.world import World

#                 right  housemate's mistyped Scottish old
_KNOWN = (0.56, 0.008, 0.022, 0.006, 0.006)
_NEW = (0.5, 0.01, 0.012, 0.0, 0.0)
_FROM_ELSEWHERE = (0.3, 0.0, 0.01, 0.06, 0.012)
QUOTED_BY = (_KNOWN, _NEW, _NEW, _NEW, _NEW, _FROM_ELSEWHERE)
"""By the types of registrations in `queries.TYPES`; what is left quote nothing."""

_TAGS = ("right-number", "housemates-number", "mistyped-number", "scottish-number", "old-number", "no-number")


@dataclass(frozen=True, slots=True)
class Quoting:
    """For each registration: positions of the own number and a housemate's (-1 for none), and the shares of kinds."""

    own: Rows
    housemates: Rows
    likely: npt.NDArray[np.float64]


def quote_numbers(world: World, rng: np.random.Generator, people: People, quoting: Quoting) -> list[str | None]:
    """What each of the people quotes; marks it."""
    kind = (rng.random((len(people), 1)) >= np.cumsum(quoting.likely, axis=1)).sum(axis=1)
    none = len(_TAGS) - 1
    kind[(kind == 1) & (quoting.housemates == NOBODY)] = none
    kind[((kind == 0) | (kind == 2)) & (quoting.own == NOBODY)] = none
    position = np.where(kind == 1, quoting.housemates, quoting.own)
    own = [f"{number:010d}" for number in world.numbers.at(np.maximum(position, 0)).tolist()]
    scottish = chi_numbers(rng, people.born.astype("datetime64[D]"), people.sex == FEMALE).tolist()
    slips = Random(int(rng.integers(1 << 62)))
    for place, tag in enumerate(_TAGS):
        people.tags[kind == place] &= ~BIT["no-number"]
        people.tag(kind == place, tag)
    quoted: list[str | None] = []
    for place, number in zip(kind.tolist(), zip(own, scottish, strict=True), strict=True):
        own_number, chi = number
        quoted.append((own_number, own_number, mistyped(slips, own_number), f"{chi:010d}", _old(slips), None)[place])
    return quoted


def mistyped(slips: Random, number: str) -> str:
    """One digit wrong, or two neighbours exchanged: never a valid number, which modulus 11 sees to."""
    place = slips.randrange(9)
    if slips.random() < 0.5 and number[place] != number[place + 1]:
        return number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    return number[:place] + str((int(number[place]) + slips.randrange(1, 10)) % 10) + number[place + 1 :]


def _old(slips: Random) -> str:
    """A number of the kind that was given before 1996: letters of a district and a register's entry."""
    letters = "".join(slips.choices("ABCDEFGHJKLMNPQRSTUVWXYZ", k=4))
    return f"{letters}{slips.randrange(1, 400)}"
