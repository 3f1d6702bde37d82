"""Fills one practice's list with people, household by household."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from random import Random

from registry.demo.ages import AgeBalance, shape_of
from registry.demo.blemishes import Blemishes
from registry.demo.communities import community_of
from registry.demo.doubles import can_be_doubled, confuse, duplicate, next_kind
from registry.demo.draft import Draft, draft_members
from registry.demo.fates import Fates
from registry.demo.households import SIZES, SIZES_OF_RETIRED, Member, Role, compose
from registry.demo.housing import Housing
from registry.demo.lives import live
from registry.demo.names import COMMUNITIES
from registry.demo.naming import name_household
from registry.demo.person import DemoPerson, Label
from registry.demo.places import Dwellings
from registry.demo.practices import DemoPractice, PracticeKind
from registry.demo.quota import Quota, Rates
from registry.values.nhs_number import NHSNumber


@dataclass(slots=True)
class Region:
    """What the practices of an office share while it is being peopled."""

    practices: tuple[DemoPractice, ...]
    today: date
    rates: Rates
    numbers: Iterator[NHSNumber]
    dwellings: dict[str, Dwellings]
    institute_codes: Iterator[str]
    duplicates: Quota
    confusions: Quota
    records: Iterator[int] = field(default_factory=lambda: count(1))
    truths: Iterator[int] = field(default_factory=lambda: count(1))
    households: Iterator[int] = field(default_factory=lambda: count(1))
    duplicated: int = 0
    next_duplicate: Label = Label.SURNAME_TYPO


class Settlement:
    """One practice's people."""

    def __init__(self, region: Region, practice: DemoPractice, rates: Rates, rng: Random) -> None:
        self._region = region
        self._practice = practice
        self._rng = rng
        self._balance = AgeBalance(shape_of(practice.kind), rng)
        self._sizes = SIZES_OF_RETIRED if practice.kind is PracticeKind.COASTAL else SIZES
        self._housing = Housing(rng, practice, rates, region.dwellings, region.institute_codes)
        self._fates = Fates(rates, rng)
        self._blemishes = Blemishes(rates, rng)
        self._juniors = Quota(rates.juniors, rng)
        self._namesakes = Quota(rates.namesakes, rng, owed=1.2)
        self._aunt: Draft | None = None

    def people(self, size: int) -> Iterator[DemoPerson]:
        """So many records, exactly."""
        room = size
        while room > 0:
            drafts = self._household(room)
            self._count(drafts)
            people = list(self._finish(drafts, room - len(drafts)))
            room -= len(people)
            yield from people

    def _household(self, room: int) -> list[Draft]:
        """The next people: lodgers where some are due, else a household."""
        lodgers = self._housing.lodgers(self._balance, room)
        if lodgers is None:
            return self._family(room)
        drafts = self._draft(lodgers.members)
        for draft, labels in zip(drafts, lodgers.labels, strict=True):
            draft.labels |= labels
            draft.least_years = lodgers.least_years
        name_household(self._rng, drafts, self._region.today)
        live(self._rng, drafts, self._practice, self._region.today)
        lodgers.settle(drafts)
        return drafts

    def _family(self, room: int) -> list[Draft]:
        aunt, self._aunt = self._aunt, None
        members = self._with_daughter() if aunt else compose(self._rng, self._balance, room, self._sizes)
        drafts = self._draft(members, "british" if aunt else None)
        name_household(self._rng, drafts, self._region.today, aunt.name.surname if aunt else None)
        if aunt:
            _name_after(aunt, drafts)
        elif room > 20:
            self._choose_aunt(drafts)
        self._name_son(drafts)
        all_gone = self._fates.befall(drafts)
        self._housing.house(drafts, all_gone)
        live(self._rng, drafts, self._practice, self._region.today)
        self._fates.conclude(drafts, self._region.today)
        return drafts

    def _draft(self, members: list[Member], key: str | None = None) -> list[Draft]:
        """Drafts of members; a family has one community, each sharer his or her own."""
        rng, practice, today = self._rng, self._practice, self._region.today
        if members[0].role is Role.SHARER:
            drafts: list[Draft] = []
            for member in members:
                community = community_of(rng, practice.kind, [member])
                drafts += draft_members(rng, [member], community, practice, today)
            return drafts
        community = COMMUNITIES[key] if key else community_of(rng, practice.kind, members)
        return draft_members(rng, members, community, practice, today)

    def _count(self, drafts: list[Draft]) -> None:
        for draft in drafts:
            if Label.DEPARTED not in draft.labels:
                self._balance.take(draft.age, draft.is_female)

    def _finish(self, drafts: list[Draft], room: int) -> Iterator[DemoPerson]:
        """The people of a household, and a second record of one of them now and then."""
        region = self._region
        together = next(region.households)
        for draft in drafts:
            self._blemishes.apply(draft, region.today)
            is_lodger = draft.labels & {Label.HMO, Label.HMO_LEFT, Label.CARE_HOME, Label.STUDENT, Label.STUDENT_GONE}
            household = next(region.households) if is_lodger else together
            truth = next(region.truths)
            self._confuse(draft)
            yield self._record(draft, truth, household)
            double = self._double(draft) if room > 0 else None
            if double is not None:
                room -= 1
                yield self._record(double, truth, next(region.households))

    def _double(self, draft: Draft) -> Draft | None:
        """A second record of a person, where one is due."""
        region = self._region
        region.duplicates.pass_by(1)
        if not can_be_doubled(draft, region.next_duplicate) or not region.duplicates.is_due():
            return None
        region.duplicates.spend()
        kind, region.duplicated = region.next_duplicate, region.duplicated + 1
        region.next_duplicate = next_kind(self._rng, region.duplicated)
        return duplicate(self._rng, draft, kind, region.practices)

    def _record(self, draft: Draft, truth: int, household: int) -> DemoPerson:
        region = self._region
        numbers = [next(region.numbers) for _ in range(1 + draft.superseded_numbers)]
        return draft.finish(next(region.records), truth, household, numbers)

    def _confuse(self, draft: Draft) -> None:
        region = self._region
        region.confusions.pass_by(1)
        if can_be_doubled(draft) and region.confusions.is_due():
            region.confusions.spend()
            confuse(self._rng, draft, next(region.truths))

    def _name_son(self, drafts: list[Draft]) -> None:
        """A son with all his father's forenames."""
        self._juniors.pass_by(len(drafts))
        father = drafts[0]
        sons = [
            draft
            for draft in drafts
            if draft.role is Role.CHILD
            and not draft.is_female
            and not draft.labels & {Label.TWIN, Label.MONONYM}
            and draft.name.surname == father.name.surname
        ]
        if father.is_female or Label.MONONYM in father.labels or not sons or not self._juniors.is_due():
            return
        self._juniors.spend()
        son = sons[-1]
        son.name = replace(father.name, title=son.name.title)
        son.labels.add(Label.JUNIOR)
        father.labels.add(Label.SENIOR)

    def _choose_aunt(self, drafts: list[Draft]) -> None:
        """A woman after whom a daughter of the next household is named."""
        self._namesakes.pass_by(len(drafts))
        women = [draft for draft in drafts if draft.is_female and 30 < draft.age < 50]
        if women and women[0].community.key == "british" and self._namesakes.is_due(2):
            self._namesakes.spend(2)
            self._aunt = women[0]
            women[0].labels.add(Label.NAMESAKE)

    def _with_daughter(self) -> list[Member]:
        """A household of at most eight with a daughter and her parents."""
        while True:
            members = compose(self._rng, self._balance, 8)
            if members[0].role is Role.HEAD and any(_is_daughter(member) for member in members):
                return members


def _is_daughter(member: Member | Draft) -> bool:
    return member.role is Role.CHILD and member.is_female and member.age < 30


def _name_after(aunt: Draft, drafts: list[Draft]) -> None:
    """Names a daughter after her aunt."""
    niece = next(draft for draft in drafts if _is_daughter(draft))
    niece.name = replace(aunt.name, title=niece.name.title)
    niece.former_names.clear()
    niece.labels.add(Label.NAMESAKE)
