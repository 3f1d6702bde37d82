"""Load a file of notices: checked as a whole, then line by line, each line a unit of work.

A load that was broken off is begun again with the same command and takes up where it ended. The
same file once more has no second effect. A file that comes under the name of another is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import DateTime, Integer, Text, Uuid
from uuid_utils.compat import uuid7

from registry.audit.record import record
from registry.database import Writes, unit_of_work
from registry.retry import retrying
from registry.transactions.context import Context
from registry.transactions.notices.form import FORMS, Form
from registry.transactions.notices.read_file import Checked, Fault, Opener, UnusableFile, check_file, read_rows
from registry.transactions.notices.read_line import read_line
from registry.transactions.notices.take_line import LineResult, take_line
from registry.values.period import london_date

_BEGIN = text(
    "insert into notice_files (id, kind, name, content_hash, notices, received_at)"
    " values (:id, :kind, :name, :hash, :notices, :now) on conflict on constraint one_file_of_a_name do nothing"
).bindparams(
    bindparam("id", type_=Uuid),
    bindparam("kind", type_=Text),
    bindparam("name", type_=Text),
    bindparam("notices", type_=Integer),
    bindparam("now", type_=DateTime(timezone=True)),
)

_FILE = text(
    "select id, content_hash, received_at, last_line, completed_at from notice_files"
    " where kind = :kind and name = :name"
).bindparams(bindparam("kind", type_=Text), bindparam("name", type_=Text))

_COMPLETE = text(
    "update notice_files set completed_at = :now where id = :id and completed_at is null"
    " and done + repeated + referred + refused = notices"
).bindparams(bindparam("now", type_=DateTime(timezone=True)), bindparam("id", type_=Uuid))

_TOTALS = text(
    "select notices, done, repeated, referred, refused, completed_at from notice_files where id = :id"
).bindparams(bindparam("id", type_=Uuid))


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file: its notices are done, repeated, referred or refused, and the four add up.

    `taken_up_after` is the line after which this load went on, where an earlier one was broken
    off; `was_complete` says that it had been loaded to its end before, and nothing was done now.
    """

    file_id: UUID
    notices: int
    done: int
    repeated: int
    referred: int
    refused: int
    taken_up_after: int | None = None
    was_complete: bool = False


async def load_notices(
    engine: AsyncEngine,
    context: Context,
    kind: str,
    name: str,
    opened: Opener,
    on_line: Callable[[LineResult], None] = lambda _: None,
) -> Loaded:
    """Load a file. `on_line` hears of each line as it is dealt with.

    Raises UnusableFile where the file as a whole cannot be taken; then nothing of it was.
    """
    if kind not in FORMS:
        raise UnusableFile(f"kind: must be one of {', '.join(FORMS)}")
    form, checked = FORMS[kind], _checked(opened, FORMS[kind])
    async with unit_of_work(engine) as connection:
        file = await _begin(connection, context, form, name, checked)
    if file.completed_at is None:
        await _lines(engine, context, form, file, opened, checked, on_line)
    async with unit_of_work(engine) as connection:
        await connection.execute(_COMPLETE, {"now": context.now, "id": file.id})
        loaded = await _totals(connection, file.id)
    broken_off = file.last_line > 1 and file.completed_at is None
    return replace(
        loaded,
        taken_up_after=file.last_line if broken_off else None,
        was_complete=file.completed_at is not None,
    )


@dataclass(frozen=True, slots=True)
class _File:
    id: UUID
    received_at: datetime
    last_line: int
    completed_at: datetime | None


def _checked(opened: Opener, form: Form) -> Checked:
    try:
        return check_file(opened, form)
    except OSError as error:
        raise UnusableFile(f"the file cannot be read: {error.strerror}") from None


async def _begin(connection: AsyncConnection, context: Context, form: Form, name: str, checked: Checked) -> _File:
    """The row of the file: a new one, or that of the earlier load."""
    values: dict[str, Any] = {"kind": form.kind, "name": name}
    new = {"id": uuid7(), "hash": checked.content_hash, "notices": checked.notices, "now": context.now}
    is_new = (await connection.execute(_BEGIN, {**values, **new})).rowcount == 1
    row = (await connection.execute(_FILE, values)).one()
    if row.content_hash != checked.content_hash:
        raise UnusableFile(f"another file of the name {name} was loaded before: ask the sender which one holds")
    if is_new:
        writes = Writes()
        subject = {"file": row.id, "kind": form.kind, "notices": checked.notices}
        record(writes, context.actor, "notices.received", context.now, subject=subject, request_id=context.request_id)
        await writes.flush(connection)
    return _File(row.id, row.received_at, row.last_line, row.completed_at)


async def _lines(
    engine: AsyncEngine,
    context: Context,
    form: Form,
    file: _File,
    opened: Opener,
    checked: Checked,
    on_line: Callable[[LineResult], None],
) -> None:
    received_on = london_date(file.received_at)
    for number, row in read_rows(opened, checked.columns, file.last_line):
        line = row if isinstance(row, Fault) else read_line(row, form, received_on)

        async def work(connection: AsyncConnection, number: int = number, line: Any = line) -> LineResult | None:
            return await take_line(connection, context, file.id, number, line)

        result = await retrying(engine, work)
        if result is not None:
            on_line(result)


async def _totals(connection: AsyncConnection, file_id: UUID) -> Loaded:
    row = (await connection.execute(_TOTALS, {"id": file_id})).one()
    return Loaded(file_id, row.notices, row.done, row.repeated, row.referred, row.refused)
