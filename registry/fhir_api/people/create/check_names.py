"""The names of somebody new: exactly one usual, in force, with given names and a family name.

Source: PDS FHIR API, create a patient. An official name stands for the usual one where there is none: UK Core calls
so what PDS calls usual.
"""

import unicodedata
from datetime import date
from typing import Any, cast

from registry.errors import RequestError
from registry.fhir import refusals
from registry.fhir_api.people.create.fields import Item, period_of, too_many

MOST_GIVEN = 5
_BESIDE_LETTERS = frozenset(" '’‘`´-‐‑.,()/&")


def check_names(patient: Item, today: date) -> None:
    """Raises RequestError (400) that names the field."""
    patient.needed("name")
    names = patient.items("name")
    for name in names:
        name.needed("use")
        _check_name(name, today)
    usual = [name for name in names if name.value["use"] == "usual"]
    usual = usual or [name for name in names if name.value["use"] == "official"]
    if not usual:
        raise refusals.invalid_create("name - exactly one usual name is needed", patient.at("name"))
    if len(usual) > 1:
        raise too_many(patient.at("name"))
    _check_usual(usual[0])


def _check_usual(name: Item) -> None:
    name.needed("family")
    name.needed("given")
    if "end" in (name.value.get("period") or {}):
        field = name.at("period/end")
        raise refusals.invalid_create(f"{field} - the usual name cannot have an end date", field)


def _check_name(name: Item, today: date) -> None:
    if name.value.get("family") is not None:
        check_words(name.value["family"], name.at("family"))
    for field in ("given", "prefix", "suffix"):
        words = cast(list[Any], name.value.get(field) or [])
        if len(words) > MOST_GIVEN:
            raise too_many(name.at(field))
        for index, word in enumerate(words):
            check_words(word, name.at(f"{field}/{index}"))
    period_of(name, today)


def check_words(text: Any, field: str) -> None:
    """Raises RequestError (400) for a name that is none: letters, figures and what stands between them in names."""
    if not isinstance(text, str) or not any(letter.isalpha() for letter in text):
        raise refusals.invalid(text, field)
    if not all(_may_stand_in_a_name(letter) for letter in text):
        raise _unsupported(field)


def _may_stand_in_a_name(letter: str) -> bool:
    return letter.isalnum() or letter in _BESIDE_LETTERS or unicodedata.category(letter) in ("Mn", "Mc")


def _unsupported(field: str) -> RequestError:
    text = f"Unsupported characters in field - '{field}'"
    return refusals.refusal(400, "UNSUPPORTED_CHARACTERS_IN_FIELD", text, field)
