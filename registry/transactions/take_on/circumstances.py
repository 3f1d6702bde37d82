"""What a loading of people is given, and what it tells."""

from dataclasses import dataclass
from datetime import date, datetime

from registry.patients.record import PersonRecord, SupersededRecord, Unreadable
from registry.practices.place import Place
from registry.values.actor import Actor
from registry.values.nhs_number import NHSNumber


@dataclass(frozen=True, slots=True)
class Circumstances:
    """When people are loaded, who loads them, and the lists that they can be on, by ODS code."""

    now: datetime
    today: date
    actor: Actor
    places: dict[str, Place]


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that was not taken: the line it stands in, the field at fault, and why."""

    line: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Differing:
    """Somebody whom the register holds already, otherwise than the line says. Nothing was changed."""

    line: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Supersession:
    """A number that another took the place of. `field` says where the line told it."""

    line: int
    nhs_number: NHSNumber
    survivor: NHSNumber
    field: str = "link"


@dataclass(slots=True)
class TakeOnReport:
    """How many people and superseded numbers became what."""

    added: int = 0
    unchanged: int = 0
    differing: int = 0
    superseded: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A record, and the line of the file in which it stands (or its place in a sequence)."""

    number: int
    content: PersonRecord | SupersededRecord | Unreadable


def place_of(record: PersonRecord, places: dict[str, Place]) -> Place | Unreadable | None:
    """The list of a record's registration, None without one, or why there is no such list."""
    if record.registration is None:
        return None
    code = record.registration.practice_ods
    return places.get(code) or Unreadable("generalPractitioner", f"names {code}, which is no practice of the register")
