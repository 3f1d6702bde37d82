"""Cases of identity change: kept in the vault from the first word, with a history of their own.

Who is concerned, what kind it is, its state and its facts are sealed; the day on which it falls due is not,
so that the worker can ask for what is due.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import DateTime, LargeBinary, Uuid

from registry.vault.closed import Moved
from registry.vault.door import Vault

_INSTANT = DateTime(timezone=True)
_READ = "select id, version, due_at, closed_at, sealed from vault.cases "
_COLUMNS = {"id": Uuid, "due_at": _INSTANT, "closed_at": _INSTANT, "sealed": LargeBinary}

_INSERT = text(
    "insert into vault.cases (id, old_ref, new_ref, due_at, closed_at, sealed)"
    " values (:id, :old, :new, :due_at, :closed_at, :sealed)"
).bindparams(
    bindparam("id", type_=Uuid), bindparam("due_at", type_=_INSTANT), bindparam("closed_at", type_=_INSTANT)
)  # fmt: skip
_UPDATE = text(
    "update vault.cases set version = version + 1, old_ref = :old, new_ref = :new, due_at = :due_at,"
    " closed_at = :closed_at, sealed = :sealed where id = :id and version = :version"
).bindparams(
    bindparam("id", type_=Uuid), bindparam("due_at", type_=_INSTANT), bindparam("closed_at", type_=_INSTANT)
)  # fmt: skip
_ONE = text(_READ + "where id = :id").bindparams(bindparam("id", type_=Uuid)).columns(**_COLUMNS)
_LOCKED = text(_READ + "where id = :id for update").bindparams(bindparam("id", type_=Uuid)).columns(**_COLUMNS)
_DUE = (
    text(_READ + "where closed_at is null and due_at <= :now order by due_at, id limit :limit")
    .bindparams(bindparam("now", type_=_INSTANT))
    .columns(**_COLUMNS)
)
_OPEN = text(_READ + "where closed_at is null order by due_at, id").columns(**_COLUMNS)
_OF = (
    text(_READ + "where old_ref = any(:refs) or new_ref = any(:refs) order by closed_at nulls first, id")
    .bindparams(bindparam("refs", type_=ARRAY(LargeBinary)))
    .columns(**_COLUMNS)
)
_ADD_EVENT = text(
    "insert into vault.case_events (id, case_id, version, at, digest, sealed)"
    " values (:id, :case, :version, :at, :digest, :sealed)"
).bindparams(bindparam("id", type_=Uuid), bindparam("case", type_=Uuid), bindparam("at", type_=_INSTANT))
_EVENTS = (
    text("select id, version, at, sealed, digest from vault.case_events where case_id = :case order by version")
    .bindparams(bindparam("case", type_=Uuid))
    .columns(id=Uuid, at=_INSTANT, sealed=LargeBinary, digest=LargeBinary)
)


@dataclass(frozen=True, slots=True)
class Case:
    """An identity change. Open: `due_at` and `expects` say by when what is waited for; closed: neither."""

    id: UUID
    version: int
    kind: str
    state: str
    expects: str | None
    due_at: datetime | None
    closed_at: datetime | None
    old_patient_id: UUID
    new_patient_id: UUID | None
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One thing that happened to a case. The version is the one that the case had after it."""

    version: int
    event: str
    at: datetime
    by: str
    reason: str
    note: Mapping[str, Any]


async def open_case(
    vault: Vault,
    *,
    kind: str,
    state: str,
    expects: str,
    due_at: datetime,
    old_patient_id: UUID,
    new_patient_id: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Case:
    """Begin a case. `facts` are JSON values: names and numbers may be among them, they are sealed."""
    case = Case(
        uuid4(), 1, kind, state, expects, due_at, None, old_patient_id, new_patient_id, dict(facts or {})
    )  # fmt: skip
    await vault.execute(_INSERT, _row(vault, case))
    await _note(vault, case, "opened", reason, {})
    return case


async def read_case(vault: Vault, case_id: UUID) -> Case | None:
    """A case as it stands, or None where there is none."""
    row = (await vault.execute(_ONE, {"id": case_id})).one_or_none()
    return None if row is None else _case(vault, *row)


async def lock_case(vault: Vault, case_id: UUID) -> Case | None:
    """The same, locked until the unit of work ends."""
    row = (await vault.execute(_LOCKED, {"id": case_id})).one_or_none()
    return None if row is None else _case(vault, *row)


async def change_case(
    vault: Vault, case: Case, event: str, *, reason: str = "", note: Mapping[str, Any] | None = None, **changes: Any
) -> Case:
    """Take a case further: `changes` are fields of Case. Returns it at its new version.

    `closed_at=` ends it, and takes `due_at` and `expects` away. Raises Moved where it is no longer at `case.version`.
    """
    after = replace(case, version=case.version + 1, **changes)
    if after.closed_at is not None:
        after = replace(after, due_at=None, expects=None)
    changed = await vault.execute(_UPDATE, {**_row(vault, after), "version": case.version})
    if not changed.rowcount:
        now = await read_case(vault, case.id)
        raise Moved(now.version if now is not None else 0)
    await _note(vault, after, event, reason, note or {})
    return after


async def due_cases(vault: Vault, now: datetime, limit: int = 100) -> list[Case]:
    """Open cases that are due, the longest due first. Ask `window.cases_due` first: it opens nothing."""
    return [_case(vault, *row) for row in await vault.rows(_DUE, {"now": now, "limit": limit})]


async def open_cases(vault: Vault) -> list[Case]:
    """Every open case, the earliest due first."""
    return [_case(vault, *row) for row in await vault.rows(_OPEN)]


async def cases_of(vault: Vault, patient_id: UUID) -> list[Case]:
    """Every case of a person, by the old identity or the new; open ones first."""
    return [_case(vault, *row) for row in await vault.rows(_OF, {"refs": vault.refs(patient_id)})]


async def events_of(vault: Vault, case_id: UUID) -> list[CaseEvent]:
    """What happened to a case, from the first."""
    rows = await vault.rows(_EVENTS, {"case": case_id})
    return [
        CaseEvent(version=version, at=at, **vault.open_for_good("case_events", row, sealed, digest))
        for row, version, at, sealed, digest in rows
    ]


def _row(vault: Vault, case: Case) -> dict[str, Any]:
    content = {
        "kind": case.kind,
        "state": case.state,
        "expects": case.expects,
        "old": case.old_patient_id,
        "new": case.new_patient_id,
        "facts": case.facts,
    }
    return {
        "id": case.id,
        "old": vault.ref(case.old_patient_id),
        "new": None if case.new_patient_id is None else vault.ref(case.new_patient_id),
        "due_at": case.due_at,
        "closed_at": case.closed_at,
        "sealed": vault.seal("cases", case.id, content),
    }


def _case(
    vault: Vault, case_id: UUID, version: int, due_at: datetime | None, closed_at: datetime | None, sealed: bytes
) -> Case:
    content = vault.open("cases", case_id, sealed)
    return Case(
        case_id,
        version,
        content["kind"],
        content["state"],
        content["expects"],
        due_at,
        closed_at,
        UUID(content["old"]),
        None if content["new"] is None else UUID(content["new"]),
        content["facts"],
    )


async def _note(vault: Vault, case: Case, event: str, reason: str, note: Mapping[str, Any]) -> None:
    row = uuid4()
    content = {"event": event, "by": vault.actor.name, "reason": reason, "note": note}
    values = {"id": row, "case": case.id, "version": case.version, "at": vault.at}
    await vault.execute(_ADD_EVENT, {**values, **vault.seal_for_good("case_events", row, content)})
