"""Writing the files of an export: lines gathered into pieces of a bounded size, deflated, each stored as it is full."""

import zlib
from dataclasses import dataclass, field
from uuid import UUID

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import LargeBinary, Uuid

from registry.fhir.outcomes import Json

PIECE = 256 * 1024
"""Bytes of lines in one piece, before they are deflated."""
LINES = 50_000
"""Lines in one file; what is more goes into another."""

_PUT = text(
    "insert into list_export_chunks (export_id, number, place, content) values (:export_id, :number, :place, :content)"
).bindparams(bindparam("export_id", type_=Uuid), bindparam("content", type_=LargeBinary))
_FILE = text(
    "insert into list_export_files (export_id, number, part, type, lines)"
    " values (:export_id, :number, :part, :type, :lines)"
).bindparams(bindparam("export_id", type_=Uuid))


@dataclass(slots=True)
class Numbers:
    """The numbers of the files of one export, in the order in which they were begun."""

    last: int = 0

    def another(self) -> int:
        self.last += 1
        return self.last


@dataclass(slots=True)
class Lines:
    """The resources of one type and part, on their way into files of `export_id`."""

    connection: AsyncConnection
    export_id: UUID
    numbers: Numbers
    part: str
    type: str
    _gathered: bytearray = field(default_factory=bytearray)
    _number: int = 0
    _place: int = 0
    _lines: int = 0

    async def add(self, resource: Json) -> None:
        """Write a resource as a line."""
        if self._lines == 0:
            self._number, self._place = self.numbers.another(), 0
        self._gathered += orjson.dumps(resource, option=orjson.OPT_APPEND_NEWLINE)
        self._lines += 1
        if len(self._gathered) >= PIECE:
            await self._put()
        if self._lines == LINES:
            await self.close()

    async def close(self) -> None:
        """Store what is left, and the file itself. Nothing written: no file."""
        if self._lines == 0:
            return
        if self._gathered:
            await self._put()
        row = {"export_id": self.export_id, "number": self._number, "part": self.part, "type": self.type}
        await self.connection.execute(_FILE, {**row, "lines": self._lines})
        self._lines = 0

    async def _put(self) -> None:
        content = zlib.compress(self._gathered, 1)
        key = {"export_id": self.export_id, "number": self._number, "place": self._place}
        await self.connection.execute(_PUT, {**key, "content": content})
        self._gathered.clear()
        self._place += 1
