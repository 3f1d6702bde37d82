"""The person somebody describes to us, ready to be compared."""

from dataclasses import dataclass
from datetime import date

from registry.matching.normalise import (
    address_key,
    known_date,
    known_sex,
    normal_forenames,
    normal_name,
    plain_postcode,
)
from registry.values.nhs_number import NHSNumber, NumberKind, kind_of
from registry.values.person import Demographics, Sex


@dataclass(frozen=True, slots=True)
class Incoming:
    """A described person, normalised. Empty text or None is "not given".

    `nhs_number` is a valid one only. `quoted_digits` is any ten-digit number as quoted, valid or
    mistyped; numbers of Scotland, Northern Ireland and older formats are in neither, because
    they are evidence for a trace and never identify anybody here.
    """

    surname: str = ""
    first_forename: str = ""
    second_forename: str = ""
    previous_surname: str = ""
    date_of_birth: date | None = None
    sex: Sex | None = None
    postcode: str = ""
    address_key: str = ""
    previous_postcode: str = ""
    nhs_number: str | None = None
    quoted_digits: str | None = None


def incoming_from(person: Demographics, *, number: str | None = None) -> Incoming:
    """A described person in the form in which it is compared. Never raises.

    `number` replaces the one in the description: the national side's answer, say.
    """
    forename, middle = normal_forenames(
        person.name.first_forename, person.name.second_forename, person.name.other_forenames
    )
    valid, digits = _numbers(number or person.number)
    surname = normal_name(person.name.surname)
    previous = normal_name(person.previous_surname or "")
    postcode, left = plain_postcode(person.address.postcode), plain_postcode(person.previous_address.postcode)
    return Incoming(
        surname=surname,
        first_forename=forename,
        second_forename=middle,
        previous_surname="" if previous == surname else previous,
        date_of_birth=known_date(person.date_of_birth),
        sex=known_sex(person.sex),
        postcode=postcode,
        address_key=address_key(person.address),
        # Within the present postcode there is nothing former that the present does not say.
        previous_postcode="" if left == postcode else left,
        nhs_number=valid,
        quoted_digits=digits,
    )


def _numbers(written: str | None) -> tuple[str | None, str | None]:
    """The valid number, and the ten digits that are one or were meant to be one."""
    compact = (written or "").replace(" ", "")
    valid = NHSNumber.parse(compact)
    if valid is not None:
        return valid.value, valid.value
    mistyped = kind_of(compact) is NumberKind.WRONG_CHECK_DIGIT
    return None, compact if mistyped else None
