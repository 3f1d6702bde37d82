"""A person as somebody hands them over to the register: from a file, or from the demonstration office.

The two values that are made for every line of a file are tuples with names, which are made in
a third of the time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import Any, NamedTuple

from registry.values.address import Address
from registry.values.nhs_number import NHSNumber
from registry.values.organisation import GPCode
from registry.values.person import Name, Sex


class LifeStatus(Enum):
    """What is known of a person's life; the value is the column `status` of a person."""

    LIVE = "live"
    INFORMAL_DEAD = "informal-dead"
    """Somebody said so; no certificate is known."""
    FORMAL_DEAD = "formal-dead"
    """The registrar of deaths gave notice."""
    INVALIDATED = "invalidated"
    """The record stands for nobody, and no other took its place."""

    @property
    def is_dead(self) -> bool:
        return self in (LifeStatus.INFORMAL_DEAD, LifeStatus.FORMAL_DEAD)


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that was borne from a day until, but not on, another; None is "not known"."""

    name: Name
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class FormerAddress:
    """An address that was lived at from a day until, but not on, another; None is "not known"."""

    address: Address
    since: date | None = None
    until: date | None = None


class Registration(NamedTuple):
    """A stay on a practice's list. `until` is the first day on which it had ended, or None.

    `accepted_on` None is "not known": the day of the import stands for it. Without a doctor's
    code the practice's own first doctor stands for it.
    """

    practice_ods: str
    accepted_on: date | None = None
    until: date | None = None
    gp_code: GPCode | None = None


_NO_ELEMENTS: Mapping[str, Any] = MappingProxyType({})


class PersonRecord(NamedTuple):
    """A person to be taken on. `outside` is the code of the list outside every practice on which
    somebody alive stands who is on no practice's, `outside_since` from when, and `removal` by which code.

    Somebody dead is on no list from the day of death, whatever the registration says.
    `superseded_numbers` are former numbers of the person, which go on finding them. `elements` is what
    FHIR carries of them beside all that.
    """

    nhs_number: NHSNumber | None
    name: Name
    sex: Sex = Sex.UNKNOWN
    date_of_birth: date | None = None
    address: Address = Address()
    previous_surname: str | None = None
    place_of_birth: str | None = None
    status: LifeStatus = LifeStatus.LIVE
    date_of_death: date | None = None
    restricted: bool = False
    drugs_dispensed: bool = False
    residential_institute: str | None = None
    registration: Registration | None = None
    outside: str = "unregistered"
    outside_since: date | None = None
    removal: str | None = None
    former_names: tuple[FormerName, ...] = ()
    former_addresses: tuple[FormerAddress, ...] = ()
    superseded_numbers: tuple[NHSNumber, ...] = ()
    elements: Mapping[str, Any] = _NO_ELEMENTS


@dataclass(frozen=True, slots=True)
class SupersededRecord:
    """A number that stands for nobody of its own any more: `survivor` took its place."""

    nhs_number: NHSNumber
    survivor: NHSNumber


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a record could not be read: the field by its path, and a reason without anybody's data."""

    field: str
    reason: str
