"""Compare a described person with the key rows of a candidate, field by field.

Each field takes its best level over all rows, present and former. A value that either side
lacks gives None: missing is no evidence, neither for nor against.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from registry.matching.compare_dates import date_level
from registry.matching.compare_names import forename_level, middle_level, surname_level
from registry.matching.compare_places import place_level
from registry.matching.incoming import Incoming
from registry.matching.keys import MatchKey
from registry.matching.levels import DateOfBirth, Forename, Level, MiddleName, Number, Place, SexAgreement, Surname
from registry.matching.slips import one_slip
from registry.values.person import Sex

_L = TypeVar("_L", bound=Level)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The level of each field, or None where a side is missing. The order is that of `FIELDS`."""

    forename: Forename | None = None
    surname: Surname | None = None
    date_of_birth: DateOfBirth | None = None
    place: Place | None = None
    sex: SexAgreement | None = None
    number: Number | None = None
    middle_name: MiddleName | None = None

    @property
    def levels(self) -> tuple[Level | None, ...]:
        """In the order of `FIELDS`."""
        return (
            self.forename,
            self.surname,
            self.date_of_birth,
            self.place,
            self.sex,
            self.number,
            self.middle_name,
        )


def compare(incoming: Incoming, keys: Sequence[MatchKey]) -> Comparison:
    """How a described person agrees with one candidate. Never raises; no keys, no evidence."""
    return Comparison(
        _best([forename_level(incoming, key) for key in keys]),
        _best([surname_level(incoming, key) for key in keys]),
        _best([_date(incoming.date_of_birth, key.date_of_birth) for key in keys]),
        _best([place_level(incoming, key) for key in _by_place(keys)]),
        _best([_sex(incoming.sex, key.sex) for key in keys]),
        _best([_number(incoming, key.nhs_number) for key in keys]),
        _best([middle_level(incoming, key) for key in keys]),
    )


def compare_records(left: Sequence[MatchKey], right: Sequence[MatchKey]) -> Comparison:
    """How two records of the register agree; the order of the two makes no difference.

    Each side is described by its present row once, and compared with all rows of the other; a
    field has the better of the two levels. So the former facts of either are met by the present
    ones of the other, and never by former ones. Never raises; no keys, no evidence.
    """
    there, back = compare(described_by(left), right), compare(described_by(right), left)
    return Comparison(
        _best([there.forename, back.forename]),
        _best([there.surname, back.surname]),
        _best([there.date_of_birth, back.date_of_birth]),
        _best([there.place, back.place]),
        _best([there.sex, back.sex]),
        _best([there.number, back.number]),
        _best([there.middle_name, back.middle_name]),
    )


def described_by(keys: Sequence[MatchKey]) -> Incoming:
    """What the present row of a record says, as somebody would describe the person; empty without such a row.

    The former address is left out: it has rows of its own.
    """
    present = next((key for key in keys if key.is_current), None)
    if present is None:
        return Incoming()
    return Incoming(
        surname=present.surname,
        first_forename=present.first_forename,
        second_forename=present.second_forename,
        previous_surname=present.previous_surname,
        date_of_birth=present.date_of_birth,
        sex=present.sex,
        postcode=present.postcode,
        address_key=present.address_key,
        nhs_number=present.nhs_number,
        quoted_digits=present.nhs_number,
    )


def _by_place(keys: Sequence[MatchKey]) -> Sequence[MatchKey]:
    """Without the former rows that tell the present postcode over again, as those of a former name do."""
    if len(keys) == 1:
        return keys
    present = {key.postcode for key in keys if key.is_current}
    return [key for key in keys if key.is_current or key.postcode not in present]


def _best(levels: Sequence[_L | None]) -> _L | None:
    known = [level for level in levels if level is not None]
    return min(known) if known else None


def _date(left: date | None, right: date | None) -> DateOfBirth | None:
    return None if left is None or right is None else date_level(left, right)


def _sex(left: Sex | None, right: Sex | None) -> SexAgreement | None:
    if left is None or right is None:
        return None
    return SexAgreement.EQUAL if left is right else SexAgreement.DIFFERENT


def _number(incoming: Incoming, held: str | None) -> Number | None:
    quoted = incoming.quoted_digits
    if quoted is None or held is None:
        return None
    if quoted == held:
        return Number.EQUAL
    if incoming.nhs_number is not None:
        # Two valid numbers are never one slip apart: modulus 11 sees every single slip.
        return Number.DIFFERENT
    return Number.ONE_SLIP if one_slip(quoted, held) else None
