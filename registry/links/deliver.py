"""Interchanges as files: written whole or not at all, and marked only when they are there.

A process that ends between the two writes the same bytes under the same name at the next run.
"""

import os
from collections.abc import Collection
from pathlib import Path

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import DateTime, Text, Uuid

from registry.database import unit_of_work
from registry.values.clock import Clock
from registry.values.organisation import link_code

_AT_ONCE = 100

_UNDELIVERED = text(
    """
    select i.id, i.sender, i.recipient, i.sequence, i.content, p.authority_cipher
    from interchanges i left join practices p on p.trading_partner_code = i.recipient
    where i.direction = 'out' and i.delivered_at is null
      and (cast(:recipients as text[]) is null or i.recipient = any(:recipients))
    order by i.id limit :limit for update of i skip locked
    """
).bindparams(bindparam("recipients", type_=ARRAY(Text)))

_DELIVERED = text("update interchanges set delivered_at = :now where id = any(:ids)").bindparams(
    bindparam("now", type_=DateTime(timezone=True)), bindparam("ids", type_=ARRAY(Uuid))
)


async def deliver_files(
    engine: AsyncEngine, clock: Clock, folder: Path, recipients: Collection[str] | None = None
) -> list[Path]:
    """Write every interchange that is due to a folder, for the named partner codes or for all, in order.

    Names are `{recipient}-{number}.edifact.dat`; the sender's code is added where it is not the
    recipient's own authority, for each pair has numbers of its own. Raises OSError where the
    folder cannot be written to; what was not written stays due.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = None if recipients is None else sorted(recipients)
    written: list[Path] = []
    while True:
        async with unit_of_work(engine) as connection:
            some = await _write_some(connection, clock, folder, wanted)
        written += some
        if len(some) < _AT_ONCE:
            return written


async def _write_some(
    connection: AsyncConnection, clock: Clock, folder: Path, recipients: list[str] | None
) -> list[Path]:
    rows = (await connection.execute(_UNDELIVERED, {"recipients": recipients, "limit": _AT_ONCE})).all()
    paths: list[Path] = []
    for row in rows:
        usual = row.authority_cipher is None or row.sender == link_code(row.authority_cipher)
        path = folder / file_name(row.recipient, row.sequence, None if usual else row.sender)
        write_whole(path, bytes(row.content))
        paths.append(path)
    if rows:
        await connection.execute(_DELIVERED, {"ids": [row.id for row in rows], "now": clock.now()})
    return paths


def file_name(recipient: str, sequence: int, sender: str | None = None) -> str:
    """The name of an interchange's file. Raises ValueError for a code that could leave the folder."""
    parts = [recipient, f"{sequence:08d}", *([sender] if sender else [])]
    if not all(part.isascii() and part.isalnum() for part in parts):
        raise ValueError("a partner code is letters and digits")
    return "-".join(parts) + ".edifact.dat"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees a part of it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
