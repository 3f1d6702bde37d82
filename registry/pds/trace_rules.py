"""How PDS finds a person: the cross-check of a number, and the trace without one.

Source: the Person_ID Handbook of NHS England. Names are compared as the register's own
matcher normalises them.
"""

from collections.abc import Iterable
from datetime import date

from registry.matching.normalise import known_sex, normal_name, plain_postcode, postcode_parts
from registry.matching.slips import one_slip
from registry.matching.sound import sound_code
from registry.values.person import Demographics


def cross_checks(question: Demographics, held: Demographics) -> bool:
    """Whether the bearer of a number is the person described.

    The date of birth is equal, or nearly so (see `nearly_same_date`) while either the first letter of the
    forename and three of the surname agree, or the postcode district, present or former.
    """
    asked, known = question.date_of_birth, held.date_of_birth
    if asked is None or known is None:
        return False
    return asked == known or (
        nearly_same_date(asked, known) and (_beginnings_agree(question, held) or _districts_meet(question, held))
    )


def nearly_same_date(left: date, right: date) -> bool:
    """At least two of day, month and year are equal, or day and month or two neighbouring digits are exchanged."""
    equal = (left.day == right.day) + (left.month == right.month) + (left.year == right.year)
    if equal >= 2 or (left.year == right.year and left.day == right.month and left.month == right.day):
        return True
    unlike = sum(one != other for one, other in zip(_digits(left), _digits(right), strict=True))
    return unlike == 2 and one_slip(_digits(left), _digits(right))


def search_dates(born: date) -> tuple[date, date]:
    """First and last date of birth to search. 1 January stands for a year whose day is not known."""
    if (born.month, born.day) == (1, 1):
        return born, date(born.year, 12, 31)
    return born, born


def suffices(question: Demographics) -> bool:
    """Whether a person is described well enough to be searched without a number."""
    known = bool(normal_name(question.name.surname)) and question.date_of_birth is not None
    return known and known_sex(question.sex) is not None


def trace_matches(question: Demographics, held: Demographics, *, restricted: bool = False) -> bool:
    """Whether a person whose date of birth fits belongs to the answer of an alphanumeric trace.

    Surname by sound, present or former, and sex; then postcode and forename by sound where
    both sides have one, so that a newborn without address is found. A restricted person is
    never found by a postcode, which would confirm an address.
    """
    if known_sex(question.sex) is not known_sex(held.sex) or not (_surnames(question) & _surnames(held)):
        return False
    postcodes = _postcodes(question)
    if postcodes and (restricted or not _meet(postcodes, _postcodes(held))):
        return False
    return _meet(_forenames(question), _forenames(held))


def alike(question: Demographics, held: Demographics) -> bool:
    """Whether PDS makes no number because somebody is too like: names by sound, sex and the very date."""
    return (
        question.date_of_birth == held.date_of_birth
        and known_sex(question.sex) is known_sex(held.sex)
        and bool(_surnames(question) & _surnames(held))
        and _meet(_forenames(question), _forenames(held))
    )


def _digits(day: date) -> str:
    return f"{day:%d%m%Y}"


def _beginnings_agree(question: Demographics, held: Demographics) -> bool:
    ours, theirs = normal_name(question.name.first_forename), normal_name(held.name.first_forename)
    surname, other = normal_name(question.name.surname), normal_name(held.name.surname)
    return bool(ours and surname) and ours[0] == theirs[:1] and surname[:3] == other[:3]


def _districts_meet(question: Demographics, held: Demographics) -> bool:
    return bool(_districts(question) & _districts(held))


def _districts(person: Demographics) -> set[str]:
    parts = [postcode_parts(postcode) for postcode in _postcodes(person)]
    return {each[1] for each in parts if each is not None}


def _postcodes(person: Demographics) -> set[str]:
    return _known(plain_postcode(place.postcode) for place in (person.address, person.previous_address))


def _surnames(person: Demographics) -> set[str]:
    return _known(sound_code(normal_name(name or "")) for name in (person.name.surname, person.previous_surname))


def _forenames(person: Demographics) -> set[str]:
    words = normal_name(person.name.first_forename).split()
    return _known(sound_code(word) for word in words[:1])


def _known(values: Iterable[str]) -> set[str]:
    return {value for value in values if value}


def _meet(left: set[str], right: set[str]) -> bool:
    """Whether two sets share something, or one of them says nothing."""
    return not left or not right or bool(left & right)
