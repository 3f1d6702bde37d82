"""Rows as the text that PostgreSQL's COPY reads, and COPY itself."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

Row = tuple[str, ...]
"""A row: its values as text, in the order of the columns."""

NULL = "\x01"
"""Stands for no value. No text of the register is a control character."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def encode(rows: Sequence[Row]) -> bytes:
    """Rows of one table in PostgreSQL's text format."""
    if not rows:
        return b""
    text = "\n".join(["\t".join(row) for row in rows]) + "\n"
    # Nearly always nothing needs an escape, and looking at all rows at once is quick.
    is_plain = text.count("\t") == len(rows) * (len(rows[0]) - 1) and text.count("\n") == len(rows)
    if not is_plain or "\\" in text or "\r" in text:
        text = "".join(["\t".join([value.translate(_ESCAPES) for value in row]) + "\n" for row in rows])
    return text.encode()


async def copy(connection: "AsyncConnection", table: str, columns: tuple[str, ...], content: bytes) -> None:
    """Add encoded rows to a table, within the connection's unit of work."""
    if content:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.copy_to_table(table, source=BytesIO(content), columns=columns, format="text", null=NULL)
