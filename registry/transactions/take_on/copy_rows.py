"""Rows as the text that PostgreSQL's COPY reads, and COPY itself."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

Row = tuple[str, ...]
"""A row: its values as text, in the order of the columns."""


class Content(NamedTuple):
    """Rows of one table: some in PostgreSQL's text format, some in its binary one."""

    text: bytes = b""
    binary: bytes = b""

    def and_more(self, more: "Content") -> "Content":
        """These rows and others; not both with binary ones."""
        return Content(self.text + more.text, self.binary or more.binary)


NULL = "\x01"
"""Stands for no value. No text of the register is a control character."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def encode(rows: Sequence[Row]) -> Content:
    """Rows of one table in PostgreSQL's text format."""
    if not rows:
        return Content()
    text = "\n".join(["\t".join(row) for row in rows]) + "\n"
    # Nearly always nothing needs an escape, and looking at all rows at once is quick.
    is_plain = text.count("\t") == len(rows) * (len(rows[0]) - 1) and text.count("\n") == len(rows)
    if not is_plain or "\\" in text or "\r" in text:
        text = "".join(["\t".join([value.translate(_ESCAPES) for value in row]) + "\n" for row in rows])
    return Content(text.encode())


async def copy(connection: "AsyncConnection", table: str, columns: tuple[str, ...], content: Content) -> None:
    """Add encoded rows to a table, within the connection's unit of work."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if content.binary:
        await driver.copy_to_table(table, source=BytesIO(content.binary), columns=columns, format="binary")
    if content.text:
        await driver.copy_to_table(table, source=BytesIO(content.text), columns=columns, format="text", null=NULL)
