"""The vault's own audit: one row for every time that it is opened, and what may be reviewed of them.

Rows are added and never changed; a trigger refuses both to the vault's own role too. (That role owns the
trigger, as a superuser owns everything: docs/security.md says who can get round it.) The digest of
what is sealed shows whether a row still says what it said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import bindparam, text
from sqlalchemy.types import DateTime, LargeBinary, Uuid

from registry.logs import current_request

if TYPE_CHECKING:
    from registry.vault.door import Vault

_ADD = text(
    "insert into vault.audit (id, at, actor_kind, actor_name, action, request_id, digest, sealed)"
    " values (:id, :at, :kind, :name, :action, :request, :digest, :sealed)"
).bindparams(bindparam("id", type_=Uuid), bindparam("at", type_=DateTime(timezone=True)))

_BETWEEN = text(
    "select id, at, actor_kind, actor_name, action, request_id, digest, sealed from vault.audit"
    " where at >= :since and at < :until order by at, id"
).bindparams(
    bindparam("since", type_=DateTime(timezone=True)), bindparam("until", type_=DateTime(timezone=True))
).columns(id=Uuid, at=DateTime(timezone=True), digest=LargeBinary, sealed=LargeBinary)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opening:
    """One time that the vault was opened. `about` are ids of people and cases; a review leaves them out."""

    at: datetime
    actor_kind: str
    actor_name: str
    action: str
    reason: str
    about: tuple[UUID, ...]
    request_id: str | None


async def note_opening(vault: "Vault", action: str, reason: str, about: Iterable[UUID]) -> None:
    """Record that the vault is open, by whom, what for and why."""
    row = uuid4()
    values = {
        "id": row,
        "at": vault.at,
        "kind": vault.actor.kind.value,
        "name": vault.actor.name,
        "action": action,
        "request": current_request.get(),
        **vault.seal_for_good("audit", row, {"reason": reason, "about": list(dict.fromkeys(about))}),
    }
    await vault.execute(_ADD, values)


async def openings(vault: "Vault", since: datetime, until: datetime) -> list[Opening]:
    """Every opening from an instant until before another, the oldest first. Raises Altered."""
    return [_read(vault, *row) for row in await vault.rows(_BETWEEN, {"since": since, "until": until})]


def _read(
    vault: "Vault",
    row: UUID,
    at: datetime,
    kind: str,
    name: str,
    action: str,
    request_id: str | None,
    digest: bytes,
    sealed: bytes,
) -> Opening:
    said = vault.open_for_good("audit", row, sealed, digest)
    return Opening(at, kind, name, action, said["reason"], tuple(UUID(each) for each in said["about"]), request_id)
