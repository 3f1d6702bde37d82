"""Taking people on: batch by batch, each compared with what the register holds already."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.patients.record import PersonRecord, SupersededRecord, Unreadable
from registry.practices.store import places
from registry.transactions.take_on.circumstances import (
    Circumstances,
    Differing,
    Line,
    Refused,
    Supersession,
    TakeOnReport,
    place_of,
)
from registry.transactions.take_on.compare import HeldPerson, as_held, differences
from registry.transactions.take_on.copy_rows import encode
from registry.transactions.take_on.journey import Journey, journey
from registry.transactions.take_on.rows import Rows, add_rows, timestamp
from registry.transactions.take_on.supersede import supersede
from registry.transactions.take_on.unusable import NOT_IN_USE, unusable_numbers
from registry.transactions.take_on.write import former_numbers, held_people, hold_writers, write_people
from registry.values.actor import Actor
from registry.values.period import london_date

AT_ONCE = 1_000
"""How many people are looked up and written together."""


async def circumstances_of(connection: AsyncConnection, actor: Actor, now: datetime) -> Circumstances:
    """The circumstances of a loading that begins now."""
    today = london_date(now)
    return Circumstances(now, today, actor, await places(connection, today))


async def take_on(
    connection: AsyncConnection,
    records: Iterable[PersonRecord],
    *,
    actor: Actor,
    now: datetime,
    on_refused: Callable[[Refused], None] = lambda _: None,
    on_differing: Callable[[Differing], None] = lambda _: None,
) -> TakeOnReport:
    """Take people on within one unit of work.

    Their practices must be in the register. Somebody without an NHS number is always new; one
    whose number is held is left as they are. Refusals name a record by its place, from 1.
    """
    work = TakeOn(await circumstances_of(connection, actor, now), on_refused, on_differing)
    lines = (Line(place, record) for place, record in enumerate(records, start=1))
    while batch := list(islice(lines, AT_ONCE)):
        await work.add(connection, batch)
    await work.end(connection)
    return work.report


@dataclass(frozen=True, slots=True)
class _Ready:
    """A person who can be taken on."""

    line: int
    record: PersonRecord
    way: Journey

    @property
    def number(self) -> str | None:
        return self.record.nhs_number.value if self.record.nhs_number else None


@dataclass(slots=True)
class TakeOn:
    """One loading in hand. Each batch may be a unit of work of its own; `end` comes last."""

    circumstances: Circumstances
    on_refused: Callable[[Refused], None]
    on_differing: Callable[[Differing], None] = lambda _: None
    report: TakeOnReport = field(default_factory=TakeOnReport)
    supersessions: list[Supersession] = field(default_factory=list[Supersession])

    async def add(self, connection: AsyncConnection, batch: Sequence[Line]) -> None:
        """Write the new people of a batch, and say who is held otherwise."""
        people = [ready for line in batch if (ready := self._ready(line)) is not None]
        if not people:
            return
        await hold_writers(connection)
        numbers = [number for person in people if (number := person.number) is not None]
        held = await held_people(connection, numbers)
        former = await former_numbers(connection, numbers)
        invalidated = await unusable_numbers(connection, [each for each in numbers if each not in held])
        new: dict[str, _Ready] = {}
        rows = Rows()
        loaded_at = timestamp(self.circumstances.now)
        for person in people:
            if person.number in former:
                self.refuse(Refused(person.line, "identifier.value", "was superseded; the number finds its survivor"))
            elif person.number in invalidated:
                self.refuse(Refused(person.line, "identifier.value", NOT_IN_USE))
            elif person.number in held:
                self._compare(person, held[person.number])
            elif person.number in new:
                earlier = new[person.number]
                self._compare(person, as_held(earlier.record, earlier.way))
            else:
                add_rows(rows, person.record, person.way, loaded_at)
                if person.number is not None:
                    new[person.number] = person
        encoded = {table: encode(each) for table, each in rows.tables.items()}
        await write_people(connection, self.circumstances, rows.ids, encoded)
        self.report.added += len(rows.ids)

    async def end(self, connection: AsyncConnection) -> None:
        """Let superseded numbers find their survivors, now that everybody is there."""
        await supersede(connection, self.circumstances, self.supersessions, self.report, self.on_refused)
        self.supersessions.clear()

    def refuse(self, refused: Refused) -> None:
        """Count a refusal and report it."""
        self.report.refused += 1
        self.on_refused(refused)

    def _ready(self, line: Line) -> _Ready | None:
        content = line.content
        if isinstance(content, SupersededRecord):
            self.supersessions.append(Supersession(line.number, content.nhs_number, content.survivor))
            return None
        if isinstance(content, Unreadable):
            return self.refuse(Refused(line.number, content.field, content.reason))
        place = place_of(content, self.circumstances.places)
        if isinstance(place, Unreadable):
            return self.refuse(Refused(line.number, place.field, place.reason))
        self.supersessions += former_numbers_of(line.number, content)
        return _Ready(line.number, content, journey(content, place, self.circumstances.today))

    def _compare(self, person: _Ready, held: HeldPerson) -> None:
        fields = differences(as_held(person.record, person.way), held)
        if fields:
            self.report.differing += 1
            self.on_differing(Differing(person.line, fields))
        else:
            self.report.unchanged += 1


def former_numbers_of(line: int, record: PersonRecord) -> list[Supersession]:
    """The numbers that a person's own record says were superseded by theirs."""
    survivor = record.nhs_number
    if survivor is None:
        return []
    return [Supersession(line, number, survivor) for number in record.superseded_numbers]
