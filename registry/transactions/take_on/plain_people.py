"""The plain line: somebody alive with one number, one name and one address, on a practice's list.

Nearly every line of a file is of this shape, and is made into rows at one go, in a third of
the time. There are no rules here: what is out of the ordinary in any way, faults included, is
left to the ordinary reader. For a plain line both make the same rows, which a test compares.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, cast

import orjson
from uuid_utils import uuid4, uuid7

from registry.matching.normalise import (
    NORMALISER_VERSION,
    address_key,
    known_date,
    normal_forenames,
    normal_name,
    plain_postcode,
)
from registry.matching.sound import sound_code
from registry.patients.elements import read_elements
from registry.patients.read_fhir import NHS_NUMBER, SEXES, UNRESTRICTED
from registry.patients.read_fhir_parts import LONGEST_TEXT, MISSHAPEN
from registry.patients.read_fhir_places import IN_USE, NO_PRACTICE, ODS_CODE, stored_postcode
from registry.patients.record import LifeStatus
from registry.practices.place import Place
from registry.transactions.outside import Outside
from registry.transactions.take_on.copy_binary import (
    BEFORE_UUID,
    NO_VALUE,
    day_field,
    instant_field,
    open_period_field,
    row_start,
    text_field,
    uuid_field,
    whole,
)
from registry.transactions.take_on.copy_rows import NULL, Content
from registry.transactions.take_on.keys import SEXES_COMPARED
from registry.transactions.take_on.rows import COLUMNS, REASON, timestamp
from registry.values.address import Address
from registry.values.organisation import is_ods_code
from registry.values.period import start_of_day
from registry.values.plain_number import is_plain_number

_UNUSUAL = frozenset({"link", "extension", "deceasedDateTime", "deceasedBoolean"})
"""Elements that lead to another life, another number or another list."""
_NONE: list[Any] = []
_LIVE = LifeStatus.LIVE.value
_SEXES = {written: (sex.value, SEXES_COMPARED[sex]) for written, sex in SEXES.items()}
_MOVEMENT = row_start(COLUMNS["list_movements"]) + BEFORE_UUID
_MEMBERSHIP = row_start(COLUMNS["list_memberships"]) + BEFORE_UUID


class _Day(NamedTuple):
    """A day as text, whole and as a date of birth that is compared, and as the fields of a coming and of a stay."""

    iso: str
    compared: str
    coming: bytes
    stay: bytes


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
        coming = day_field(day) + instant_field(start_of_day(day))
        stay = open_period_field(day) + day_field(day)
        found = self[text] = _Day(text, known.isoformat() if known else NULL, coming, stay)
        return found


class _List(NamedTuple):
    """A practice's list: the fields of a movement onto it and of a stay on it, and its first doctor's."""

    movement: bytes
    stay: bytes
    gp_code: bytes


@dataclass(slots=True)
class PlainRows:
    """Rows of plain people as COPY reads them, table by table, and the people's ids in order."""

    ids: list[str]
    patients: list[str] = field(default_factory=list[str])
    match_keys: list[str] = field(default_factory=list[str])
    list_movements: list[bytes] = field(default_factory=list[bytes])
    list_memberships: list[bytes] = field(default_factory=list[bytes])

    def encoded(self) -> dict[str, Content]:
        """All rows."""
        return {
            "patients": Content("".join(self.patients).encode()),
            "match_keys": Content("".join(self.match_keys).encode()),
            "list_movements": Content(binary=whole(self.list_movements)),
            "list_memberships": Content(binary=whole(self.list_memberships)),
        }


class PlainPeople:
    """Makes rows of plain people, loaded at an instant."""

    def __init__(self, places: Mapping[str, Place], today: date, loaded_at: datetime) -> None:
        self._lists = {
            code: _list(place) for code, place in places.items() if is_ods_code(code) and code not in NO_PRACTICE
        }
        self._days = _Days(today)
        self._today = today.isoformat()
        self._loaded_at = timestamp(loaded_at)
        self._coming_end = instant_field(loaded_at) + text_field(REASON) + NO_VALUE
        self._posted_at = instant_field(loaded_at)

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
            or not surname
            or not type(given) is type(prefix) is type(lines) is list
            or "" in given
            or len(lines) > 5
            or "city" in address
            or address.get("use") not in IN_USE
            or not _needs_no_cleaning([surname, *given, *prefix, *lines, postcode])
        ):
            return None
        birth_date = resource.get("birthDate")
        born = self._days[birth_date] if birth_date is not None else None
        sex, sex_compared = _SEXES[resource.get("gender")]
        place, since = self._registration(resource)
        if born is not None and since.iso < born.iso:
            since = born
        first, second, others = _parted(given)
        line_1, line_2, line_3, line_4, line_5 = lines if len(lines) == 5 else Address.from_unpositioned(lines).lines
        stored, compared = _postcode(postcode)
        surname_compared, sound = _surname(surname)
        forename, middle = _forenames(first, second, others)
        loaded_at, patient_id = self._loaded_at, uuid4()
        rows.patients.append(
            f"{patient_id}\t{number}\t{_LIVE}\t{surname}\t{first}\t{second}\t{others}\t{' '.join(prefix)}\t{NULL}"
            f"\t{sex}\t{born.iso if born else NULL}\t{NULL}\t{NULL}\t{line_1}\t{line_2}\t{line_3}\t{line_4}\t{line_5}"
            f"\t{stored}\tf\t{NULL}\tf\t{loaded_at}\t{loaded_at}\t{_elements(resource, name, address)}\n"
        )
        rows.match_keys.append(
            f"{patient_id}\t{surname_compared}\t{sound}\t{forename}\t{middle}\t\t{born.compared if born else NULL}"
            f"\t{sex_compared}\t{compared}\t{_dwelling(line_1, line_2, line_3)}\t{number}\tt\t{NORMALISER_VERSION}\n"
        )
        self._add_stay(rows, patient_id.bytes, place, since)
        rows.ids.append(str(patient_id))
        return int(number)

    def _add_stay(self, rows: PlainRows, patient_id: bytes, place: _List, since: _Day) -> None:
        rows.list_movements.append(b"".join((_MOVEMENT, patient_id, place.movement, since.coming, self._coming_end)))
        stay = (_MEMBERSHIP, uuid7().bytes, BEFORE_UUID, patient_id, place.stay)
        rows.list_memberships.append(b"".join((*stay, since.stay, self._posted_at, place.gp_code)))

    def _registration(self, resource: dict[str, Any]) -> tuple[_List, _Day]:
        """The list and the day since when. Raises one of MISSHAPEN where that is not plain."""
        [entry] = resource["generalPractitioner"]
        identifier = entry["identifier"]
        if entry.get("type") == "Practitioner" or identifier["system"] != ODS_CODE:
            raise ValueError("no plain practice")
        place, period = self._lists[identifier["value"]], identifier.get("period")
        if not period:
            return place, self._days[self._today]
        if len(period) != 1:
            raise ValueError("no open period")
        return place, self._days[period["start"]]


def _list(place: Place) -> _List:
    here = uuid_field(place.list_id)
    return _List(uuid_field(Outside.TAKE_ON.id) + here, here, text_field(place.gp_code))


def _parted(given: list[str]) -> tuple[str, str, str]:
    """First and second forename, and the others."""
    if len(given) == 1:
        return given[0], "", ""
    first, second, *others = given or ("", "")
    return first, second, " ".join(others)


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
    is_short = len(joined) <= LONGEST_TEXT
    return is_short and joined.isprintable() and not ("| " in joined or " |" in joined or "\\" in joined)


def _elements(resource: dict[str, Any], name: dict[str, Any], address: dict[str, Any]) -> str:
    """What no rule reads, as text of JSON that COPY reads: as `read_elements` says it, in a third of the time."""
    telecoms = resource.get("telecom", _NONE)
    if not _SELDOM.isdisjoint(resource) or "suffix" in name or "extension" in address or not _have_ids(telecoms):
        return _text_of(read_elements(resource, 0, 0))
    found: dict[str, Any] = {}
    beside, prefix = _id_and_period(name), name.get("prefix", _NONE)
    if len(prefix) > 1:
        beside["prefix"] = prefix
    if beside:
        found["name"] = beside
    if beside := _id_and_period(address):
        found["address"] = beside
    if telecoms:
        found["telecom"] = telecoms
    if practice := resource["generalPractitioner"][0].get("id"):
        found["generalPractitioner"] = {"id": practice}
    return _text_of(found)


_SELDOM = frozenset({"contact", "multipleBirthInteger"})
"""Elements that few have: they are read as of anybody."""


def _id_and_period(item: dict[str, Any]) -> dict[str, Any]:
    named, period = item.get("id"), item.get("period")
    if named and period:
        return {"id": named, "period": period}
    return {"id": named} if named else {"period": period} if period else {}


def _have_ids(items: Any) -> bool:
    for each in items:
        if type(each) is not dict or not cast(dict[str, Any], each).get("id"):
            return False
    return type(items) is list


def _text_of(found: dict[str, Any]) -> str:
    if not found:
        return "{}"
    text = orjson.dumps(found).decode()
    return text.replace("\\", "\\\\") if "\\" in text else text


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
