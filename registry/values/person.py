"""What is known of a person: names, sex, numbers as written, and their address."""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from registry.values.address import Address


class Sex(Enum):
    """Sex as GP Links carries it (PDI); the value is the wire's digit."""

    UNKNOWN = "0"
    """Indeterminate or unknown."""
    MALE = "1"
    FEMALE = "2"
    NOT_SPECIFIED = "9"
    """Not specified; FHIR's `other` in the adaptor's mapping."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a person. Forenames beyond the second travel as one text."""

    surname: str
    first_forename: str = ""
    second_forename: str = ""
    other_forenames: str = ""
    title: str = ""

    @property
    def forenames(self) -> str:
        """All forenames, separated by one blank."""
        return " ".join(part for part in (self.first_forename, self.second_forename, self.other_forenames) if part)


@dataclass(frozen=True, slots=True)
class Demographics:
    """A person as somebody described them, on a form, a message or a trace.

    `number` is as written (any format); everything but the surname may be missing.
    """

    name: Name
    sex: Sex | None = None
    date_of_birth: date | None = None
    number: str | None = None
    previous_surname: str | None = None
    address: Address = field(default_factory=Address)
    previous_address: Address = field(default_factory=Address)
    place_of_birth: str | None = None
