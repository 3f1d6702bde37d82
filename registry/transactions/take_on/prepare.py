"""A block of the file made into encoded rows: what the processes of a bulk import do.

Imports nothing that talks to a database, so that a process is soon ready.
"""

import gc
from array import array
from dataclasses import dataclass, field
from datetime import date, datetime

from registry.patients.read_fhir import Read
from registry.patients.record import PersonRecord, SupersededRecord, Unreadable
from registry.practices.place import Place
from registry.transactions.take_on.circumstances import Refused, Supersession, place_of
from registry.transactions.take_on.copy_rows import Content, encode
from registry.transactions.take_on.journey import Journey, journey
from registry.transactions.take_on.people_file import Block, numbered, parse, read_parsed
from registry.transactions.take_on.plain_people import PlainPeople, PlainRows
from registry.transactions.take_on.rows import Rows, add_rows, timestamp


@dataclass(slots=True)
class Prepared:
    """What a block holds: encoded rows of people, table by table, and everything that is no new person.

    `lines` and `numbers` name the people in order: the line, and the NHS number as an integer.
    """

    block: Block
    tables: dict[str, Content]
    ids: list[str]
    lines: "array[int]"
    numbers: "array[int]"
    supersessions: list[Supersession]
    refused: list[Refused]


@dataclass(slots=True)
class _Setting:
    """What a process is told once."""

    places: dict[str, Place] = field(default_factory=dict[str, Place])
    today: date = date.min
    loaded_at: str = ""
    plain: PlainPeople | None = None


_setting = _Setting()


def set_up(places: dict[str, Place], today: date, loaded_at: datetime) -> None:
    """Prepare a process. Nothing that is read refers to itself, so collecting garbage would be in vain."""
    gc.disable()
    _setting.places, _setting.today, _setting.loaded_at = places, today, timestamp(loaded_at)
    _setting.plain = PlainPeople(places, today, loaded_at)


def prepare(block: Block, passed_over: frozenset[int] = frozenset()) -> Prepared:
    """Make the rows of a block, of every line but those passed over."""
    rows = Rows()
    plain = PlainRows(rows.ids)
    people = _setting.plain
    if people is None:
        raise AssertionError("the process was not set up")
    found = Prepared(block, {}, rows.ids, array("L"), array("Q"), [], [])
    for line, text in numbered(block):
        if line in passed_over:
            continue
        resource = parse(text)
        number = people.add(plain, resource)
        if number is not None:
            found.lines.append(line)
            found.numbers.append(number)
        elif (ready := _sort_out(found, line, read_parsed(resource, _setting.today))) is not None:
            add_rows(rows, *ready, _setting.loaded_at)
    encoded = plain.encoded()
    found.tables = {table: encode(each).and_more(encoded.get(table, Content())) for table, each in rows.tables.items()}
    return found


def _sort_out(found: Prepared, line: int, content: Read) -> tuple[PersonRecord, Journey] | None:
    """A person with their way, or None for a line that holds no person who can be taken on."""
    if isinstance(content, Unreadable):
        found.refused.append(Refused(line, content.field, content.reason))
        return None
    if isinstance(content, SupersededRecord):
        found.supersessions.append(Supersession(line, content.nhs_number, content.survivor))
        return None
    place = place_of(content, _setting.places)
    number = content.nhs_number
    if isinstance(place, Unreadable):
        found.refused.append(Refused(line, place.field, place.reason))
        return None
    if number is None:
        raise AssertionError("a person of a file has a number")
    found.lines.append(line)
    found.numbers.append(int(number.value))
    if content.superseded_numbers:
        found.supersessions += [Supersession(line, former, number) for former in content.superseded_numbers]
    return content, journey(content, place, _setting.today)
