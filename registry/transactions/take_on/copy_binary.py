"""Fields and rows as the binary form of PostgreSQL's COPY: for rows of fixed shape, half the work on either side.

Source: the chapters on COPY and on the binary send functions in PostgreSQL's documentation and code.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from struct import Struct
from uuid import UUID

_SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END = b"\xff\xff"
_LENGTH = Struct(">i").pack
_COUNT = Struct(">h").pack
_DAY = Struct(">ii").pack
_INSTANT = Struct(">iq").pack
_OPEN_PERIOD = Struct(">iBii").pack
_FROM_AND_OPEN = 0x02 | 0x10
"""Flags of a range: the lower bound belongs to it, and there is no upper bound."""

_FIRST_DAY = date(2000, 1, 1)
_FIRST_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)

NO_VALUE = _LENGTH(-1)
"""A field without a value."""
BEFORE_UUID = _LENGTH(16)
"""What stands before the sixteen bytes of a UUID."""


def uuid_field(value: UUID) -> bytes:
    return BEFORE_UUID + value.bytes


def text_field(value: str) -> bytes:
    encoded = value.encode()
    return _LENGTH(len(encoded)) + encoded


def day_field(value: date) -> bytes:
    return _DAY(4, (value - _FIRST_DAY).days)


def instant_field(value: datetime) -> bytes:
    return _INSTANT(8, (value - _FIRST_INSTANT) // timedelta(microseconds=1))


def open_period_field(since: date) -> bytes:
    """The days from one on, as a `daterange`."""
    return _OPEN_PERIOD(9, _FROM_AND_OPEN, 4, (since - _FIRST_DAY).days)


def row_start(columns: Sequence[str]) -> bytes:
    """What stands before the fields of a row."""
    return _COUNT(len(columns))


def whole(rows: Sequence[bytes]) -> bytes:
    """Rows as a whole that COPY reads; nothing for no rows."""
    return b"".join((_SIGNATURE, *rows, _END)) if rows else b""
