"""Registrations that come in: people whom the register holds, and people whom it does not.

The mix is the one that the online matcher's design was measured with: 71 of 100 are known.
"""

from dataclasses import dataclass

import numpy as np

from registry.demo.labelled.draws import chosen
from registry.demo.labelled.duplicates import heaviest
from registry.demo.labelled.moves import elsewhere
from registry.demo.labelled.newcomers import MAKERS, Office
from registry.demo.labelled.people import NOBODY, People, Rows
from registry.demo.labelled.plan import Chunk
from registry.demo.labelled.pool import NamePool
from registry.demo.labelled.quoted import QUOTED_BY, Quoting, quote_numbers
from registry.demo.labelled.slip_rates import REGISTRATIONS
from registry.demo.labelled.slips import make_slips
from registry.demo.labelled.world import World

TYPES = ("known", "junior", "twin", "newborn", "partner", "unrelated")
_MIX = (0.71, 0.036, 0.014, 0.055, 0.045, 0.14)
_MOVED = 0.6
_TELLS_FORMER_ADDRESS = 0.55
_MOVERS = ((0, 5, 16, 20, 35, 50, 70, 100), (1.4, 0.9, 0.6, 2.4, 1.8, 0.9, 0.5, 0.6))


@dataclass(frozen=True, slots=True)
class Queries:
    """Described people with the kind of each (a place in `TYPES`) and what each quotes as a number, None for none.

    `person` in `people` is the one that each truly is, -1 for somebody whom the register does not hold.
    """

    people: People
    types: Rows
    numbers: list[str | None]


def queries(
    world: World, chunk: Chunk, rng: np.random.Generator, pool: NamePool, people: People, first: Rows, doubled: Rows
) -> Queries:
    """The registrations of a part of the country: `chunk.queries` of them.

    `people` are those of `population`, `first` the row of each one's household's first member; `doubled` counts
    those who have two records, of whom no registration comes: which of the two is meant would be arguable.
    """
    single = ~np.isin(people.person, doubled)
    office = Office(world, rng, pool, people, first, chunk.people, single)
    wanted = np.bincount(chosen(rng, chunk.queries, _MIX), minlength=len(TYPES))
    parts: list[People] = []
    types: list[Rows] = []
    for place in range(1, len(TYPES)):
        made = MAKERS[TYPES[place]](office, int(wanted[place]))
        made.person[:] = NOBODY
        parts.append(made)
        types.append(np.full(len(made), place))
    # Where a small part has not enough of a kind, known people come instead.
    known = _known(office, chunk.queries - sum(map(len, parts)))
    every = People.together([known, *parts])
    kinds = np.concatenate([np.zeros(len(known), dtype=np.int64), *types])
    order = rng.permutation(len(every))
    every, kinds = every.rows(order), kinds[order]
    quoting = Quoting(
        own=np.where(
            every.person == NOBODY, world.plan.people + chunk.first_query + np.arange(len(every)), every.number
        ),
        housemates=_housemates(office, every),
        likely=np.array(QUOTED_BY)[kinds],
    )
    return Queries(every, kinds, quote_numbers(world, rng, every, quoting))


def _known(office: Office, count: int) -> People:
    rng, people = office.rng, office.people
    likely = np.interp(office.age, *_MOVERS) * office.single
    rows = heaviest(rng, likely[: office.registered], count)
    described = people.rows(rows)
    moved = np.flatnonzero(rng.random(len(rows)) < _MOVED)
    left = described.dwelling[moved]
    tells = rng.random(len(moved)) < _TELLS_FORMER_ADDRESS
    described.previous_dwelling[:] = NOBODY
    described.previous_dwelling[moved] = np.where(tells, left, NOBODY)
    described.dwelling[moved] = elsewhere(rng, office.world.country, left)
    described.room[moved] = 0
    described.lodging[moved] = 0
    described.tag(moved, "moved")
    described.tag(moved[tells], "moved-told")
    make_slips(rng, office.pool, described, REGISTRATIONS)
    return described


def _housemates(office: Office, described: People) -> Rows:
    """For each, the number's position of somebody else of the household; -1 where there is nobody."""
    people = office.people
    first = np.searchsorted(people.household[: office.registered], described.household)
    inside = np.minimum(first, office.registered - 1)
    there = people.household[inside] == described.household
    other = np.where(people.person[inside] == described.person, np.minimum(inside + 1, office.registered - 1), inside)
    there &= people.household[other] == described.household
    there &= people.person[other] != described.person
    return np.where(there, people.number[other], NOBODY)
