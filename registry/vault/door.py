"""The one way into the vault: within a unit of work, for a stated reason, as the role that owns it.

The register's own role may become the vault's and has none of its rights without doing so. So a
statement that does not go through this door is refused by PostgreSQL, whoever wrote it.
"""

import hashlib
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import CursorResult, Executable, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, LargeBinary

from registry.database import to_json
from registry.values.actor import Actor
from registry.vault.audit import note_opening
from registry.vault.closed import Altered, VaultClosed, WrongKey
from registry.vault.keys import Keyring, keyring
from registry.vault.schema import ROLE

NOT_SET_UP = (
    "The identity vault of this register is not set up: whoever runs it must do `registry vault setup`, or have an"
    " administrator of the database carry out what `registry vault setup --sql` prints."
)

_MAY = text(
    "select exists (select from pg_class where relname = 'audit' and relnamespace = to_regnamespace('vault'))"
    " and coalesce(pg_has_role(session_user, r.oid, 'SET'), false), current_setting('role')"
    " from (select 1) as one left join pg_roles r on r.rolname = :role"
)
_KEYS = text(
    "select exists (select from vault.keys where mark = :mark) as known,"
    " not exists (select from vault.keys) or exists (select from vault.keys where mark = any(:marks)) as trusted"
).bindparams(bindparam("mark", type_=LargeBinary), bindparam("marks", type_=ARRAY(LargeBinary)))
_ADD_KEY = text("insert into vault.keys (mark, since) values (:mark, :since) on conflict do nothing").bindparams(
    bindparam("mark", type_=LargeBinary), bindparam("since", type_=DateTime(timezone=True))
)
_BECOME = text("select set_config('role', :role, true)")


@dataclass(slots=True)
class Vault:
    """The open vault. Statements of it run as its role: those of the register's tables are refused meanwhile."""

    connection: AsyncConnection
    keys: Keyring
    actor: Actor
    at: datetime
    is_open: bool = True

    async def execute(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Send a statement about tables of the schema `vault`."""
        if not self.is_open:
            raise RuntimeError("the vault is closed again")
        return await self.connection.execute(statement, values)

    async def rows(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Sequence[Any]:
        """The rows of a query, each to be taken apart by place or by name."""
        return (await self.execute(statement, values)).all()

    def seal(self, table: str, row: UUID, content: Mapping[str, Any]) -> bytes:
        """JSON of a row, sealed so that it opens in this row of this table alone."""
        return self.keys.seal(to_json(content).encode(), _about(table, row))

    def open(self, table: str, row: UUID, sealed: bytes) -> dict[str, Any]:
        """What was sealed in a row. Raises WrongKey, Altered."""
        return orjson.loads(self.keys.open(sealed, _about(table, row)))

    def seal_for_good(self, table: str, row: UUID, content: Mapping[str, Any]) -> dict[str, bytes]:
        """The same for a row that never changes, with a digest that shows whether it has. Salted: nobody guesses it."""
        salted = {**content, "salt": secrets.token_hex(16)}
        return {"sealed": self.seal(table, row, salted), "digest": _digest(salted)}

    def open_for_good(self, table: str, row: UUID, sealed: bytes, digest: bytes) -> dict[str, Any]:
        """What was sealed for good. Raises WrongKey, Altered."""
        content = self.open(table, row, sealed)
        if _digest(content) != digest:
            raise Altered
        del content["salt"]
        return content

    def ref(self, person: UUID) -> bytes:
        """By what a person is found in here."""
        return self.keys.fingerprint("person", str(person))

    def refs(self, person: UUID) -> list[bytes]:
        """By what they may be found while keys are being changed."""
        return self.keys.fingerprints("person", str(person))


def _digest(content: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(orjson.dumps(orjson.loads(to_json(content)), option=orjson.OPT_SORT_KEYS)).digest()


def _about(table: str, row: UUID) -> bytes:
    return f"{table}/{row}".encode()


@asynccontextmanager
async def in_vault(
    connection: AsyncConnection,
    actor: Actor,
    at: datetime,
    action: str,
    *,
    reason: str = "",
    about: Iterable[UUID] = (),
) -> AsyncIterator[Vault]:
    """Open the vault for the length of a block, within the caller's unit of work.

    Writes one row of the vault's own audit: `action` is noun.verb (`case.read`, `link.seen`), and
    `reason` and `about` (people, cases) are sealed. Afterwards the connection has its former role
    again, also when the block raises. Register's tables cannot be read or written inside, nor is
    `Writes.flush` allowed there. Raises VaultClosed with a sentence for the asker, before the block.
    """
    keys = keyring()
    ready, before = (await connection.execute(_MAY, {"role": ROLE})).one()
    if not ready:
        raise VaultClosed(NOT_SET_UP)
    await connection.execute(_BECOME, {"role": ROLE})
    vault = Vault(connection, keys, actor, at)
    try:
        await _try_keys(vault)
        await note_opening(vault, action, reason, about)
        yield vault
    except BaseException:
        # What PostgreSQL refused ends the unit of work or its savepoint, and with it the role.
        with suppress(DBAPIError):
            await connection.execute(_BECOME, {"role": before})
        raise
    else:
        await connection.execute(_BECOME, {"role": before})
    finally:
        vault.is_open = False


async def _try_keys(vault: Vault) -> None:
    """A ring of which no key was ever used here is the wrong one: nothing may be sealed with it.

    A new key becomes known beside a known one, which is how keys are changed.
    """
    ((known, trusted),) = await vault.rows(_KEYS, {"mark": vault.keys.mark, "marks": vault.keys.marks})
    if not trusted:
        raise WrongKey
    if not known:
        await vault.execute(_ADD_KEY, {"mark": vault.keys.mark, "since": vault.at})
