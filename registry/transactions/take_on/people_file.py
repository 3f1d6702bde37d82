"""The file of people: FHIR Patients, one a line, in blocks of whole lines."""

import codecs
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import orjson

from registry.patients.read_fhir import Read, read_patient
from registry.patients.record import Unreadable

LONGEST_LINE = 1_000_000
"""Bytes. A Patient with a long history has some ten thousand."""


class UnusableFile(Exception):
    """The file as a whole cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole lines. `first_line` is the number of the first, `offset` where it begins in the file."""

    first_line: int
    offset: int
    content: bytes

    @property
    def end(self) -> int:
        """The offset behind the last line."""
        return self.offset + len(self.content)


def blocks(path: Path, size: int) -> Iterator[Block]:
    """The file in blocks of about `size` bytes. Raises UnusableFile."""
    try:
        with path.open("rb") as file:
            yield from _blocks(file, size)
    except OSError as error:
        raise UnusableFile(f"{path.name} cannot be read: {error.strerror}") from None


def _blocks(file: IO[bytes], size: int) -> Iterator[Block]:
    line, offset = 1, 0
    while content := file.read(size):
        if not content.endswith(b"\n"):
            content += file.readline(LONGEST_LINE)
        if not content.endswith(b"\n") and file.read(1):
            too_long = line + content.count(b"\n")
            raise UnusableFile(f"line {too_long} is longer than {LONGEST_LINE:,} bytes")
        yield Block(line, offset, content)
        line += content.count(b"\n")
        offset += len(content)


def read_lines(block: Block, today: date) -> Iterator[tuple[int, Read]]:
    """Each line of a block that is not blank, with its number, as what it says."""
    for number, line in numbered(block):
        yield number, read_line(line, today)


def numbered(block: Block) -> Iterator[tuple[int, bytes]]:
    """Each line of a block that is not blank, with its number.

    One by one: all lines at once would drive everything else out of the processor's caches.
    """
    for number, line in enumerate(BytesIO(block.content), start=block.first_line):
        if not line.isspace():
            yield number, line


def offsets(block: Block, wanted: Collection[int]) -> Iterator[tuple[int, int]]:
    """The numbers of the wanted lines of a block, each with the offset at which it begins in the file."""
    offset = block.offset
    for number, line in enumerate(block.content.split(b"\n"), start=block.first_line):
        if number in wanted:
            yield number, offset
        offset += len(line) + 1


def lines_at(path: Path, places: Iterable[tuple[int, int]], today: date) -> Iterator[tuple[int, Read]]:
    """Lines of the file by number and offset, as what they say."""
    with path.open("rb") as file:
        for number, offset in places:
            file.seek(offset)
            yield number, read_line(file.readline(), today)


def read_line(line: bytes, today: date) -> Read:
    """What one line says."""
    return read_parsed(parse(line), today)


def parse(line: bytes) -> Any:
    """The JSON of a line, or NOT_JSON."""
    try:
        return orjson.loads(line.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError:
        return NOT_JSON


def read_parsed(resource: Any, today: date) -> Read:
    """What the JSON of a line says."""
    return NOT_JSON if resource is NOT_JSON else read_patient(resource, today)


NOT_JSON = Unreadable("line", "is not a line of JSON in UTF-8")
"""What every line of a file of another kind says."""
