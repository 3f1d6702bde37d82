"""Registering a client, giving it other keys, and revoking it: what the office does by hand, and is audited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.audit.record import record
from registry.database import Writes
from registry.security.callers import Role
from registry.security.clients.fetch_keys import is_address_of_keys
from registry.security.clients.keys import ALGORITHMS, UnusableKeys, set_to_keep
from registry.security.clients.scopes import rights_of
from registry.security.clients.store import Client, add_client, change_keys, find_client, revoke_client
from registry.values.actor import Actor

_PRACTICE = text("select id from practices where ods_code = :ods_code")
_LONGEST_NAME = 200


class CannotRegister(ValueError):
    """Why a client cannot be registered so; a sentence for whoever asks."""


class UnknownPractice(CannotRegister):
    """No practice has this ODS code."""


class UnknownClient(Exception):
    """No client has this id."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Where a client's keys are: at an address, or in a set that is kept here. Neither: it has none as yet."""

    url: str | None = None
    document: Any = None


@dataclass(frozen=True, slots=True)
class Registration:
    """What a client is to be. `ods_code` None: a system of the office. `scopes` None: whatever its role may."""

    name: str
    role: Role
    ods_code: str | None
    algorithms: tuple[str, ...]
    keys: Keys
    scopes: tuple[str, ...] | None = None


async def register(
    connection: AsyncConnection, actor: Actor, now: datetime, wanted: Registration, *, allow_http: bool
) -> Client:
    """Register a client, with a name of our making. Raises CannotRegister, and then nothing was kept."""
    _check(wanted)
    practice_id = None
    if wanted.ods_code is not None:
        practice_id = (await connection.execute(_PRACTICE, {"ods_code": wanted.ods_code})).scalar_one_or_none()
        if practice_id is None:
            raise UnknownPractice(f"no practice has the code {wanted.ods_code}")
    client = Client(
        id=uuid7(),
        client_id=str(uuid4()),
        name=wanted.name,
        role=wanted.role,
        practice_id=practice_id,
        ods_code=wanted.ods_code,
        algorithms=wanted.algorithms,
        jwks_url=wanted.keys.url,
        jwks=_set_of(wanted.keys, wanted.algorithms, allow_http=allow_http),
        scopes=wanted.scopes,
        registered_at=now,
        revoked_at=None,
    )
    await add_client(connection, client)
    told = {"role": client.role.value, "algorithms": client.algorithms, "scopes": client.scopes}
    await _note(connection, actor, "client.registered", now, client, told)
    return client


async def rotate_keys(
    connection: AsyncConnection, actor: Actor, now: datetime, client_id: str, keys: Keys, *, allow_http: bool
) -> Client:
    """Other keys in the place of a client's own. Raises CannotRegister, UnknownClient."""
    client = await _known(connection, client_id)
    kept = _set_of(keys, client.algorithms, allow_http=allow_http)
    await change_keys(connection, client, keys.url, kept)
    await _note(connection, actor, "client.keys-changed", now, client, {"published": keys.url is not None})
    return await _known(connection, client_id)


async def revoke(connection: AsyncConnection, actor: Actor, now: datetime, client_id: str) -> bool:
    """Revoke a client; its tokens open nothing within half a minute. Returns whether it was in force.

    Raises UnknownClient.
    """
    client = await _known(connection, client_id)
    if not await revoke_client(connection, client, now):
        return False
    await _note(connection, actor, "client.revoked", now, client, {})
    return True


async def _known(connection: AsyncConnection, client_id: str) -> Client:
    client = await find_client(connection, client_id)
    if client is None:
        raise UnknownClient(f"no client has the id {client_id}")
    return client


def _check(wanted: Registration) -> None:
    if not wanted.name.strip() or len(wanted.name) > _LONGEST_NAME or not wanted.name.isprintable():
        raise CannotRegister(f"a name has 1 to {_LONGEST_NAME} letters")
    if not wanted.algorithms or not set(wanted.algorithms) <= set(ALGORITHMS):
        raise CannotRegister(f"algorithms are {', '.join(ALGORITHMS)}")
    unknown = [scope for scope in wanted.scopes or () if not rights_of((scope,))]
    if unknown or wanted.scopes == ():
        raise CannotRegister(f"no scopes of this register: {' '.join(unknown) or '(none were given)'}")


def _set_of(keys: Keys, algorithms: tuple[str, ...], *, allow_http: bool) -> dict[str, Any] | None:
    """The set that is kept here. Raises CannotRegister."""
    if keys.url is not None and not is_address_of_keys(keys.url, allow_http=allow_http):
        raise CannotRegister("keys are published at an https address without a password and without a fragment")
    if keys.document is None:
        return None
    try:
        return set_to_keep(keys.document, algorithms)
    except UnusableKeys as error:
        raise CannotRegister(str(error)) from None


async def _note(
    connection: AsyncConnection, actor: Actor, action: str, at: datetime, client: Client, told: Mapping[str, Any]
) -> None:
    writes = Writes()
    subject = {"client": str(client.id), "practice": client.ods_code, **told}
    record(writes, actor, action, at, subject=subject)
    await writes.flush(connection)
