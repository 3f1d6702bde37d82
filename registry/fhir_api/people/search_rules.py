"""Which searches are considered: the least that must be asked, and what does not go together.

Source: Personal Demographics Service FHIR API, search: minimum criteria of plain and of fuzzy searches.
"""

from collections.abc import Callable

from registry.fhir import refusals
from registry.fhir_api.people.search_asked import Asked

TOO_LITTLE = "No searches were performed as the search criteria did not meet the minimum requirements"

_CONTRADICTIONS: tuple[tuple[Callable[[Asked], bool], str], ...] = (
    (lambda a: a.fuzzy and a.exact, "'_fuzzy-match' and '_exact-match' contradict each other"),
    (lambda a: a.fuzzy and a.has_wildcard, "A fuzzy search takes no wildcards"),
    (lambda a: a.exact and a.has_wildcard, "What fits a wildcard is no exact match"),
    (lambda a: a.fuzzy and a.number is not None, "A number is not looked for in a fuzzy search"),
    (lambda a: a.fuzzy and a.born is not None and not a.born.is_one, "A fuzzy search takes one birth date"),
    (
        lambda a: a.identifier is not None and a.by_id is not None and a.identifier != a.by_id,
        "'identifier' and '_id' are different numbers",
    ),
)

_FUZZY_LEAST: tuple[Callable[[Asked], bool], ...] = (
    lambda a: bool(a.family and a.given and a.born),
    lambda a: bool(a.family and a.born and a.sex and a.postcode),
    lambda a: bool(a.given and a.born and a.sex and a.postcode),
)


def check_asked(asked: Asked) -> None:
    """Raises RequestError (400 INVALID_SEARCH_DATA) with the reason why a search is not done."""
    for holds, reason in _CONTRADICTIONS:
        if holds(asked):
            raise refusals.invalid_search(reason)
    if not _is_enough(asked):
        raise refusals.invalid_search(TOO_LITTLE)


def _is_enough(asked: Asked) -> bool:
    if asked.fuzzy:
        return any(rule(asked) for rule in _FUZZY_LEAST)
    if asked.by_id is not None:
        return True  # No more is told than by reading the person of that number.
    if asked.identifier is not None:
        return any((asked.family, asked.given, asked.born, asked.postcode))
    return asked.family is not None and asked.born is not None
