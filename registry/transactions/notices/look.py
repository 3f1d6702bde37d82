"""Files of notices: what came, and what became of each line."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Integer, Text, Uuid

MOST_AT_ONCE = 500

_COLUMNS = (
    "select id, kind, name, received_at, completed_at, notices, done, repeated, referred, refused,"
    " notices - done - repeated - referred - refused as left_over, last_line from notice_files"
)
_FILES = text(f"{_COLUMNS} order by received_at desc, id desc limit {MOST_AT_ONCE}")
_FILE = text(f"{_COLUMNS} where id = :id").bindparams(bindparam("id", type_=Uuid))
_LINES = text(
    "select line, reference, result, outcome, sentence, field, transaction_id, matter_id, at from notice_lines"
    " where file_id = :id and line > :after and (cast(:result as text) is null or result = :result)"
    " order by line limit :limit"
).bindparams(
    bindparam("id", type_=Uuid),
    bindparam("after", type_=Integer),
    bindparam("result", type_=Text),
    bindparam("limit", type_=Integer),
)


async def list_files(connection: AsyncConnection) -> Sequence[dict[str, Any]]:
    """The last files, the newest first; at most 500."""
    return [dict(row) for row in (await connection.execute(_FILES)).mappings()]


async def read_file(
    connection: AsyncConnection,
    file_id: UUID,
    *,
    result: str | None = None,
    after: int = 0,
    limit: int = MOST_AT_ONCE,
) -> dict[str, Any] | None:
    """A file with its lines after a given one, at most 500; None where there is no such file.

    `left_over` is how many notices have not been dealt with yet: 0 for a file that is complete.
    """
    row = (await connection.execute(_FILE, {"id": file_id})).mappings().one_or_none()
    if row is None:
        return None
    values = {"id": file_id, "after": after, "result": result, "limit": min(limit, MOST_AT_ONCE)}
    lines = [dict(line) for line in (await connection.execute(_LINES, values)).mappings()]
    return {**row, "lines": lines, "next": lines[-1]["line"] if len(lines) == values["limit"] else None}
