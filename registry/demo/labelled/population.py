"""The people of a part of the country, each once: households in dwellings, with names and numbers."""

import numpy as np
import numpy.typing as npt

from registry.demo.labelled import households
from registry.demo.labelled.alike import coincidences, name_adult_twins, name_twins, pair_adult_twins
from registry.demo.labelled.communities import communities, fewer_old
from registry.demo.labelled.households import Households
from registry.demo.labelled.kinds import Kind
from registry.demo.labelled.moves import elsewhere, known_to_have_moved
from registry.demo.labelled.naming import Families, draw_surnames, name
from registry.demo.labelled.people import NOBODY, People, Role, Rows
from registry.demo.labelled.plan import TODAY, Chunk
from registry.demo.labelled.pool import NamePool
from registry.demo.labelled.vocabulary import COMMUNITY_KEYS
from registry.demo.labelled.world import World

_YEAR = 365.2425
_PEOPLE_A_HOUSEHOLD = 2.3
_LARGE_FAMILIES = ("pakistani", "bangladeshi", "somali", "sikh", "afghan", "gujarati", "arabic")
_MIXED_COUPLES = 0.07
_FIRST_OF_JANUARY = {
    "afghan": 0.22,
    "somali": 0.2,
    "eritrean": 0.12,
    "bangladeshi": 0.1,
    "pakistani": 0.05,
    "arabic": 0.05,
}
_ON_FIRST_OF_JANUARY = np.array([_FIRST_OF_JANUARY.get(key, 0.0) for key in COMMUNITY_KEYS])
"""Adults whose day of birth was not recorded where they were born."""
_WITHOUT_NUMBER = 0.002


def population(world: World, chunk: Chunk, rng: np.random.Generator, pool: NamePool) -> tuple[People, Rows]:
    """The people of a part, in households one after the other, and the household's first row for each.

    The last `chunk.spare` rows are people who have not come yet; they stand in no household of the others.
    """
    wanted = chunk.people + chunk.spare
    dwelling, community, partners, homes = _households(world, chunk, rng, wanted)
    born = _born(rng, homes, community)
    families = Families(
        draw_surnames(rng, pool, community),
        draw_surnames(rng, pool, partners),
        draw_surnames(rng, pool, community),
    )
    apart = pair_adult_twins(rng, homes, community, partners, born, families)
    people = _people(world, chunk, rng, homes, community, partners, dwelling, born)
    _first_of_january(rng, people)
    name(rng, pool, people, homes, families)
    name_twins(rng, pool, people, homes)
    name_adult_twins(rng, pool, people, apart)
    coincidences(rng, people, homes, chunk.people)
    return people, homes.first[:-1][homes.household]


def _households(
    world: World, chunk: Chunk, rng: np.random.Generator, wanted: int
) -> tuple[Rows, npt.NDArray[np.int8], npt.NDArray[np.int8], Households]:
    count = round(wanted / _PEOPLE_A_HOUSEHOLD * 1.15) + 50
    homes_here = world.plan.dwellings_a_chunk
    order = rng.permutation(homes_here)
    while True:
        # Where there are more households than dwellings, some share one.
        dwelling = chunk.number * homes_here + order[np.arange(count) % homes_here]
        community = communities(rng, world.country, dwelling)
        is_large = np.isin(community, [COMMUNITY_KEYS.index(key) for key in _LARGE_FAMILIES])
        kind = households.kinds(rng, is_large)
        size = households.sizes(rng, kind, is_large)
        if size.sum() >= wanted:
            break
        count *= 2
    kind, size = _cut(kind, size, chunk.people, wanted)
    homes = households.members(rng, kind, size)
    community, dwelling = community[: len(kind)], dwelling[: len(kind)]
    community = fewer_old(rng, homes, community)
    other = communities(rng, world.country, dwelling)
    partners = np.where(rng.random(len(kind)) < _MIXED_COUPLES, other, community).astype(np.int8)
    return dwelling, community, partners, homes


def _cut(kind: npt.NDArray[np.int8], size: Rows, people: int, wanted: int) -> tuple[npt.NDArray[np.int8], Rows]:
    """The first households, so that exactly `people` live in some of them and the rest of `wanted` in the others.

    The last household of each part loses members that are too many; what is left of a family stays one.
    """
    ends = np.cumsum(size)
    last = int(np.searchsorted(ends, people))
    size[last] -= ends[last] - people
    ends = np.cumsum(size)
    final = int(np.searchsorted(ends, wanted))
    size[final] -= ends[final] - wanted
    kind, size = kind[: final + 1], size[: final + 1]
    kind[size == 1] = np.where(kind[size == 1] <= Kind.THREE, Kind.SINGLE, kind[size == 1])
    two = (size == 2) & np.isin(kind, (Kind.FAMILY, Kind.GROWN, Kind.THREE))
    kind[two] = Kind.COUPLE
    return kind, size


def _born(rng: np.random.Generator, homes: Households, community: npt.NDArray[np.int8]) -> npt.NDArray[np.int32]:
    return (TODAY - np.floor(homes.age * _YEAR)).astype(np.int32)


def _first_of_january(rng: np.random.Generator, people: People) -> None:
    grown = (TODAY - people.born) > 20 * _YEAR
    unknown = grown & (rng.random(len(people)) < _ON_FIRST_OF_JANUARY[people.community])
    unknown &= ~people.has("adult-twin")
    days = people.born[unknown].astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]")
    people.born[unknown] = days.astype(np.int32)


def _people(
    world: World,
    chunk: Chunk,
    rng: np.random.Generator,
    homes: Households,
    community: npt.NDArray[np.int8],
    partners: npt.NDArray[np.int8],
    dwelling: Rows,
    born: npt.NDArray[np.int32],
) -> People:
    count, house = len(homes.household), homes.household
    kind = homes.kind[house]
    own = np.where(homes.role == Role.PARTNER, partners[house], community[house]).astype(np.int8)
    lodging = homes.role == Role.SHARER
    own[lodging] = communities(rng, world.country, dwelling[house[lodging]])
    none = np.zeros(count, dtype=np.int32)
    person = chunk.first_person + np.arange(count)
    # People who are made and not registered get numbers behind everybody else's: see `newcomers`.
    number = np.where((np.arange(count) < chunk.people) & (rng.random(count) >= _WITHOUT_NUMBER), person, NOBODY)
    people = People(
        person=person,
        household=house.copy(),
        role=homes.role,
        sex=homes.sex,
        born=born,
        community=own,
        forename=none.copy(),
        middle=none.copy(),
        surname=none.copy(),
        previous=none.copy(),
        maiden=none.copy(),
        dwelling=dwelling[house],
        previous_dwelling=np.full(count, NOBODY, dtype=np.int64),
        room=np.where(kind == Kind.HALL, np.arange(count) - homes.first[house] + 1, 0).astype(np.int16),
        lodging=np.where(np.isin(kind, (Kind.HALL, Kind.CARE_HOME)), kind, 0).astype(np.int8),
        style=np.zeros(count, dtype=np.int8),
        number=number,
        tags=np.zeros(count, dtype=np.int64),
    )
    people.tag(number == NOBODY, "no-number")
    moved = known_to_have_moved(rng, homes)
    people.previous_dwelling[moved] = elsewhere(rng, world.country, people.dwelling[moved])
    return people
