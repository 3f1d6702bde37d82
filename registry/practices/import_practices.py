"""Taking practices from a file: new ones are added, known ones brought up to date."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from registry.audit.record import record
from registry.database import Writes, unit_of_work
from registry.practices.csv_lines import RefusedLine
from registry.practices.read_csv import read_practices
from registry.practices.store import (
    Doctor,
    DoctorEntry,
    HeldPractice,
    HeldPractices,
    Practice,
    begin_doctor,
    complete_practices,
    held_practices,
    insert_doctor,
    insert_practice,
    update_practice,
)
from registry.values.actor import Actor
from registry.values.clock import Clock

_PRACTICES_AT_ONCE = 500


@dataclass(slots=True)
class PracticeReport:
    """How many practices were added, changed, found as they are held, and refused."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0


async def import_practices(
    engine: AsyncEngine,
    path: Path,
    *,
    actor: Actor,
    clock: Clock,
    on_refused: Callable[[RefusedLine], None],
    on_progress: Callable[[int], None] = lambda _: None,
) -> PracticeReport:
    """Take the practices of a CSV file, in one unit of work.

    A line that cannot be taken is handed to `on_refused` and the others are loaded.
    `on_progress` is told the bytes read. Repeating an import changes nothing. Raises
    UnusableFile, and then nothing is loaded.
    """
    async with unit_of_work(engine) as connection:
        work = await PracticeImport.begin(connection, actor, clock.now())
        for line in read_practices(path):
            if isinstance(line, RefusedLine):
                refused: RefusedLine | None = line
            else:
                reason = await work.take(line.practice)
                refused = None if reason is None else RefusedLine(line.line, "trading_partner_code", reason)
                on_progress(line.position)
            if refused is not None:
                work.report.refused += 1
                on_refused(refused)
        await work.end()
    return work.report


async def add_practices(
    connection: AsyncConnection, practices: Iterable[Practice], *, actor: Actor, at: datetime
) -> PracticeReport:
    """Take practices that do not come from a file. One whose partner code is another's counts as refused."""
    work = await PracticeImport.begin(connection, actor, at)
    for practice in practices:
        if await work.take(practice) is not None:
            work.report.refused += 1
    await work.end()
    return work.report


@dataclass(slots=True)
class PracticeImport:
    """One import in hand, within a unit of work. Practices are written some hundred at a time."""

    connection: AsyncConnection
    actor: Actor
    at: datetime
    held: HeldPractices
    report: PracticeReport = field(default_factory=PracticeReport)
    _writes: Writes = field(default_factory=Writes)
    _new: list[UUID] = field(default_factory=list[UUID])
    _waiting: int = 0

    @classmethod
    async def begin(cls, connection: AsyncConnection, actor: Actor, at: datetime) -> "PracticeImport":
        """Wait for other imports to end, and look at what is held."""
        return cls(connection, actor, at, await held_practices(connection))

    async def take(self, practice: Practice) -> str | None:
        """Take one practice. Returns why not, where its partner code is another practice's."""
        holder = self.held.by_partner_code.get(practice.trading_partner_code)
        if holder is not None and holder != practice.ods_code:
            return f"is that of the practice {holder}"
        held = self.held.by_ods_code.get(practice.ods_code)
        if held is None:
            self._add(practice)
        elif held.practice.trading_partner_code != practice.trading_partner_code:
            # The code given up may be taken by another practice: statements of their own, in order.
            await self.end()
            self._compare(held, practice)
            await self.end()
        else:
            self._compare(held, practice)
        self._waiting += 1
        if self._waiting >= _PRACTICES_AT_ONCE:
            await self.end()
        return None

    async def end(self) -> None:
        """Write what has been taken."""
        self._waiting = 0
        await self._writes.flush(self.connection)
        await complete_practices(self.connection, self._new)
        self._new.clear()

    def _add(self, practice: Practice) -> None:
        practice_id = insert_practice(self._writes, practice, self.at)
        self._new.append(practice_id)
        held = HeldPractice(practice_id, replace(practice, doctors=()))
        self._take_doctors(held, practice.doctors)
        self.held.add(held)
        self._record("practice.added", practice)
        self.report.added += 1

    def _compare(self, held: HeldPractice, practice: Practice) -> None:
        described = replace(practice, doctors=())
        other_doctors = self._take_doctors(held, practice.doctors)
        if described == held.practice and not other_doctors:
            self.report.unchanged += 1
            return
        if described != held.practice:
            update_practice(self._writes, held.id, practice, self.at)
            self.held.add(HeldPractice(held.id, described, held.doctors))
        self._record("practice.changed", practice)
        self.report.changed += 1

    def _take_doctors(self, held: HeldPractice, doctors: Iterable[Doctor]) -> bool:
        """Doctors are only added: one whom a file no longer names may still have patients.

        An entry may come to begin earlier, never later: somebody was registered under it.
        """
        changed = False
        for doctor in doctors:
            entry = held.doctors.get(doctor.code)
            if entry is None or entry.until is not None:
                after = entry.until if entry else None
                since = _later(doctor.since, after)
                entry_id = insert_doctor(self._writes, held.id, doctor.code, since)
            else:
                after, entry_id = entry.after, entry.id
                since = _later(doctor.since, after)
                if not _is_earlier(since, entry.since):
                    continue
                begin_doctor(self._writes, entry_id, since)
            held.doctors[doctor.code] = DoctorEntry(entry_id, since, None, after)
            changed = True
        return changed

    def _record(self, action: str, practice: Practice) -> None:
        record(self._writes, self.actor, action, self.at, subject={"ods_code": practice.ods_code})


def _is_earlier(day: date | None, other: date | None) -> bool:
    return other is not None and (day is None or day < other)


def _later(day: date | None, other: date | None) -> date | None:
    return max(filter(None, (day, other)), default=None)
