"""The rows of a person who is taken on, as text that PostgreSQL reads.

Both ways of loading write these rows, so that they leave the same register. Made for COPY:
a row is a tuple of text in the order of the table's columns below.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

import orjson
from uuid_utils import uuid4, uuid7

from registry.patients.record import PersonRecord
from registry.transactions.take_on.copy_rows import NULL, Row
from registry.transactions.take_on.journey import Journey, Stay, Step
from registry.transactions.take_on.keys import COLUMNS as KEY_COLUMNS
from registry.transactions.take_on.keys import key_rows
from registry.values.address import Address
from registry.values.period import start_of_day
from registry.values.person import Name

REASON = "take-on"
"""Why these movements were made, in the ledger."""

_NAME = ("surname", "first_forename", "second_forename", "other_forenames", "title")
_ADDRESS = ("line_1", "line_2", "line_3", "line_4", "line_5", "postcode")
COLUMNS: dict[str, tuple[str, ...]] = {
    "patients": (
        "id", "nhs_number", "status", *_NAME, "previous_surname", "sex", "date_of_birth", "date_of_death",
        "place_of_birth", *_ADDRESS, "drugs_dispensed", "residential_institute", "restricted",
        "created_at", "updated_at", "elements",
    ),
    "match_keys": KEY_COLUMNS,
    "patient_former_names": ("id", "patient_id", *_NAME, "period", "recorded_at"),
    "patient_former_addresses": ("id", "patient_id", *_ADDRESS, "period", "recorded_at"),
    "list_movements": (
        "patient_id", "from_list", "to_list", "effective_on", "effective_at", "recorded_at", "reason", "removal",
    ),
    "list_memberships": ("id", "patient_id", "list_id", "period", "accepted_on", "posted_at", "gp_code"),
}  # fmt: skip
"""The tables that are loaded, in an order that foreign keys allow, and the columns written."""


@dataclass(slots=True)
class Rows:
    """Rows of some people, table by table; the ids of the people in order."""

    ids: list[str] = field(default_factory=list[str])
    tables: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in COLUMNS})


def add_rows(rows: Rows, record: PersonRecord, way: Journey, loaded_at: str) -> None:
    """Add a new person. `loaded_at` is the instant of loading as text."""
    patient_id = str(uuid4())
    rows.ids.append(patient_id)
    tables = rows.tables
    tables["patients"].append(patient_row(record, patient_id, loaded_at))
    tables["match_keys"] += key_rows(record, patient_id)
    for step in way.steps:
        tables["list_movements"].append(_movement(step, patient_id, loaded_at))
    if way.stay is not None:
        tables["list_memberships"].append(_membership(way.stay, patient_id, loaded_at))
    for former in record.former_names:
        values = (str(uuid7()), patient_id, *_name(former.name), _period(former.since, former.until), loaded_at)
        tables["patient_former_names"].append(values)
    for place in record.former_addresses:
        values = (str(uuid7()), patient_id, *_address(place.address), _period(place.since, place.until), loaded_at)
        tables["patient_former_addresses"].append(values)


def patient_row(record: PersonRecord, patient_id: str, loaded_at: str) -> Row:
    """The row of `patients`."""
    name, address, number = record.name, record.address, record.nhs_number
    return (
        patient_id,
        number.value if number else NULL,
        record.status.value,
        name.surname,
        name.first_forename,
        name.second_forename,
        name.other_forenames,
        name.title,
        record.previous_surname or NULL,
        record.sex.value,
        record.date_of_birth.isoformat() if record.date_of_birth else NULL,
        record.date_of_death.isoformat() if record.date_of_death else NULL,
        record.place_of_birth or NULL,
        *address.lines,
        address.postcode or NULL,
        "t" if record.drugs_dispensed else "f",
        record.residential_institute or NULL,
        "t" if record.restricted else "f",
        loaded_at,
        loaded_at,
        orjson.dumps(dict(record.elements)).decode() if record.elements else "{}",
    )


def _movement(step: Step, patient_id: str, loaded_at: str) -> Row:
    from_list, to_list = _list(step.from_list), _list(step.to_list)
    on = step.on.isoformat(), _start_of_day(step.on)
    return (patient_id, from_list, to_list, *on, loaded_at, REASON, step.removal or NULL)


def _membership(stay: Stay, patient_id: str, loaded_at: str) -> Row:
    since = stay.since.isoformat()
    period = f"[{since},{stay.until.isoformat() if stay.until else ''})"
    return (str(uuid7()), patient_id, _list(stay.list_id), period, since, loaded_at, stay.gp_code)


_list = lru_cache(maxsize=4096)(str)
"""A list's id as text: there are few lists."""


@lru_cache(maxsize=50_000)  # the days of more than a century
def _start_of_day(day: date) -> str:
    return timestamp(start_of_day(day))


def timestamp(instant: datetime) -> str:
    """An instant as PostgreSQL reads it."""
    return instant.isoformat()


def _period(since: date | None, until: date | None) -> str:
    """A range of days. One that would end before it begins has an end that is known for sure, and no beginning."""
    if since is not None and until is not None and until < since:
        since = None
    return f"[{since.isoformat() if since else ''},{until.isoformat() if until else ''})"


def _name(name: Name) -> Row:
    return (name.surname, name.first_forename, name.second_forename, name.other_forenames, name.title)


def _address(address: Address) -> Row:
    return (*address.lines, address.postcode or NULL)
