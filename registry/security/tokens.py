"""Issuing tokens, and finding who a token belongs to."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.security.callers import Caller, Permission, Role
from registry.security.clients.activities import permissions_of_activities
from registry.security.clients.scopes import permissions_of, rights_of
from registry.security.models import access_tokens
from registry.values.actor import Actor, ActorKind

_FIND = text(
    "select t.actor_name, t.role, t.practice_id, p.ods_code, t.expires_at, t.scopes, t.activity_codes, t.role_ids"
    " from access_tokens t left join practices p on p.id = t.practice_id left join oauth_clients c on c.id = t.client"
    " where t.token_hash = :token_hash and t.revoked_at is null and c.revoked_at is null"
    " and (t.expires_at is null or t.expires_at > :now) and not (t.development and :production)"
)
_REVOKE = text("update access_tokens set revoked_at = :now where token_hash = :token_hash and revoked_at is null")


def hash_of(token: str) -> bytes:
    """What is kept of a token. Tokens are 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode(errors="surrogateescape")).digest()


async def issue(
    connection: AsyncConnection,
    actor_name: str,
    role: Role,
    now: datetime,
    *,
    practice_id: UUID | None,
    expires_at: datetime | None = None,
    client: UUID | None = None,
    scopes: Sequence[str] | None = None,
    activity_codes: Sequence[str] | None = None,
    role_ids: Sequence[str] = (),
    development: bool = False,
) -> str:
    """Make a token and return it: it cannot be told again. `practice_id` None is the office's.

    `client` asked for it by an assertion; `scopes` and the national `activity_codes` of a person narrow what the role
    may. `development`: a register of production refuses it.
    """
    token = "nr_" + secrets.token_urlsafe(32)
    row = {
        "id": uuid7(),
        "token_hash": hash_of(token),
        "actor_name": actor_name,
        "role": role.value,
        "practice_id": practice_id,
        "issued_at": now,
        "expires_at": expires_at,
        "client": client,
        "scopes": None if scopes is None else list(scopes),
        "activity_codes": None if activity_codes is None else list(activity_codes),
        "role_ids": list(role_ids),
        "development": development,
    }
    await connection.execute(insert(access_tokens).values(row))
    return token


async def revoke(connection: AsyncConnection, token: str, now: datetime) -> bool:
    """Let a token open nothing any more, within half a minute. Returns whether it was in force."""
    return (await connection.execute(_REVOKE, {"token_hash": hash_of(token), "now": now})).rowcount == 1


async def caller_of(
    connection: AsyncConnection, token_hash: bytes, now: datetime, *, production: bool = False
) -> Caller | None:
    """Whose token it is, or None where it is unknown, expired or revoked, or its client is.

    `production`: what was issued by a register of development is unknown there.
    """
    values = {"token_hash": token_hash, "now": now, "production": production}
    row = (await connection.execute(_FIND, values)).one_or_none()
    if row is None:
        return None
    role = Role(row.role)
    return Caller(
        actor_for(role, row.practice_id, row.actor_name, row.ods_code),
        row.practice_id,
        role,
        role_ids=tuple(row.role_ids),
        granted=_granted(row),
        rights=None if row.scopes is None else rights_of(row.scopes),
        expires_at=row.expires_at,
    )


def _granted(row: Row[tuple[object, ...]]) -> frozenset[Permission] | None:
    """What the token carries: what both its scopes and the person's activities allow, where it has such."""
    bounds: list[frozenset[Permission]] = []
    if row.scopes is not None:
        bounds.append(permissions_of(rights_of(row.scopes)))
    if row.activity_codes is not None:
        bounds.append(permissions_of_activities(row.activity_codes))
    return frozenset.intersection(*bounds) if bounds else None


def actor_for(role: Role, practice_id: UUID | None, name: str, ods_code: str | None) -> Actor:
    """The actor who is behind a token."""
    if practice_id is not None:
        return Actor(ActorKind.PRACTICE, name, ods_code)
    return Actor(ActorKind.STAFF if role is Role.STAFF else ActorKind.SYSTEM, name, ods_code)
