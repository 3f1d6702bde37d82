"""The plain line: somebody alive with one number, one name and one address, on a practice's list.

Nearly every line of a file is of this shape, and is made into rows at one go, in a third of
the time. There are no rules here: what is out of the ordinary in any way, faults included, is
left to the ordinary reader. For a plain line both make the same rows, which a test compares.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from uuid_utils import uuid4, uuid7

from registry.matching.normalise import address_key, known_date, normal_forenames, normal_name, plain_postcode
from registry.matching.sound import sound_code
from registry.patients.read_fhir import NHS_NUMBER, SEXES, UNRESTRICTED
from registry.patients.read_fhir_parts import LONGEST_TEXT, MISSHAPEN
from registry.patients.read_fhir_places import IN_USE, NO_PRACTICE, ODS_CODE, stored_postcode
from registry.patients.record import LifeStatus
from registry.practices.place import Place
from registry.transactions.outside import Outside
from registry.transactions.take_on.copy_rows import NULL
from registry.transactions.take_on.keys import SEXES_COMPARED
from registry.transactions.take_on.rows import COLUMNS, REASON, start_of_day_text
from registry.values.address import Address
from registry.values.nhs_number import is_plain_number
from registry.values.organisation import is_ods_code

_UNUSUAL = frozenset({"link", "extension", "deceasedDateTime", "deceasedBoolean"})
"""Elements that lead to another life, another number or another list."""
_NONE: list[Any] = []
_LIVE = LifeStatus.LIVE.value
_TAKE_ON = str(Outside.TAKE_ON.id)
_SEXES = {written: (sex.value, SEXES_COMPARED[sex]) for written, sex in SEXES.items()}


class _Day(NamedTuple):
    """A day as text: whole, as a date of birth that is compared, and the instant at which it begins."""

    iso: str
    compared: str
    begins: str


class _Days(dict[str, _Day]):
    """The days up to today, by their text. Raises ValueError for any other text. At most some 740,000 exist."""

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today

    def __missing__(self, text: str) -> _Day:
        day = date.fromisoformat(text)
        if day.isoformat() != text or day > self._today:
            raise ValueError("no plain day of the past")
        known = known_date(day)
        found = self[text] = _Day(text, known.isoformat() if known else NULL, start_of_day_text(day))
        return found


@dataclass(slots=True)
class PlainRows:
    """Rows of plain people as lines of COPY's text, and their ids in order."""

    ids: list[str]
    tables: dict[str, list[str]] = field(default_factory=lambda: {table: [] for table in COLUMNS})


class PlainPeople:
    """Makes rows of plain people. `loaded_at` is the instant of loading as text."""

    def __init__(self, places: Mapping[str, Place], today: date, loaded_at: str) -> None:
        self._places = {
            code: (str(place.list_id), place.gp_code)
            for code, place in places.items()
            if is_ods_code(code) and code not in NO_PRACTICE and _needs_no_escape(place.gp_code)
        }
        self._days = _Days(today)
        self._today = today.isoformat()
        self._loaded_at = loaded_at

    def add(self, rows: PlainRows, resource: Any) -> int | None:
        """Add the person of a Patient, and return their NHS number; None, and nothing added, if it is not plain."""
        try:
            return self._add(rows, resource)
        except MISSHAPEN:
            return None

    def _add(self, rows: PlainRows, resource: dict[str, Any]) -> int | None:
        if resource["resourceType"] != "Patient" or not _UNUSUAL.isdisjoint(resource) or not _is_open(resource):
            return None
        number = _number(resource)
        [name], [address] = resource["name"], resource["address"]
        surname, given, prefix = name["family"], name.get("given", _NONE), name.get("prefix", _NONE)
        lines, postcode = address.get("line", _NONE), address.get("postalCode", "")
        if (
            number is None
            or address.get("use") not in IN_USE
            or "city" in address
            or not surname
            or "" in given
            or len(lines) > 5
            or not type(given) is type(prefix) is type(lines) is list
            or not _needs_no_cleaning([surname, *given, *prefix, *lines, postcode])
        ):
            return None
        sex, sex_compared = _SEXES[resource.get("gender")]
        birth_date = resource.get("birthDate")
        born = self._days[birth_date] if birth_date is not None else None
        list_id, gp_code, since = self._registration(resource)
        if born is not None and since < born.iso:
            since = born.iso
        first, second, *others = given if len(given) > 1 else (*given, "", "")[:2]
        others = " ".join(others)
        if len(lines) != 5:
            lines = Address.from_unpositioned(lines).lines
        line_1, line_2, line_3, line_4, line_5 = lines
        stored, compared = _postcode(postcode)
        surname_compared, sound = _surname(surname)
        forename, middle = _forenames(first, second, others)
        loaded_at, begins = self._loaded_at, self._days[since].begins
        patient_id = str(uuid4())
        tables = rows.tables
        tables["patients"].append(
            f"{patient_id}\t{number}\t{_LIVE}\t{surname}\t{first}\t{second}\t{others}\t{' '.join(prefix)}\t{NULL}\t{sex}"
            f"\t{born.iso if born else NULL}\t{NULL}\t{NULL}\t{line_1}\t{line_2}\t{line_3}\t{line_4}\t{line_5}\t{stored}"
            f"\tf\t{NULL}\tf\t{loaded_at}\t{loaded_at}\n"
        )
        tables["match_keys"].append(
            f"{patient_id}\t{surname_compared}\t{sound}\t{forename}\t{middle}\t\t{born.compared if born else NULL}"
            f"\t{sex_compared}\t{compared}\t{_dwelling(line_1, line_2, line_3)}\t{number}\tt\n"
        )
        tables["list_movements"].append(
            f"{patient_id}\t{_TAKE_ON}\t{list_id}\t{since}\t{begins}\t{loaded_at}\t{REASON}\n"
        )
        tables["list_memberships"].append(
            f"{uuid7()}\t{patient_id}\t{list_id}\t[{since},)\t{since}\t{loaded_at}\t{gp_code}\n"
        )
        rows.ids.append(patient_id)
        return int(number)

    def _registration(self, resource: dict[str, Any]) -> tuple[str, str, str]:
        """The list, its doctor, and the day since when. Raises one of MISSHAPEN where there is no plain one."""
        [entry] = resource["generalPractitioner"]
        identifier = entry["identifier"]
        if entry.get("type") == "Practitioner" or identifier["system"] != ODS_CODE:
            raise ValueError("no plain practice")
        list_id, gp_code = self._places[identifier["value"]]
        period = identifier.get("period")
        if not period:
            return list_id, gp_code, self._today
        if len(period) != 1:
            raise ValueError("no open period")
        return list_id, gp_code, self._days[period["start"]].iso


def _is_open(resource: dict[str, Any]) -> bool:
    """Whether the record stands for somebody and nothing asks for more care than the ordinary."""
    if resource.get("active") is False:
        return False
    meta = resource.get("meta")
    labels = meta.get("security") if meta else None
    return not labels or (len(labels) == 1 and labels[0]["code"] in UNRESTRICTED)


def _number(resource: dict[str, Any]) -> str | None:
    [identifier] = resource["identifier"]
    number = identifier["value"]
    is_plain = identifier["system"] == NHS_NUMBER and resource.get("id", number) == number and is_plain_number(number)
    return number if is_plain else None


def _needs_no_cleaning(texts: list[str]) -> bool:
    """Whether texts are kept as they are: printable, without outer blanks, not too long, nothing to escape."""
    joined = f"|{'|'.join(texts)}|"
    return len(joined) <= LONGEST_TEXT and _needs_no_escape(joined) and "| " not in joined and " |" not in joined


def _needs_no_escape(text: str) -> bool:
    return text.isprintable() and "\\" not in text


_forenames = lru_cache(maxsize=20_000)(normal_forenames)


@lru_cache(maxsize=20_000)
def _surname(surname: str) -> tuple[str, str]:
    """A surname as it is compared, and how it sounds."""
    compared = normal_name(surname)
    return compared, sound_code(compared)


@lru_cache(maxsize=20_000)
def _postcode(postcode: str) -> tuple[str, str]:
    """A postcode as it is kept, and as it is compared."""
    stored = stored_postcode(postcode)
    return stored or NULL, plain_postcode(stored)


@lru_cache(maxsize=4_096)
def _dwelling(line_1: str, line_2: str, line_3: str) -> str:
    return address_key(Address((line_1, line_2, line_3, "", "")))
