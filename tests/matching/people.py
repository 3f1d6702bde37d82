"""Builders: a person in few words. Only what a test is about is named; the rest is usual."""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from registry.matching.decide import Candidate
from registry.matching.incoming import Incoming, incoming_from
from registry.matching.keys import keys_of
from registry.values.address import Address
from registry.values.nhs_number import check_digit
from registry.values.person import Demographics, Name, Sex

HOME = "12 HIGH STREET, ZE1 4QA"
SAME_DISTRICT = "7 MILL LANE, ZE1 9XX"
OTHER_TOWN = "3 PARK ROAD, QP7 2BB"

_SPACE = UUID("7d2c3c0e-6a2b-4b39-9d5a-3f6f0a1f2b11")


def number(position: int) -> str:
    """The valid number of the 999 range at a position; some positions share with their neighbour's successor."""
    stem = 999_100_000 + position * 11
    while check_digit(str(stem)) is None:
        stem += 1
    return f"{stem}{check_digit(str(stem))}"


def place(text: str) -> Address:
    """From `LINE, POSTCODE`; an empty text is no address."""
    line, _, postcode = text.rpartition(", ")
    return Address.of(["", line], postcode or None)


def person(
    forename: str = "OLWEN",
    surname: str = "PRITCHARD",
    born: str | None = "1980-03-25",
    sex: Sex | None = Sex.FEMALE,
    at: str = HOME,
    *,
    middle: str = "",
    previous: str | None = None,
    before: str = "",
    nhs: str | None = None,
) -> Demographics:
    return Demographics(
        name=Name(surname, forename, middle),
        sex=sex,
        date_of_birth=date.fromisoformat(born) if born else None,
        number=nhs,
        previous_surname=previous,
        address=place(at),
        previous_address=place(before),
    )


def incoming(*args: Any, **facts: Any) -> Incoming:
    return incoming_from(person(*args, **facts))


def candidate(*args: Any, name: str = "held", superseded: tuple[str, ...] = (), **facts: Any) -> Candidate:
    """Somebody on the register; `name` tells candidates of one test apart."""
    patient_id = uuid5(_SPACE, name)
    return Candidate(patient_id, keys_of(patient_id, person(*args, **facts)), superseded)
