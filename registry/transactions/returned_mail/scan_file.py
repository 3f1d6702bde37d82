"""Scan the letters of a CSV file: `reference,cause`, a heading first or not, streamed and repeatable."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from registry.retry import retrying
from registry.transactions.context import Context
from registry.transactions.fp69.sent_letter import LARGEST_REFERENCE
from registry.transactions.returned_mail.scan import scan
from registry.transactions.returned_mail.scan_many import told

_HEADING = ("reference", "cause")


class UnusableFile(Exception):
    """The file cannot be read at all."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file: a reference and a cause, or why it is neither."""

    number: int
    reference: int = 0
    cause: str = ""
    fault: str | None = None


def read_lines(path: Path) -> Iterator[Line]:
    """The file's lines but the heading and blank ones. Raises UnusableFile."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            for cells in reader:
                filled = [cell.strip() for cell in cells]
                heading = tuple(cell.lower() for cell in filled) == _HEADING
                if any(filled) and not (heading and reader.line_num == 1):
                    yield _line(reader.line_num, filled)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnusableFile(f"{path.name} cannot be read as CSV: {type(error).__name__}") from None


async def scan_file(
    engine: AsyncEngine, path: Path, context: Context, on_refused: Callable[[int, str, str], None]
) -> Counter[str]:
    """Scan every line in a unit of work of its own; the same file again changes nothing.

    Returns how many were scanned, repeated and refused, which together are all lines, and
    `outcome NAME` for what the scans led to. `on_refused` is told the line, the field and why.
    """
    counts = Counter(scanned=0, repeated=0, refused=0)
    for line in read_lines(path):
        if line.fault is not None:
            counts["refused"] += 1
            on_refused(line.number, "line", line.fault)
            continue
        reference, cause = line.reference, line.cause
        answer = await retrying(engine, lambda connection, r=reference, c=cause: scan(connection, context, r, c))
        result = told(reference, answer)
        counts[result.result] += 1
        if result.result == "refused":
            on_refused(line.number, str(reference), result.sentence)
        elif result.result == "scanned":
            counts[f"outcome {result.outcome}"] += 1
    return counts


def _line(number: int, cells: list[str]) -> Line:
    if len(cells) != len(_HEADING):
        return Line(number, fault="is not two columns: reference,cause")
    reference, cause = cells
    if not (reference.isascii() and reference.isdigit() and 0 < int(reference[:20]) <= LARGEST_REFERENCE):
        return Line(number, fault="has no reference: a whole number is wanted")
    return Line(number, int(reference), cause.lower())
