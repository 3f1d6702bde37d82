"""The names of a FHIR Patient: the one in use, and former ones."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.patients.read_fhir_parts import BadField, ends_until, is_over, plain, starts_on
from registry.patients.record import FormerName
from registry.values.person import Name

_IN_USE = {"usual": 0, "official": 1, None: 2}
_FORMER = frozenset({"old", "maiden"})
_ENDED = 10
_LAST_RESORT = 20


@dataclass(frozen=True, slots=True)
class Names:
    """The present name, the surname before it, and former names, the latest last."""

    present: Name
    previous_surname: str | None = None
    former: tuple[FormerName, ...] = ()
    place: int = 0
    """The place of the present name in the list."""


def read_names(entries: Any, today: date) -> Names:
    """The names of `Patient.name`. The usual one is present; UK Core's official one will do."""
    if not entries:
        raise BadField("name", "a name is needed")
    if len(entries) == 1:
        return Names(_name(entries[0], 0))
    ranks = [_rank(entry, today) for entry in entries]
    chosen = min(range(len(entries)), key=ranks.__getitem__)
    present = _name(entries[chosen], chosen)
    former = [
        FormerName(_name(entry, index), starts_on(entry.get("period")), ends_until(entry.get("period")))
        for index, entry in enumerate(entries)
        if index != chosen and entry.get("family") and (entry.get("use") in _FORMER or ranks[index] in range(10, 13))
    ]
    former.sort(key=lambda each: each.until or each.since or date.min)
    surnames = [each.name.surname for each in former if each.name.surname.casefold() != present.surname.casefold()]
    return Names(present, surnames[-1] if surnames else None, tuple(former), chosen)


def _rank(entry: dict[str, Any], today: date) -> int:
    if not entry.get("family"):
        return 2 * _LAST_RESORT
    rank = _IN_USE.get(entry.get("use"), _LAST_RESORT)
    return rank + _ENDED if is_over(entry.get("period"), today) else rank


def _name(entry: dict[str, Any], index: int) -> Name:
    surname = plain(entry.get("family"), "name[{}].family", index)
    if not surname:
        raise BadField(f"name[{index}].family", "a surname is needed")
    given = entry.get("given") or ()
    if isinstance(given, str):
        given = (given,)
    forenames = [forename for each in given if (forename := plain(each, "name[{}].given", index))]
    prefix = entry.get("prefix")
    title = " ".join([plain(each, "name[{}].prefix", index) for each in prefix]) if prefix else ""
    if len(forenames) < 2:
        return Name(surname, forenames[0] if forenames else "", "", "", title)
    first, second, *others = forenames
    return Name(surname, first, second, " ".join(others), title)
