"""A person in the making; finished, it is a `DemoPerson`."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from registry.demo.endings import Ending
from registry.demo.households import Member, Role
from registry.demo.names import Community
from registry.demo.person import DemoPerson, Departure, FormerAddress, FormerName, Label
from registry.demo.practices import DemoPractice
from registry.values.address import Address
from registry.values.nhs_number import NHSNumber
from registry.values.organisation import GPCode
from registry.values.person import Name, Sex

_YEAR = 365.2425


@dataclass(slots=True)
class Draft:
    """What is known so far of a person who will be on a list."""

    role: Role
    age: float
    is_female: bool
    born_on: date
    community: Community
    labels: set[Label] = field(default_factory=set[Label])
    name: Name = field(default_factory=lambda: Name(""))
    is_married: bool = False
    born_abroad: bool = False
    place_of_birth: str | None = None
    address: Address = field(default_factory=Address)
    former_names: list[FormerName] = field(default_factory=list[FormerName])
    former_addresses: list[FormerAddress] = field(default_factory=list[FormerAddress])
    gp_code: GPCode | None = None
    registered_on: date = date.min
    least_years: float = 0.0
    institute: str | None = None
    restricted: bool = False
    drugs_dispensed: bool = False
    lacks_number: bool = False
    superseded_numbers: int = 0
    sex: Sex | None = None
    died_on: date | None = None
    truly_died_on: date | None = None
    ending: Ending | None = None
    departure: Departure | None = None
    confused_with: int | None = None
    practice_ods: str | None = None

    def finish(self, record_id: int, truth_id: int, household: int, numbers: list[NHSNumber]) -> DemoPerson:
        """The finished person. The last number is the present one, those before it are superseded."""
        return DemoPerson(
            record_id=record_id,
            name=self.name,
            sex=self.sex or (Sex.FEMALE if self.is_female else Sex.MALE),
            date_of_birth=self.born_on,
            nhs_number=None if self.lacks_number else numbers[-1],
            address=self.address,
            place_of_birth=self.place_of_birth,
            practice_ods=self.practice_ods,
            gp_code=self.gp_code,
            registered_on=self.registered_on if self.practice_ods else None,
            former_names=tuple(self.former_names),
            former_addresses=tuple(self.former_addresses),
            superseded_numbers=tuple(numbers[:-1]),
            date_of_death=self.died_on,
            death_is_formal=self.died_on is not None,
            restricted=self.restricted,
            residential_institute=self.institute,
            drugs_dispensed=self.drugs_dispensed,
            departure=self.departure,
            truth_id=truth_id,
            household=household,
            community=self.community.key,
            labels=frozenset(self.labels),
            truly_died_on=self.truly_died_on or self.died_on,
            confused_with=self.confused_with,
        )


def days_before(today: date, years: float) -> date:
    """The day some years ago."""
    return today - timedelta(days=int(years * _YEAR))


def draft_members(
    rng: Random, members: list[Member], community: Community, practice: DemoPractice | None, today: date
) -> list[Draft]:
    """A draft of each member; twins share their birth date."""
    drafts: list[Draft] = []
    births: dict[float, date] = {}
    for member in members:
        born_on = births.setdefault(member.age, days_before(today, member.age))
        draft = Draft(member.role, member.age, member.is_female, born_on, community)
        abroad = community.born_abroad * (1.0 if member.age >= 25 else 0.35)
        draft.born_abroad = rng.random() < abroad
        if member.is_twin:
            draft.labels.add(Label.TWIN)
        if practice is not None:
            draft.practice_ods = practice.ods_code
            draft.gp_code = rng.choice(practice.gp_codes)
        drafts.append(draft)
    return drafts
