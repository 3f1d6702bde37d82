"""The loading of people from a file, with its report and progress in print."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from registry.console import REFUSED, UNUSABLE, Stop, operator, progress
from registry.import_report import ImportReport
from registry.transactions.take_on.circumstances import TakeOnReport
from registry.transactions.take_on.import_people import Listener, import_people
from registry.transactions.take_on.people_file import UnusableFile
from registry.values.clock import SystemClock


async def import_file(engine: AsyncEngine, file: Path, *, bulk: bool, as_json: bool) -> int:
    """Load a file into the register, print the report, and return the exit code."""
    report = ImportReport(as_json)
    with listening(file, report) as listener:
        if bulk:
            from registry.transactions.take_on.bulk import bulk_import as load
        else:
            load = import_people
        counts = await load(engine, file, actor=operator(), clock=SystemClock(), listener=listener)
    return ended(report, counts)


@contextmanager
def listening(file: Path, report: ImportReport) -> Iterator[Listener]:
    """Print what happens while a file is loaded. A file that cannot be used stops the command."""
    size = file.stat().st_size if file.is_file() else 0
    try:
        with progress("people", size) as on_progress:
            yield Listener(
                lambda refused: report.refused(refused.line, refused.field, refused.reason),
                lambda differing: report.differs(differing.line, differing.fields),
                on_progress,
            )
    except UnusableFile as error:
        report.end()
        raise Stop(UNUSABLE, str(error)) from None


def ended(report: ImportReport, counts: TakeOnReport) -> int:
    """Print the counts, and return the exit code."""
    report.end(**asdict(counts))
    return REFUSED if counts.refused else 0
