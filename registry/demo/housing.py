"""Where people of a practice live: households in dwellings, lodgers in homes, halls and shared houses."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from registry.demo.ages import AgeBalance, female_share
from registry.demo.draft import Draft
from registry.demo.households import Member, Role
from registry.demo.lodgings import CARE_HOME_SHARE, HMO_SHARE, STUDENT_SHARE, Lodgings
from registry.demo.person import Label
from registry.demo.places import NEIGHBOURHOODS, Dwellings, caravan, demolished, no_fixed_abode
from registry.demo.practices import DemoPractice
from registry.demo.quota import Quota, Rates
from registry.values.address import Address

_FAR_FROM_PHARMACY = frozenset(("ZX9", "ZX11"))


@dataclass(slots=True)
class Lodgers:
    """Unrelated people, with what is true of each and the room that each has."""

    members: list[Member]
    labels: list[set[Label]]
    addresses: list[Address]
    institute: str | None = None
    least_years: float = 0.0

    def settle(self, drafts: list[Draft]) -> None:
        """Gives each of the drafts, in the same order, the room."""
        for draft, address in zip(drafts, self.addresses, strict=True):
            draft.address = address
            draft.institute = self.institute


class Housing:
    """Dwellings and lodgings for the people of one practice."""

    def __init__(
        self, rng: Random, practice: DemoPractice, rates: Rates, dwellings: dict[str, Dwellings], codes: Iterator[str]
    ) -> None:
        self._rng = rng
        self._practice = practice
        self._dwellings = dwellings
        self._lodgings = Lodgings(rng, codes)
        kind = practice.kind
        self._care_homes = Quota(CARE_HOME_SHARE.get(kind, 0.0) * 10_000, rng)
        self._shared = Quota(HMO_SHARE.get(kind, 0.0) * 10_000, rng, owed=4.0)
        self._students = Quota(STUDENT_SHARE.get(kind, 0.0) * 10_000, rng)
        self._shared_left = Quota(rates.hmo_left if kind in HMO_SHARE else 0.0, rng)
        self._students_gone = Quota(rates.student_gone if kind in STUDENT_SHARE else 0.0, rng)
        self._fringe = Quota(rates.fringe, rng)
        self._homeless = Quota(rates.no_fixed_abode, rng)
        self._caravans = Quota(rates.caravans, rng)
        self._demolished = Quota(rates.demolished, rng)
        self._vacated: Address | None = None

    def lodgers(self, balance: AgeBalance, room: int) -> Lodgers | None:
        """Lodgers that are due and fit into the room left on the list; None where a household is next."""
        size = self._rng.randrange(8, 13)
        if self._care_homes.is_due():
            return self._resident()
        if room >= size + 6 and self._shared.is_due(size):
            return self._shared_house(balance, size)
        if self._students_gone.is_due():
            return self._former_student()
        if self._students.is_due(5) and room >= 5:
            return self._student_house(5) if self._rng.random() < 0.45 else self._hall_corridor(5)
        return None

    def _pass_by(self, people: int) -> None:
        """So many are on the list now."""
        for quota in (self._care_homes, self._shared, self._students, self._shared_left, self._students_gone):
            quota.pass_by(people)

    def _resident(self) -> Lodgers:
        self._care_homes.spend()
        self._pass_by(1)
        home = self._lodgings.care_home(self._nearby())
        age = min(max(self._rng.gauss(85.0, 7.5), 65.0), 106.0)
        woman = self._rng.random() < female_share(age) + 0.08
        return Lodgers([Member(Role.HEAD, age, woman)], [{Label.CARE_HOME}], [home.address], home.institute)

    def _shared_house(self, balance: AgeBalance, size: int) -> Lodgers:
        """Eight or more adults, and beside them those who left and stayed on the list."""
        self._shared.spend(size)
        left = min(self._shared_left.owed, size)
        self._shared_left.spend(left)
        self._pass_by(size + left)
        members: list[Member] = []
        for _ in range(size + left):
            age = balance.draw(20.0, 50.0)
            members.append(Member(Role.SHARER, age, self._rng.random() < 0.4))
        gone: set[Label] = {Label.GHOST, Label.HMO_LEFT}
        labels: list[set[Label]] = [{Label.HMO} for _ in range(size)] + [gone for _ in range(left)]
        return Lodgers(members, labels, [self._nearby().house()] * len(members), least_years=0.5)

    def _student(self) -> Member:
        age = min(max(self._rng.gauss(20.4, 1.5), 18.1), 27.0)
        return Member(Role.SHARER, age, self._rng.random() < 0.53)

    def _student_house(self, size: int) -> Lodgers:
        self._students.spend(size)
        self._pass_by(size)
        address = self._nearby().house()
        return Lodgers([self._student() for _ in range(size)], [{Label.STUDENT}] * size, [address] * size)

    def _hall_corridor(self, size: int) -> Lodgers:
        self._students.spend(size)
        self._pass_by(size)
        rooms = [self._lodgings.hall(self._nearby()) for _ in range(size)]
        return Lodgers([self._student() for _ in range(size)], [{Label.STUDENT}] * size, rooms)

    def _former_student(self) -> Lodgers:
        """Four to seven years at a hall; nobody studies that long."""
        self._students_gone.spend()
        self._pass_by(1)
        years = self._rng.uniform(4.1, 7.5)
        member = Member(Role.SHARER, self._rng.uniform(18.3, 20.0) + years, self._rng.random() < 0.5)
        room = self._lodgings.hall(self._nearby())
        return Lodgers([member], [{Label.GHOST, Label.STUDENT_GONE}], [room], least_years=years)

    def house(self, drafts: list[Draft], all_gone: bool) -> None:
        """Gives a household a dwelling; the next household gets it too, more often than not, if all have gone."""
        self._pass_by(len(drafts))
        for quota in (self._fringe, self._homeless, self._caravans, self._demolished):
            quota.pass_by(len(drafts))
        address = self._unusual(drafts) or self._dwelling(drafts)
        for draft in drafts:
            draft.address = address
            if self._practice.dispenses and self._is_far(address):
                draft.drugs_dispensed = True
        usual = not drafts[0].labels & {Label.DEMOLISHED, Label.NO_FIXED_ABODE, Label.CARAVAN, Label.FRINGE}
        self._vacated = address if all_gone and usual and self._rng.random() < 0.65 else None

    def _dwelling(self, drafts: list[Draft]) -> Address:
        if self._fringe.is_due(len(drafts)):
            self._fringe.spend(len(drafts))
            _label(drafts, Label.FRINGE)
            return self._dwellings[self._practice.fringe].take()
        return self._vacated or self._nearby().take()

    def _unusual(self, drafts: list[Draft]) -> Address | None:
        """No dwelling at all, a caravan, or one that has been pulled down."""
        place = NEIGHBOURHOODS[self._practice.catchment[-1]]
        size = len(drafts)
        is_present = not drafts[0].labels & {Label.GHOST, Label.DEPARTED}
        if size == 1 and is_present and 18 < drafts[0].age < 62 and self._homeless.is_due():
            self._homeless.spend()
            _label(drafts, Label.NO_FIXED_ABODE)
            return self._practice.address if self._rng.random() < 0.3 else no_fixed_abode(place)
        if size <= 3 and self._caravans.is_due(size):
            self._caravans.spend(size)
            _label(drafts, Label.CARAVAN)
            return caravan(self._rng, place)
        if all(Label.MOVED in draft.labels for draft in drafts) and self._demolished.is_due(size):
            self._demolished.spend(size)
            _label(drafts, Label.DEMOLISHED)
            return demolished(self._rng, place)
        return None

    def _nearby(self) -> Dwellings:
        """A neighbourhood of the catchment, the first one more often."""
        catchment = self._practice.catchment
        return self._dwellings[catchment[0] if self._rng.random() < 0.65 else catchment[-1]]

    def _is_far(self, address: Address) -> bool:
        outward = (address.postcode or "").split(" ")[0]
        return outward in _FAR_FROM_PHARMACY


def _label(drafts: list[Draft], label: Label) -> None:
    for draft in drafts:
        draft.labels.add(label)
