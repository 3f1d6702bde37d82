"""Rows as the text that PostgreSQL's COPY reads, and COPY itself."""

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

Row = tuple[str, ...]
"""A row: its values as text, in the order of the columns."""

NULL = "\x01"
"""Stands for no value. No text of the register is a control character."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def encode(rows: Iterable[Row]) -> bytes:
    """Rows in PostgreSQL's text format."""
    return "".join(map(_line, rows)).encode()


def _line(row: Row) -> str:
    line = "\t".join(row)
    if "\\" in line or "\n" in line or "\r" in line or line.count("\t") != len(row) - 1:
        line = "\t".join([value.translate(_ESCAPES) for value in row])
    return line + "\n"


async def copy(connection: "AsyncConnection", table: str, columns: tuple[str, ...], content: bytes) -> None:
    """Add encoded rows to a table, within the connection's unit of work."""
    if content:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.copy_to_table(table, source=BytesIO(content), columns=columns, format="text", null=NULL)
