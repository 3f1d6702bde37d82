"""A person of the demonstration office, as the register holds them, and the truth about them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.values.address import Address
from registry.values.nhs_number import NHSNumber
from registry.values.organisation import GPCode
from registry.values.person import Demographics, Name, Sex


class Label(StrEnum):
    """What is true of a person or of a record, kept outside the register."""

    GHOST = "ghost"
    """On a list without being there; a further label says why."""
    EMIGRATED = "emigrated"
    """A ghost who left the country."""
    MOVED = "moved"
    """A ghost who moved and registered nowhere."""
    STUDENT = "student"
    """Lives in students' housing."""
    STUDENT_GONE = "student-gone"
    """A ghost who finished studying; four years or more at the same hall."""
    HMO = "hmo"
    """Lives in a house of eight or more unrelated adults."""
    HMO_LEFT = "hmo-left"
    """A ghost who left such a house."""
    DEAD_ACTIVE = "dead-active"
    """A ghost who has died; `truly_died_on` says when."""
    DUPLICATE = "duplicate"
    """A second record, and a ghost, of the person with the same truth_id."""
    SURNAME_TYPO = "surname-typo"
    """A duplicate whose surname differs by one edit."""
    BIRTH_DATE_TRANSPOSED = "birth-date-transposed"
    """A duplicate with day and month, or two digits, the other way round."""
    FORENAMES_SWAPPED = "forenames-swapped"
    """A duplicate with first and second forename, or forename and surname, the other way round."""
    CONFUSION = "confusion"
    """One record of two people: part of its history belongs to `confused_with`."""
    TWIN = "twin"
    """Born to the same mother on the same day."""
    JUNIOR = "junior"
    """A son with his father's name at the same address."""
    SENIOR = "senior"
    """The father."""
    NAMESAKE = "namesake"
    """An aunt or a niece of the same name on the same list."""
    CARE_HOME = "care-home"
    """Lives in a residential institute."""
    NAME_CHANGED = "name-changed"
    """Has borne another surname: marriage, divorce, deed."""
    KNOWN_AS = "known-as"
    """Registered under the short form of a forename."""
    INITIALS_ONLY = "initials-only"
    """The forenames are initials."""
    MONONYM = "mononym"
    """Has a single name; it stands twice, or with XX as forename."""
    NEW_YEAR_BIRTH = "new-year-birth"
    """Born abroad; 1 January stands for an unknown day."""
    MISSING_NUMBER = "missing-number"
    """The register holds no NHS number."""
    SUPERSEDED_NUMBER = "superseded-number"
    """Has borne another NHS number."""
    ADDRESS_TYPO = "address-typo"
    """The address is mistyped."""
    POSTCODE_MISSING = "postcode-missing"
    """The address has no postcode."""
    TITLE_CONFLICT = "title-conflict"
    """Title and sex disagree."""
    NO_FIXED_ABODE = "no-fixed-abode"
    """Homeless; the postcode is ZZ99 3VZ or the practice's."""
    CARAVAN = "caravan"
    """Lives on a boat or a caravan site, where mail is not delivered."""
    DEMOLISHED = "demolished"
    """A ghost at an address that has been pulled down."""
    FRINGE = "fringe"
    """Lives in a neighbouring authority's area."""
    RESTRICTED = "restricted"
    """The record is sensitive; nobody may learn the address."""
    DEPARTED = "departed"
    """No longer on the list; see `departure`."""
    DEAD = "dead"
    """Formally dead."""
    NATIONAL = "national"
    """Held by the national population alone, not by the register."""
    NEWBORN = "newborn"
    """Nationally notified with name, birth date, sex and number only."""
    ALIKE = "alike"
    """Shares name, sex and birth date with another; a trace without number finds both."""


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that was borne until a day."""

    name: Name
    until: date


@dataclass(frozen=True, slots=True)
class FormerAddress:
    """An address that was lived at until a day."""

    address: Address
    until: date


@dataclass(frozen=True, slots=True)
class Departure:
    """The end of a registration.

    `deduction_reason` is the number of GP Links, `removal_reason` the register's code and None
    for a move to another authority, whose cipher is then in `new_authority`.
    """

    on: date
    deduction_reason: int
    removal_reason: str | None = None
    new_authority: str | None = None


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A record of a person, registered or once registered, and the truth behind it.

    The register may be told everything but the last group. Somebody of the national population
    has no practice, doctor or registration. `registered_on` begins the registration with
    `practice_ods`, which `departure` ends.
    """

    record_id: int
    name: Name
    sex: Sex
    date_of_birth: date
    nhs_number: NHSNumber | None
    address: Address
    place_of_birth: str | None = None
    practice_ods: str | None = None
    gp_code: GPCode | None = None
    registered_on: date | None = None
    former_names: tuple[FormerName, ...] = ()
    former_addresses: tuple[FormerAddress, ...] = ()
    superseded_numbers: tuple[NHSNumber, ...] = ()
    date_of_death: date | None = None
    death_is_formal: bool = False
    restricted: bool = False
    residential_institute: str | None = None
    drugs_dispensed: bool = False
    departure: Departure | None = None

    truth_id: int = 0
    household: int = 0
    community: str = "british"
    labels: frozenset[Label] = frozenset()
    truly_died_on: date | None = None
    confused_with: int | None = None

    @property
    def is_on_list(self) -> bool:
        """Whether the register has the person on a practice's list."""
        return self.practice_ods is not None and self.departure is None

    def demographics(self) -> Demographics:
        """As the register describes the person, in mixed case."""
        return Demographics(
            name=self.name,
            sex=self.sex,
            date_of_birth=self.date_of_birth,
            number=str(self.nhs_number) if self.nhs_number else None,
            previous_surname=self.former_names[-1].name.surname if self.former_names else None,
            address=self.address,
            previous_address=self.former_addresses[-1].address if self.former_addresses else Address(),
            place_of_birth=self.place_of_birth,
        )
