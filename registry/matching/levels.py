"""How well two values of a field agree. One scale a field, best first, each step with its sentence.

The sentences are for clerks and for stored decisions: they say how values compare and never
what they are. The scales follow the published comparisons of population registers (Jaro-Winkler
steps for names, digit slips for dates, the parts of a postcode).
"""

from enum import Enum, IntEnum
from typing import Self


class Level(IntEnum):
    """A step of agreement: 0 is the best. The member's text is its sentence."""

    sentence: str

    def __new__(cls, rank: int, sentence: str) -> Self:
        member = int.__new__(cls, rank)
        member._value_ = rank
        member.sentence = sentence
        return member


class Forename(Level):
    """First forenames, the other's middle name, and known forms of one name."""

    EQUAL = 0, "the same"
    OTHER_FORM = 1, "a short form, spelling or former form of the same name"
    SIMILAR = 2, "differs by one letter or two"
    SWAPPED = 3, "forename and surname are exchanged"
    CLOSE = 4, "differs by a few letters"
    INITIAL_ONLY = 5, "only an initial is given, and it fits"
    MIDDLE_NAME = 6, "is the other's middle name"
    SAME_INITIAL = 7, "only the first letter is the same"
    DIFFERENT = 8, "different"


class Surname(Level):
    """Surnames, with former ones and the parts of double-barrelled ones."""

    EQUAL = 0, "the same"
    FORMER = 1, "the same as a former surname"
    SIMILAR = 2, "differs by one letter or two"
    SHARED_PART = 3, "shares one part of a double-barrelled name"
    SWAPPED = 4, "forename and surname are exchanged"
    CLOSE = 5, "differs by a few letters"
    DIFFERENT = 6, "different"


class DateOfBirth(Level):
    """Dates of birth and the slips that forms and keyboards make."""

    EQUAL = 0, "the same"
    EQUAL_FIRST_OF_JANUARY = 1, "the same, but 1 January, which stands for unknown days"
    SWAPPED = 2, "day and month swapped"
    ONE_SLIP = 3, "one digit differs, or two neighbours are exchanged"
    TWO_PARTS = 4, "two of day, month and year agree, or the year agrees with 1 January"
    SAME_YEAR = 5, "only the year is the same"
    GENERATION = 6, "the same birthday, years apart"
    DIFFERENT = 7, "different"


class Place(Level):
    """Address and postcode, present and former."""

    SAME_ADDRESS = 0, "the same address"
    FORMER = 1, "the same as a former address or postcode"
    SAME_FIRST_LINE = 2, "the same first line in the same district, another postcode"
    SAME_POSTCODE = 3, "the same postcode"
    SECTOR = 4, "the same postcode sector"
    DISTRICT = 5, "the same postcode district"
    AREA = 6, "the same postcode area"
    DIFFERENT = 7, "another area"


class SexAgreement(Level):
    """Recorded sex, where both sides say male or female."""

    EQUAL = 0, "the same"
    DIFFERENT = 1, "different"


class Number(Level):
    """NHS numbers, present and superseded."""

    EQUAL = 0, "the same"
    ONE_SLIP = 1, "mistyped: one digit from the record's number"
    DIFFERENT = 2, "another valid number"


class MiddleName(Level):
    """First middle names."""

    EQUAL = 0, "the same, or a form of the same name"
    INITIAL = 1, "the same first letter"
    DIFFERENT = 2, "different"


class Field(Enum):
    """What is compared, in the order in which it is shown; the value is its name for people."""

    FORENAME = "forename"
    SURNAME = "surname"
    DATE_OF_BIRTH = "date of birth"
    PLACE = "address"
    SEX = "sex"
    NUMBER = "NHS number"
    MIDDLE_NAME = "middle name"


FIELDS = tuple(Field)

LEVELS_OF: dict[Field, type[Level]] = {
    Field.FORENAME: Forename,
    Field.SURNAME: Surname,
    Field.DATE_OF_BIRTH: DateOfBirth,
    Field.PLACE: Place,
    Field.SEX: SexAgreement,
    Field.NUMBER: Number,
    Field.MIDDLE_NAME: MiddleName,
}
"""The scale of each field."""
