"""Levels of agreement between names. Exact, known forms, then Jaro-Winkler steps."""

from rapidfuzz.distance import JaroWinkler

from registry.matching.incoming import Incoming
from registry.matching.keys import MatchKey
from registry.matching.levels import Forename, MiddleName, Surname
from registry.matching.nicknames import forms_of_one_name

SIMILAR_FROM = 0.92
CLOSE_FORENAME_FROM = 0.86
CLOSE_SURNAME_FROM = 0.85

_PARTICLES = "AL EL DE DI DA DO DU DOS DAS DER DEN VAN VON LA LE LAS BIN BINT IBN BEN ABU MAC MC ST SAN AP FITZ"
_TITLES = "SINGH KAUR BEGUM BIBI KHATUN KHATOON"
_NO_PART = frozenset((_PARTICLES + " " + _TITLES).split())
"""Particles, and titles borne as surnames: sharing one of them says next to nothing."""


def forename_level(incoming: Incoming, key: MatchKey) -> Forename | None:
    """First forenames. A row of former facts counts only where it is equal, as a former form."""
    left, right = incoming.first_forename, key.first_forename
    if not left or not right:
        return None
    if not key.is_current:
        return Forename.OTHER_FORM if left == right and len(left) > 1 else None
    if len(left) == 1 or len(right) == 1:
        return Forename.INITIAL_ONLY if left[0] == right[0] else Forename.DIFFERENT
    if left == right:
        return Forename.EQUAL
    if _swapped(incoming, key):
        return Forename.SWAPPED
    if forms_of_one_name(left, right) or begins(left, right) or begins(right, left):
        return Forename.OTHER_FORM
    likeness = JaroWinkler.similarity(left, right, score_cutoff=CLOSE_FORENAME_FROM)
    if likeness >= SIMILAR_FROM:
        return Forename.SIMILAR
    if likeness >= CLOSE_FORENAME_FROM:
        return Forename.CLOSE
    if left == key.second_forename or right == incoming.second_forename:
        return Forename.MIDDLE_NAME
    return Forename.SAME_INITIAL if left[0] == right[0] else Forename.DIFFERENT


def surname_level(incoming: Incoming, key: MatchKey) -> Surname | None:
    """Surnames. A former one counts only where it is equal; one letter is no surname."""
    left, right = incoming.surname, key.surname
    if key.is_current and left == right and len(left) > 1:
        return Surname.EQUAL
    ours, theirs = (left, incoming.previous_surname), (right, key.previous_surname)
    if any(len(name) > 1 and name in theirs for name in ours):
        return Surname.FORMER
    if not key.is_current or len(left) < 2 or len(right) < 2:
        return None
    likeness = JaroWinkler.similarity(*without_shared_particles(left, right), score_cutoff=CLOSE_SURNAME_FROM)
    if likeness >= SIMILAR_FROM:
        return Surname.SIMILAR
    if shares_part(left, right):
        return Surname.SHARED_PART
    if _swapped(incoming, key):
        return Surname.SWAPPED
    return Surname.CLOSE if likeness >= CLOSE_SURNAME_FROM else Surname.DIFFERENT


def middle_level(incoming: Incoming, key: MatchKey) -> MiddleName | None:
    """First middle names; initials are usual here. A row of former facts counts only where it is equal."""
    left, right = incoming.second_forename, key.second_forename
    if not left or not right:
        return None
    if not key.is_current:
        return MiddleName.EQUAL if left == right and len(left) > 1 else None
    if len(left) > 1 and (left == right or forms_of_one_name(left, right)):
        return MiddleName.EQUAL
    return MiddleName.INITIAL if left[0] == right[0] else MiddleName.DIFFERENT


def begins(short: str, long: str) -> bool:
    """Whether a compound forename starts with the whole other one: MARY and MARY ANN."""
    return long.startswith(short + " ")


def _swapped(incoming: Incoming, key: MatchKey) -> bool:
    return incoming.surname == key.first_forename and incoming.first_forename == key.surname


def without_shared_particles(left: str, right: str) -> tuple[str, str]:
    """What is left to compare of two surnames: SINGH GILL and SINGH DHALIWAL begin alike, and are not."""
    if " " not in left or " " not in right:
        return left, right
    ours, theirs = left.split(), right.split()
    shared = _NO_PART.intersection(ours, theirs)
    return " ".join(word for word in ours if word not in shared), " ".join(
        word for word in theirs if word not in shared
    )


def shares_part(left: str, right: str) -> bool:
    """Whether two surnames, one of them compound at least, have a part in common that says something."""
    if " " not in left and " " not in right:
        return False
    shared = set(left.split()) & set(right.split())
    return any(len(part) > 1 and part not in _NO_PART for part in shared)
