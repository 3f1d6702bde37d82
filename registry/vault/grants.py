"""Breaking the glass: one person asks to see a link, another grants it, and it is open for some hours.

Who asks is told nothing before that: not even whether there is a link (domain rules 5.4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import bindparam, text
from sqlalchemy.types import DateTime, LargeBinary, Uuid

from registry.vault.door import Vault
from registry.vault.links import Link, links_about, links_by_number

_INSTANT = DateTime(timezone=True)
_READ = "select id, asked_at, asked_by, granted_at, granted_by, expires_at, sealed from vault.grants "
_COLUMNS = {
    "id": Uuid,
    "asked_at": _INSTANT,
    "granted_at": _INSTANT,
    "expires_at": _INSTANT,
    "sealed": LargeBinary,
}

_ADD = text(
    "insert into vault.grants (id, asked_at, asked_by, sealed) values (:id, :asked_at, :asked_by, :sealed)"
).bindparams(bindparam("id", type_=Uuid), bindparam("asked_at", type_=_INSTANT))
_LOCKED = text(_READ + "where id = :id for update").bindparams(bindparam("id", type_=Uuid)).columns(**_COLUMNS)
_SINCE = (
    text(_READ + "where asked_at >= :since order by asked_at, id")
    .bindparams(bindparam("since", type_=_INSTANT))
    .columns(**_COLUMNS)
)
_GRANT = text(
    "update vault.grants set granted_at = :granted_at, granted_by = :granted_by, expires_at = :expires_at"
    " where id = :id"
).bindparams(
    bindparam("id", type_=Uuid),
    bindparam("granted_at", type_=_INSTANT),
    bindparam("expires_at", type_=_INSTANT),
)


@dataclass(frozen=True, slots=True)
class Grant:
    """Somebody's wish to see a link, and what became of it."""

    id: UUID
    asked_at: datetime
    asked_by: str
    granted_at: datetime | None
    granted_by: str | None
    expires_at: datetime | None
    number: str
    patient_id: UUID | None
    reason: str

    def state(self, now: datetime, lapses_before: datetime) -> Literal["asked", "granted", "expired"]:
        """How it stands. What nobody granted lapses, when it was asked before an instant."""
        if self.expires_at is None:
            return "asked" if self.asked_at >= lapses_before else "expired"
        return "granted" if now < self.expires_at else "expired"


async def ask_to_look(vault: Vault, number: str, patient_id: UUID | None, reason: str) -> UUID:
    """Ask to see which identities are linked with a number. Returns the id of the wish."""
    row = uuid4()
    content = {"number": number, "patient_id": patient_id, "reason": reason}
    values = {"id": row, "asked_at": vault.at, "asked_by": vault.actor.name}
    await vault.execute(_ADD, {**values, "sealed": vault.seal("grants", row, content)})
    return row


async def lock_grant(vault: Vault, grant_id: UUID) -> Grant | None:
    """A wish as it stands, locked until the unit of work ends; None where there is none."""
    row = (await vault.execute(_LOCKED, {"id": grant_id})).one_or_none()
    return None if row is None else _grant(vault, row)


async def let_look(vault: Vault, grant: Grant, expires_at: datetime) -> None:
    """Grant a wish, as another person than who asked: PostgreSQL refuses the same one."""
    values = {"granted_at": vault.at, "granted_by": vault.actor.name, "expires_at": expires_at}
    await vault.execute(_GRANT, {"id": grant.id, **values})


async def links_of(vault: Vault, grant: Grant) -> list[Link]:
    """What may be seen by a grant: every link of the person or the number."""
    found = [] if grant.patient_id is None else await links_about(vault, grant.patient_id)
    return list(dict.fromkeys([*found, *await links_by_number(vault, grant.number)]))


async def grants_since(vault: Vault, since: datetime) -> list[Grant]:
    """Every wish since an instant, the oldest first."""
    return [_grant(vault, row) for row in await vault.rows(_SINCE, {"since": since})]


def _grant(vault: Vault, row: Sequence[Any]) -> Grant:
    row_id, asked_at, asked_by, granted_at, granted_by, expires_at, sealed = row
    content = vault.open("grants", row_id, sealed)
    patient_id = None if content["patient_id"] is None else UUID(content["patient_id"])
    number, reason = content["number"], content["reason"]
    return Grant(row_id, asked_at, asked_by, granted_at, granted_by, expires_at, number, patient_id, reason)
