"""Further records of people who have one already."""

import numpy as np

from registry.demo.labelled.country import Country
from registry.demo.labelled.moves import elsewhere
from registry.demo.labelled.people import NOBODY, Flags, People, Rows
from registry.demo.labelled.plan import TODAY, Chunk, Plan
from registry.demo.labelled.pool import NamePool
from registry.demo.labelled.slip_rates import DUPLICATES
from registry.demo.labelled.slips import make_slips
from registry.demo.labelled.world import World

_THIRDS = 0.075
"""Of the further records, how many are the third one of their person."""
_WITHOUT_NUMBER, _OTHER_NUMBER = 0.62, 0.25
_MOVED = 0.46
_FORMER_ADDRESS_KNOWN = 0.5
_TELLS_FORMER_ADDRESS = 0.3
_RECORDED_TWICE = ((0, 2, 5, 16, 20, 34, 45, 65, 90, 105), (1.0, 1.2, 0.7, 0.6, 1.9, 1.7, 1.0, 0.7, 0.5, 0.4))
"""How likely people of an age are: those who move, and babies."""


def duplicates(world: World, chunk: Chunk, rng: np.random.Generator, pool: NamePool, people: People) -> People:
    """Exactly `chunk.extra` further records of some of the people, of a few two.

    Some of the people get the duplicate's address as their own former one.
    """
    thirds = round(chunk.extra * _THIRDS) if chunk.extra > 1 else 0
    firsts = heaviest(rng, _likely(people), chunk.extra - thirds)
    records = people.rows(np.concatenate([firsts, firsts[:thirds]]))
    records.tag(np.arange(chunk.extra) >= chunk.extra - thirds, "third-record")
    records.household[:] = NOBODY
    _number(rng, world.plan, chunk, records)
    _move(rng, world.country, records, rng.random(chunk.extra) < _MOVED)
    make_slips(rng, pool, records, DUPLICATES)
    return records


def heaviest(rng: np.random.Generator, weights: "np.ndarray[tuple[int], np.dtype[np.float64]]", count: int) -> Rows:
    """So many different rows, in random order, heavier ones oftener; rows of weight 0 never."""
    with np.errstate(divide="ignore"):
        keys = rng.exponential(1.0, len(weights)) / weights
    order = np.argsort(keys, kind="stable")[:count]
    return order[np.isfinite(keys[order])]


def _likely(people: People) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return np.interp((TODAY - people.born) / 365.2425, *_RECORDED_TWICE)


def _number(rng: np.random.Generator, plan: Plan, chunk: Chunk, records: People) -> None:
    chance = rng.random(len(records))
    has = records.number != NOBODY
    without = ~has | (chance < _WITHOUT_NUMBER)
    other = ~without & (chance < _WITHOUT_NUMBER + _OTHER_NUMBER)
    own = plan.persons + chunk.first_extra + np.arange(len(records))
    records.number[:] = np.select([without, other], [NOBODY, own], records.number)
    records.tag(without, "no-number")
    records.tag(other, "other-number")
    records.tag(~without & ~other, "same-number")


def _move(rng: np.random.Generator, country: Country, records: People, moved: Flags) -> None:
    """Most stand at a former address; some at a later one and say where they came from."""
    rows = np.flatnonzero(moved)
    now, before = records.dwelling[rows], records.previous_dwelling[rows]
    to_former = (before != NOBODY) & (rng.random(len(rows)) < _FORMER_ADDRESS_KNOWN)
    records.dwelling[rows] = np.where(to_former, before, elsewhere(rng, country, now))
    tells = ~to_former & (rng.random(len(rows)) < _TELLS_FORMER_ADDRESS)
    records.previous_dwelling[rows] = np.where(tells, now, NOBODY)
    records.room[rows] = 0
    records.lodging[rows] = 0
    records.tag(rows, "moved")
    records.tag(rows[to_former | tells], "moved-told")
    stays = np.flatnonzero(~moved & (rng.random(len(records)) < 0.5))
    records.previous_dwelling[stays] = NOBODY
