"""Clients as they are kept, and the assertions that they have used."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, LargeBinary, Text, Uuid

from registry.security.callers import Role
from registry.security.models import oauth_clients
from registry.security.tokens import actor_for
from registry.values.actor import Actor

_COLUMNS = (
    "select c.id, c.client_id, c.name, c.role, c.practice_id, p.ods_code, c.algorithms, c.jwks_url, c.jwks, c.scopes,"
    " c.registered_at, c.revoked_at from oauth_clients c left join practices p on p.id = c.practice_id"
)
_FIND = text(f"{_COLUMNS} where c.client_id = :client_id").bindparams(bindparam("client_id", type_=Text))
_ALL = text(f"{_COLUMNS} where c.revoked_at is null or :revoked order by c.registered_at, c.id limit :limit")
_IN_FORCE = text("select true from oauth_clients where id = :id and revoked_at is null for share").bindparams(
    bindparam("id", type_=Uuid)
)
_USE = text(
    "insert into oauth_assertions (client, jti_hash, used_at) values (:client, :jti_hash, :now)"
    " on conflict do nothing returning true"
).bindparams(
    bindparam("client", type_=Uuid),
    bindparam("jti_hash", type_=LargeBinary),
    bindparam("now", type_=DateTime(timezone=True)),
)
_REVOKE = text("update oauth_clients set revoked_at = :now where id = :id and revoked_at is null").bindparams(
    bindparam("id", type_=Uuid), bindparam("now", type_=DateTime(timezone=True))
)
_KEYS = text("update oauth_clients set jwks_url = :url, jwks = :jwks where id = :id").bindparams(
    bindparam("id", type_=Uuid), bindparam("url", type_=Text), bindparam("jwks", type_=JSONB(none_as_null=True))
)
MOST_AT_ONCE = 1_000
_LONGEST_ID = 100


@dataclass(frozen=True, slots=True)
class Client:
    """A system that may ask for tokens. `practice_id` None is the office's; `scopes` None sets no bounds."""

    id: UUID
    client_id: str
    name: str
    role: Role
    practice_id: UUID | None
    ods_code: str | None
    algorithms: tuple[str, ...]
    jwks_url: str | None
    jwks: Any
    scopes: tuple[str, ...] | None
    registered_at: datetime
    revoked_at: datetime | None

    @property
    def actor(self) -> Actor:
        return actor_for(self.role, self.practice_id, f"client:{self.client_id}", self.ods_code)


def _client(row: Row[Any]) -> Client:
    values: dict[str, Any] = dict(row._mapping)
    values["role"] = Role(row.role)
    values["algorithms"] = tuple(row.algorithms)
    values["scopes"] = None if row.scopes is None else tuple(row.scopes)
    return Client(**values)


async def find_client(connection: AsyncConnection, client_id: str) -> Client | None:
    """The client of a name, revoked ones included. What is too long or not printable is nobody's name."""
    if len(client_id) > _LONGEST_ID or not (client_id.isascii() and client_id.isprintable()):
        return None
    row = (await connection.execute(_FIND, {"client_id": client_id})).one_or_none()
    return None if row is None else _client(row)


async def list_clients(connection: AsyncConnection, *, revoked: bool) -> list[Client]:
    """Clients in the order of their registration, at most a thousand; `revoked`: those too."""
    rows = await connection.execute(_ALL, {"revoked": revoked, "limit": MOST_AT_ONCE})
    return [_client(row) for row in rows]


async def add_client(connection: AsyncConnection, client: Client) -> None:
    """Keep a new client."""
    row = {
        "id": client.id,
        "client_id": client.client_id,
        "name": client.name,
        "role": client.role.value,
        "practice_id": client.practice_id,
        "algorithms": list(client.algorithms),
        "jwks_url": client.jwks_url,
        "scopes": _listed(client.scopes),
        "registered_at": client.registered_at,
    }
    # JSON's null would be a set of keys too.
    await connection.execute(insert(oauth_clients).values(row | ({"jwks": client.jwks} if client.jwks else {})))


def _listed(scopes: Sequence[str] | None) -> list[str] | None:
    return None if scopes is None else list(scopes)


async def revoke_client(connection: AsyncConnection, client: Client, now: datetime) -> bool:
    """Give it no more tokens, and let those that it has open nothing. Returns whether it was in force."""
    return (await connection.execute(_REVOKE, {"id": client.id, "now": now})).rowcount == 1


async def change_keys(connection: AsyncConnection, client: Client, url: str | None, jwks: Any) -> None:
    """Other keys in the place of those that a client has."""
    await connection.execute(_KEYS, {"id": client.id, "url": url, "jwks": jwks})


async def is_in_force(connection: AsyncConnection, client: Client) -> bool:
    """Whether the client may still have tokens; nobody revokes it before this unit of work ends."""
    return (await connection.execute(_IN_FORCE, {"id": client.id})).scalar_one_or_none() is not None


async def use_assertion(connection: AsyncConnection, client: Client, jti: str, now: datetime) -> bool:
    """Note that an assertion was used. Returns False where it was before; waits for whoever uses it at the moment."""
    jti_hash = hashlib.sha256(jti.encode(errors="surrogatepass")).digest()
    values = {"client": client.id, "jti_hash": jti_hash, "now": now}
    return (await connection.execute(_USE, values)).scalar_one_or_none() is not None
