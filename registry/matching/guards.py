"""What no score may overrule: reasons for which a person decides, however well the rest agrees."""

from collections.abc import Callable
from enum import Enum

from registry.matching.compare import Comparison
from registry.matching.levels import DateOfBirth, Forename, MiddleName, Number, Place, SexAgreement, Surname


class Guard(Enum):
    """Why a likely match is put before a person; the value is the word that is stored."""

    sentence: str

    def __new__(cls, word: str, sentence: str) -> "Guard":
        member = object.__new__(cls)
        member._value_ = word
        member.sentence = sentence
        return member

    NUMBER_OF_ANOTHER = (
        "number-of-another",
        "the quoted NHS number is that of a record with other name or date of birth",
    )
    NUMBER_DIFFERS = "number-differs", "the record holds another valid NHS number than the one quoted"
    SEX_DIFFERS = "sex-differs", "the recorded sex differs"
    BIRTH_DATE = "date-of-birth", "the date of birth is missing, or differs too much"
    NAMES = "names", "a forename or surname is missing, or the forename differs too much"
    NOTHING_EXACT = "nothing-exact", "neither forename, surname nor date of birth is exactly the same"
    UNCONFIRMED_DATE = (
        "unconfirmed-date",
        "the date of birth is not exactly the same, and neither middle name nor NHS number confirms who it is",
    )
    TWIN = "possible-twin", "born on the same day at the same place with another forename: perhaps a twin"
    LEAD = "another-candidate", "another record fits nearly as well"


_NEAR_DATES = frozenset(DateOfBirth) - {DateOfBirth.SAME_YEAR, DateOfBirth.GENERATION, DateOfBirth.DIFFERENT}
_TWIN_PLACES = frozenset({Place.SAME_ADDRESS, Place.FORMER, Place.SAME_FIRST_LINE, Place.SAME_POSTCODE})
_OWN_FORENAMES = frozenset({Forename.EQUAL, Forename.SIMILAR, Forename.SWAPPED})


def _number_of_another(c: Comparison) -> bool:
    if c.number is not Number.EQUAL:
        return False
    unlike_date = c.date_of_birth is not None and c.date_of_birth not in _NEAR_DATES
    # The same birthday and surname under a twin's number: the forename alone must speak up.
    return unlike_date or c.forename is Forename.DIFFERENT or (c.forename is None and c.surname is Surname.DIFFERENT)


def _without_number(rule: Callable[[Comparison], bool]) -> Callable[[Comparison], bool]:
    return lambda c: c.number is not Number.EQUAL and rule(c)


def _names(c: Comparison) -> bool:
    return c.forename in (None, Forename.DIFFERENT) or c.surname is None


def _nothing_exact(c: Comparison) -> bool:
    return not (
        c.forename in (Forename.EQUAL, Forename.OTHER_FORM)
        or c.surname in (Surname.EQUAL, Surname.FORMER)
        or c.date_of_birth is DateOfBirth.EQUAL
    )


def _unconfirmed_date(c: Comparison) -> bool:
    """Families and communities live together: a name with nearly the same date, in the same district or even at the
    same address, is a brother's, a cousin's or a namesake's nearly as often as it is a slip of the pen."""
    exact = c.date_of_birth in (DateOfBirth.EQUAL, DateOfBirth.EQUAL_FIRST_OF_JANUARY)
    return not exact and c.middle_name is not MiddleName.EQUAL and c.number is not Number.ONE_SLIP


def _twin(c: Comparison) -> bool:
    """Twins are named alike: Maisie and Daisy are forms of one name, and brothers may both be Mohammed, spelt
    otherwise. Two forms of a name are one child's only where the middle name says so too."""
    if c.date_of_birth not in (DateOfBirth.EQUAL, DateOfBirth.EQUAL_FIRST_OF_JANUARY) or c.place not in _TWIN_PLACES:
        return False
    if c.forename is Forename.OTHER_FORM:
        return c.middle_name not in (MiddleName.EQUAL, MiddleName.INITIAL)
    return c.forename not in _OWN_FORENAMES or c.middle_name is MiddleName.DIFFERENT


_RULES: tuple[tuple[Guard, Callable[[Comparison], bool]], ...] = (
    (Guard.NUMBER_OF_ANOTHER, _number_of_another),
    (Guard.NUMBER_DIFFERS, lambda c: c.number is Number.DIFFERENT),
    (Guard.SEX_DIFFERS, lambda c: c.sex is SexAgreement.DIFFERENT),
    (Guard.BIRTH_DATE, _without_number(lambda c: c.date_of_birth not in _NEAR_DATES)),
    (Guard.NAMES, _without_number(_names)),
    (Guard.NOTHING_EXACT, _without_number(_nothing_exact)),
    (Guard.UNCONFIRMED_DATE, _without_number(_unconfirmed_date)),
    (Guard.TWIN, _without_number(_twin)),
)


def guard_of(comparison: Comparison) -> Guard | None:
    """The first guard that a comparison meets, in the order of the enumeration, or None."""
    return next((guard for guard, holds in _RULES if holds(comparison)), None)
