"""Issuing tokens, and finding who a token belongs to."""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.security.callers import Caller, Role
from registry.security.models import access_tokens
from registry.values.actor import Actor, ActorKind

_FIND = text(
    "select t.actor_name, t.role, t.practice_id, p.ods_code"
    " from access_tokens t left join practices p on p.id = t.practice_id"
    " where t.token_hash = :token_hash and t.revoked_at is null and (t.expires_at is null or t.expires_at > :now)"
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
) -> str:
    """Make a token and return it: it cannot be told again. `practice_id` None is the office's."""
    token = "nr_" + secrets.token_urlsafe(32)
    row = {
        "id": uuid7(),
        "token_hash": hash_of(token),
        "actor_name": actor_name,
        "role": role.value,
        "practice_id": practice_id,
        "issued_at": now,
        "expires_at": expires_at,
    }
    await connection.execute(insert(access_tokens).values(row))
    return token


async def revoke(connection: AsyncConnection, token: str, now: datetime) -> bool:
    """Let a token open nothing any more, within half a minute. Returns whether it was in force."""
    return (await connection.execute(_REVOKE, {"token_hash": hash_of(token), "now": now})).rowcount == 1


async def caller_of(connection: AsyncConnection, token_hash: bytes, now: datetime) -> Caller | None:
    """Whose token it is, or None where it is unknown, expired or revoked."""
    row = (await connection.execute(_FIND, {"token_hash": token_hash, "now": now})).one_or_none()
    if row is None:
        return None
    role = Role(row.role)
    return Caller(Actor(_kind(role, row.practice_id), row.actor_name, row.ods_code), row.practice_id, role)


def _kind(role: Role, practice_id: UUID | None) -> ActorKind:
    if practice_id is not None:
        return ActorKind.PRACTICE
    return ActorKind.STAFF if role is Role.STAFF else ActorKind.SYSTEM
