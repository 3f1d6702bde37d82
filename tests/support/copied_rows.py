"""Encoded rows read back, so that a test can say what they hold."""

from datetime import UTC, date, datetime, timedelta
from struct import unpack_from
from uuid import UUID

from registry.transactions.take_on.copy_rows import NULL, Content

_HEADER = 19
_LENGTH = 4
_KINDS = {
    "list_movements": ("uuid", "uuid", "uuid", "date", "timestamptz", "timestamptz", "text", "text"),
    "list_memberships": ("uuid", "uuid", "uuid", "daterange", "date", "timestamptz", "text"),
}


def rows_of(table: str, content: Content) -> list[tuple[str, ...]]:
    """The rows of a table, those in binary form first."""
    lines = content.text.decode().splitlines()
    return _binary_rows(content.binary, _KINDS.get(table, ())) + [tuple(line.split("\t")) for line in lines]


def _binary_rows(content: bytes, kinds: tuple[str, ...]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    at = _HEADER
    while content and (count := unpack_from(">h", content, at)[0]) != -1:
        at += 2
        assert count == len(kinds)
        values: list[str] = []
        for kind in kinds:
            (length,) = unpack_from(">i", content, at)
            at += _LENGTH
            if length == -1:
                values.append(NULL)
                continue
            values.append(_text(kind, content[at : at + length]))
            at += length
        rows.append(tuple(values))
    assert not content or at == len(content) - 2
    return rows


def _text(kind: str, value: bytes) -> str:
    """A value as the text form has it."""
    if kind == "uuid":
        return str(UUID(bytes=value))
    if kind == "date":
        return str(date(2000, 1, 1) + timedelta(days=unpack_from(">i", value)[0]))
    if kind == "timestamptz":
        return (datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=unpack_from(">q", value)[0])).isoformat()
    if kind == "daterange":
        flags, length = unpack_from(">Bi", value)
        assert (flags, length, len(value)) == (0x12, 4, 9)
        return f"[{_text('date', value[5:])},)"
    return value.decode()
