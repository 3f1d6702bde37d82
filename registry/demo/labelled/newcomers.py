"""People whom the register does not hold and who look like some whom it does: sons, twins, newborns, partners."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from registry.demo.labelled.alike import other_twins_forename
from registry.demo.labelled.duplicates import heaviest
from registry.demo.labelled.given_names import draw_forenames
from registry.demo.labelled.people import FEMALE, MALE, NOBODY, Flags, People, Role, Rows
from registry.demo.labelled.plan import TODAY
from registry.demo.labelled.pool import NamePool
from registry.demo.labelled.slip_forenames import leave_unnamed
from registry.demo.labelled.slip_rates import REGISTRATIONS
from registry.demo.labelled.slips import make_slips
from registry.demo.labelled.world import World

_YEAR = 365.2425
_UNNAMED = 0.35
_TAKES_HOSTS_NAME = 0.25
_NEWBORN_SLIPS = replace(REGISTRATIONS, nickname=0.0, initial=0.0, married=0.0)


@dataclass(frozen=True, slots=True)
class Office:
    """What the makers of registrations work with: registered people, those who have not come yet, chance."""

    world: World
    rng: np.random.Generator
    pool: NamePool
    people: People
    first_member: Rows
    registered: int
    single: Flags
    """Registered people who have one record."""

    def pick(self, suits: Flags, count: int) -> Rows:
        """So many different registered people; fewer where there are not enough."""
        weights = np.where(suits[: self.registered], 1.0, 0.0)
        return heaviest(self.rng, weights, count)

    @property
    def age(self) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        return (TODAY - self.people.born) / _YEAR


def _juniors(office: Office, count: int) -> People:
    """Sons with their fathers' forename and surname, at their address, 18 years younger or more."""
    rng, people = office.rng, office.people
    fathers = (people.sex == MALE) & (office.age > 21) & (people.role <= Role.PARTNER) & (people.forename > 0)
    rows = office.pick(fathers & office.single, count)
    sons = people.rows(rows)
    oldest = np.minimum(office.age[rows] - 18, 60)
    age = np.where(
        rng.random(len(rows)) < 0.6, rng.random(len(rows)) * np.minimum(oldest, 18), rng.random(len(rows)) * oldest
    )
    sons.born[:] = TODAY - (age * _YEAR).astype(np.int64)
    how = rng.random(len(rows))
    drawn = draw_forenames(rng, office.pool, sons.community, sons.sex, sons.born)
    sons.middle[:] = np.select([how < 0.3, how < 0.65], [sons.middle, drawn], 0)
    _newly_made(sons, "junior")
    make_slips(rng, office.pool, sons, REGISTRATIONS)
    return sons


def _twins(office: Office, count: int) -> People:
    """The other twin of a child who is registered."""
    rng, people = office.rng, office.people
    children = (people.role == Role.CHILD) & (office.age < 18) & ~people.has("twin") & (people.forename > 0)
    rows = office.pick(children & office.single, count)
    twins = people.rows(rows)
    same = rng.random(len(rows)) < 0.64
    twins.sex[:] = np.where(same, twins.sex, MALE + FEMALE - twins.sex)
    twins.forename[:] = other_twins_forename(rng, office.pool, people, rows, twins.sex)
    drawn = draw_forenames(rng, office.pool, twins.community, twins.sex, twins.born)
    twins.middle[:] = np.where(twins.middle == 0, 0, drawn)
    _newly_made(twins, "twin")
    make_slips(rng, office.pool, twins, _NEWBORN_SLIPS)
    return twins


def _newborns(office: Office, count: int) -> People:
    """Children of registered mothers, at most three months old; a third have no forename yet."""
    rng, people = office.rng, office.people
    mothers = (people.sex == FEMALE) & (office.age > 17) & (office.age < 44) & (people.role <= Role.PARTNER)
    rows = office.pick(mothers & office.single, count)
    born = people.rows(rows)
    # Mostly the surname of the household's first member, who is the father where there is one.
    fathers = people.surname[office.first_member[rows]]
    born.surname[:] = np.where(rng.random(len(rows)) < 0.8, fathers, people.surname[rows])
    born.born[:] = TODAY - rng.integers(0, 90, len(rows))
    born.sex[:] = np.where(rng.random(len(rows)) < 0.488, FEMALE, MALE)
    born.forename[:] = draw_forenames(rng, office.pool, born.community, born.sex, born.born)
    middle = draw_forenames(rng, office.pool, born.community, born.sex, born.born)
    born.middle[:] = np.where(people.middle[rows] == 0, 0, middle)
    _newly_made(born, "newborn")
    born.previous_dwelling[:] = NOBODY
    leave_unnamed(rng, office.pool, born, np.flatnonzero(rng.random(len(rows)) < _UNNAMED))
    make_slips(rng, office.pool, born, _NEWBORN_SLIPS)
    return born


def _partners(office: Office, count: int) -> People:
    """Grown-ups who move in with somebody who is registered; a quarter come with the same surname."""
    rng, people = office.rng, office.people
    hosts = (people.role == Role.HEAD) & (office.age > 20) & (office.age < 75)
    rows = office.pick(hosts & office.single, count)
    comers = people.rows(office.registered + rng.integers(0, len(people) - office.registered, len(rows)))
    comers.sex[:] = MALE + FEMALE - people.sex[rows]
    grown = TODAY - int(18.2 * _YEAR)
    comers.born[:] = np.minimum(people.born[rows] + (rng.normal(0, 4, len(rows)) * _YEAR).astype(np.int64), grown)
    comers.forename[:] = draw_forenames(rng, office.pool, comers.community, comers.sex, comers.born)
    middle = draw_forenames(rng, office.pool, comers.community, comers.sex, comers.born)
    comers.middle[:] = np.where((comers.middle == 0) | (middle == comers.forename), 0, middle)
    comers.household[:] = people.household[rows]
    comers.previous_dwelling[:] = np.where(rng.random(len(rows)) < 0.6, comers.dwelling, NOBODY)
    comers.dwelling[:] = people.dwelling[rows]
    married = np.flatnonzero(rng.random(len(rows)) < _TAKES_HOSTS_NAME)
    comers.previous[married] = comers.surname[married]
    comers.surname[married] = people.surname[rows[married]]
    _newly_made(comers, "partner")
    comers.tag(married, "married")
    make_slips(rng, office.pool, comers, replace(REGISTRATIONS, married=0.0))
    return comers


def _unrelated(office: Office, count: int) -> People:
    """People from elsewhere, with nobody of theirs in the register."""
    free = np.arange(office.registered, len(office.people))
    comers = office.people.rows(office.rng.permutation(free)[:count])
    _newly_made(comers, "unrelated")
    make_slips(office.rng, office.pool, comers, REGISTRATIONS)
    return comers


def _newly_made(people: People, tag: str) -> None:
    """Nothing that was true of the person whom somebody was made after is true of the new one."""
    people.tags[:] = 0
    people.maiden[:] = 0
    if tag != "unrelated":
        people.previous[:] = np.where(people.role == Role.HEAD, people.previous, 0)
    people.tag(slice(None), tag)


MAKERS: dict[str, Callable[[Office, int], People]] = {
    "junior": _juniors,
    "twin": _twins,
    "newborn": _newborns,
    "partner": _partners,
    "unrelated": _unrelated,
}
"""By the type of registration: makes so many, or fewer where the part of the country has not enough."""
