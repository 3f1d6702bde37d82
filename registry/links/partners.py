"""Who a trading partner code is: the practices that send, remembered for a few seconds.

Every request and every interchange names its practice by this code; asking the database each
time would cost a round trip of its own.
"""

import time
from dataclasses import dataclass, field
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import Text

REMEMBERED_SECONDS = 5.0
"""How long a practice is remembered, and so how long a changed code or authority may go unnoticed."""
_MOST_REMEMBERED = 20_000

_FIND = text(
    "select id, ods_code, trading_partner_code as code, authority_cipher from practices"
    " where trading_partner_code = :code"
).bindparams(bindparam("code", type_=Text))


@dataclass(frozen=True, slots=True)
class Partner:
    """A practice as its messages name it: partner code, ODS code, and its authority's cipher."""

    id: UUID
    ods_code: str
    code: str
    authority_cipher: str


@dataclass(slots=True)
class Directory:
    """The partners of one database by code. A code that is not known is asked for every time."""

    _partners: dict[str, tuple[float, Partner]] = field(default_factory=dict[str, tuple[float, Partner]])

    def get(self, code: str) -> Partner | None:
        found = self._partners.get(code)
        return found[1] if found and found[0] > time.monotonic() else None

    def put(self, partner: Partner) -> None:
        if len(self._partners) >= _MOST_REMEMBERED:
            self._partners.clear()
        self._partners[partner.code] = (time.monotonic() + REMEMBERED_SECONDS, partner)

    def forget(self, code: str) -> None:
        self._partners.pop(code, None)


_DIRECTORIES: WeakKeyDictionary[Engine, Directory] = WeakKeyDictionary()
"""One for each engine: a process may talk to several databases."""


def directory_of(source: AsyncEngine | AsyncConnection) -> Directory:
    """The directory of the database that an engine or a connection talks to."""
    engine = source.sync_engine if isinstance(source, AsyncEngine) else source.engine.sync_engine
    return _DIRECTORIES.setdefault(engine, Directory())


async def partner(source: AsyncEngine | AsyncConnection, code: str) -> Partner | None:
    """The practice of a trading partner code, or None where no practice has it.

    With an engine a connection is borrowed when the code is not remembered; with a connection
    the question is put on that.
    """
    directory = directory_of(source)
    known = directory.get(code)
    if known is not None:
        return known
    if isinstance(source, AsyncEngine):
        async with source.connect() as connection:
            found = await _find(connection, code)
    else:
        found = await _find(source, code)
    if found is not None:
        directory.put(found)
    return found


async def _find(connection: AsyncConnection, code: str) -> Partner | None:
    row = (await connection.execute(_FIND, {"code": code})).mappings().one_or_none()
    return Partner(**row) if row is not None else None
