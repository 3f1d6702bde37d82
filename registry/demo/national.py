"""The national population: people with numbers whom the register does not hold."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from random import Random

from registry.demo.ages import AgeBalance, shape_of
from registry.demo.communities import community_of
from registry.demo.draft import Draft, draft_members
from registry.demo.households import Member, Role, compose
from registry.demo.lives import place_of_birth
from registry.demo.naming import name_household
from registry.demo.person import DemoPerson, Label
from registry.demo.places import ELSEWHERE, new_address
from registry.demo.practices import PracticeKind
from registry.values.address import Address
from registry.values.nhs_number import NHSNumber
from registry.values.person import Name

SHARE = 0.03
"""How many there are for each of the register's people."""
FEWEST = 300
FIRST_ID = 1_000_000_000
"""Ids of records, people and households here start above the register's."""
_NEWBORN, _DEAD, _ALIKE = 0.12, 0.04, 0.02


def national_people(
    people: int, numbers: Iterator[NHSNumber], today: date, seed: int, number: int | None = None
) -> list[DemoPerson]:
    """Newborns, ordinary people elsewhere, some who are dead, and pairs that cannot be told apart without a number."""
    rng = Random(f"national/{seed}/{people}")
    wanted = max(FEWEST, int(people * SHARE)) if number is None else number
    newborns = [_newborn(rng, today) for _ in range(int(wanted * _NEWBORN))]
    pairs = int(wanted * _ALIKE)
    room = wanted - pairs - len(newborns)
    balance = AgeBalance(shape_of(PracticeKind.TOWN), rng)
    others: list[tuple[int, Draft]] = []
    for household in count(FIRST_ID):
        if len(others) == room:
            break
        others += [(household, draft) for draft in _household(rng, balance, room - len(others), today)]
    _kill(rng, [draft for _, draft in others], int(wanted * _DEAD), today)
    alike = [_lookalike(rng, draft) for draft in _grown(rng, others, pairs)]
    singles = enumerate([*newborns, *alike], start=FIRST_ID + len(others))
    drafts = [*others, *singles]
    return [
        draft.finish(number, number, household, [next(numbers)])
        for number, (household, draft) in enumerate(drafts, start=FIRST_ID)
    ]


def _household(rng: Random, balance: AgeBalance, room: int, today: date) -> list[Draft]:
    """At most `room` people who live together in another authority's area."""
    members = compose(rng, balance, room)
    drafts = draft_members(rng, members, community_of(rng, PracticeKind.TOWN, members), None, today)
    name_household(rng, drafts, today)
    address = new_address(rng, rng.choice(ELSEWHERE))
    for draft in drafts:
        balance.take(draft.age, draft.is_female)
        draft.address = address
        draft.place_of_birth = place_of_birth(rng, draft)
        draft.labels.add(Label.NATIONAL)
    return drafts


def _newborn(rng: Random, today: date) -> Draft:
    """A baby as maternity services notify it: the mother's surname, often no forename yet, no address."""
    member = Member(Role.HEAD, 0.0, rng.random() < 0.488)
    community = community_of(rng, PracticeKind.TOWN, [member])
    draft = draft_members(rng, [member], community, None, today)[0]
    draft.born_on = today - timedelta(days=rng.randrange(0, 50))
    draft.age = 0.1
    name_household(rng, [draft], today)
    forename = draft.name.first_forename if rng.random() < 0.6 else "Baby"
    draft.name = Name(draft.name.surname, forename)
    draft.address = Address()
    draft.labels |= {Label.NATIONAL, Label.NEWBORN}
    return draft


def _grown(rng: Random, others: list[tuple[int, Draft]], number: int) -> list[Draft]:
    grown = [draft for _, draft in others if draft.age > 18 and not draft.died_on]
    return rng.sample(grown, min(number, len(grown)))


def _lookalike(rng: Random, draft: Draft) -> Draft:
    """Somebody else of the same name, sex and birth date, who lives in another town."""
    draft.labels.add(Label.ALIKE)
    town = draft.address.lines[3]
    elsewhere = [place for place in ELSEWHERE if place.town != town]
    return replace(
        draft,
        labels={Label.NATIONAL, Label.ALIKE},
        address=new_address(rng, rng.choice(elsewhere)),
        place_of_birth=None,
        former_names=[],
        is_married=False,
    )


def _kill(rng: Random, drafts: list[Draft], number: int, today: date) -> None:
    """The oldest first, for the most part."""
    by_age = sorted(drafts, key=lambda draft: -draft.age)[: number * 3]
    for draft in rng.sample(by_age, min(number, len(by_age))):
        draft.died_on = today - timedelta(days=rng.randrange(5, 1500))
        draft.died_on = max(draft.died_on, draft.born_on)
        draft.labels.add(Label.DEAD)
