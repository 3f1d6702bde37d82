"""What was given of a person and says nothing, or less than it seems: told beside every answer. Pure.

A field that is empty, absurd or a stand-in counts as missing and never as agreement; whoever
filled it in should hear of it.
"""

from collections.abc import Callable

from registry.matching.incoming import Incoming
from registry.matching.normalise import postcode_parts
from registry.values.nhs_number import NumberKind, kind_of
from registry.values.person import Demographics

_NO_NAME = "no Latin letter, more than 70 of them, or a word that stands for an unknown name: it is not compared"
_ONE_LETTER = "a single letter: it agrees with every name that begins so"
_Rule = Callable[[Demographics, Incoming], str | None]

_NUMBERS = {
    NumberKind.SCOTTISH: "a Scottish number: evidence for a trace, it identifies nobody here",
    NumberKind.NORTHERN_IRISH: "a number of Northern Ireland: evidence for a trace, it identifies nobody here",
    NumberKind.OLD: "not ten digits, as numbers were before 1996: evidence for a trace, it identifies nobody here",
    NumberKind.PLACEHOLDER: "ten equal digits: nobody's number",
    NumberKind.WRONG_CHECK_DIGIT: "the check digit is wrong: it is taken for a mistyped number",
    NumberKind.UNREADABLE: "no number in any format: it is not compared",
}


def _name(given: str, compared: str) -> str | None:
    if not given.strip():
        return None
    if not compared:
        return _NO_NAME
    return _ONE_LETTER if len(compared) == 1 else None


def _born(person: Demographics, incoming: Incoming) -> str | None:
    if person.date_of_birth is None:
        return None
    if incoming.date_of_birth is None:
        return "a date that stands for an unknown one: it is not compared"
    if (person.date_of_birth.month, person.date_of_birth.day) == (1, 1):
        return "1 January, which often stands for an unknown day: it weighs less than another date"
    return None


def _number(person: Demographics, incoming: Incoming) -> str | None:
    return _NUMBERS.get(kind_of(person.number)) if person.number and person.number.strip() else None


def _postcode(person: Demographics, incoming: Incoming) -> str | None:
    if not (person.address.postcode or "").strip():
        return None
    if not incoming.postcode:
        return "no postcode, or one that stands for no place: it is not compared"
    if postcode_parts(incoming.postcode) is None:
        return "a postcode of no known shape: it agrees only with the very same one"
    return None


_RULES: tuple[tuple[str, _Rule], ...] = (
    ("surname", lambda p, i: _name(p.name.surname, i.surname)),
    ("forename", lambda p, i: _name(p.name.first_forename, i.first_forename)),
    ("middle name", lambda p, i: _NO_NAME if p.name.second_forename.strip() and not i.second_forename else None),
    ("date of birth", _born),
    ("sex", lambda p, i: "neither male nor female: it is not compared" if p.sex and not i.sex else None),
    ("NHS number", _number),
    ("postcode", _postcode),
)


def unused(person: Demographics, incoming: Incoming) -> list[dict[str, str]]:
    """One `field` and `sentence` for each item given that is not compared, or counts for less; no values."""
    told = ((field, rule(person, incoming)) for field, rule in _RULES)
    return [{"field": field, "sentence": sentence} for field, sentence in told if sentence]
