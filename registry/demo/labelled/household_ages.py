"""How old the members of households are: children first, parents older than they by as much as parents are."""

import numpy as np
import numpy.typing as npt

from registry.demo.labelled.kinds import HAS_PARTNER, LODGERS, Kind
from registry.demo.labelled.people import NOBODY, Role, Rows

Ages = npt.NDArray[np.float64]

_AGE_ALONE = ((18, 25, 35, 50, 65, 75, 85, 95, 103), (0, 0.04, 0.18, 0.38, 0.6, 0.78, 0.93, 0.99, 1))
_AGE_OF_COUPLE = ((19, 25, 35, 50, 60, 70, 80, 90, 98), (0, 0.05, 0.22, 0.33, 0.5, 0.74, 0.93, 0.995, 1))


def ages(
    rng: np.random.Generator,
    kind: npt.NDArray[np.int8],
    household: Rows,
    role: npt.NDArray[np.int8],
    place: Rows,
    twin_of: Rows,
    first: Rows,
) -> Ages:
    count, people = len(kind), len(household)
    gap = np.where((role == Role.CHILD) & (twin_of == NOBODY), 1.1 + rng.gamma(1.8, 0.9, people), 0.0)
    eldest_place = 1 + HAS_PARTNER[kind]
    gap[place == eldest_place[household]] = 0.0
    after_eldest = np.cumsum(gap)
    after_eldest -= (after_eldest - gap)[first[:-1]][household]
    span = after_eldest[first[1:] - 1]
    grown = 18 + rng.exponential(6.0, count)
    youngest = np.where(kind == Kind.GROWN, 16.5, rng.random(count))
    eldest = np.maximum(np.where(kind == Kind.GROWN, np.minimum(grown, 48), rng.random(count) * 19), span + youngest)
    mother = eldest + np.clip(rng.normal(28.8, 5.6, count), 16.5, 44)
    couple = np.interp(rng.random(count), _AGE_OF_COUPLE[1], _AGE_OF_COUPLE[0])
    alone = np.interp(rng.random(count), _AGE_ALONE[1], _AGE_ALONE[0])
    older = rng.normal(2.3, 4.0, count)
    head = np.select(
        [kind == Kind.SINGLE, kind == Kind.COUPLE, kind == Kind.LONE],
        [alone, couple, mother],
        np.maximum(mother + older, 17.5),
    )
    partner = np.where(
        kind == Kind.COUPLE, np.where(couple - older < 18, 18 + 4 * rng.random(count), couple - older), mother
    )
    age = np.select(
        [role == Role.HEAD, role == Role.PARTNER, role == Role.CHILD],
        [head[household], partner[household], eldest[household] - after_eldest],
        np.minimum(mother[household] + np.clip(rng.normal(27, 5, people), 17, 42), 104),
    )
    return _lodgers_ages(rng, kind[household], np.maximum(age, 0.0))


def _lodgers_ages(rng: np.random.Generator, kind: npt.NDArray[np.int8], age: Ages) -> Ages:
    for lodging, lodgers in LODGERS.items():
        rows = np.flatnonzero(kind == lodging)
        age[rows] = np.clip(rng.normal(lodgers.age, lodgers.spread, len(rows)), lodgers.youngest, lodgers.oldest)
    return age
