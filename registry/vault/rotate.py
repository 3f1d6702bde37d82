"""Changing keys: what a former key sealed is sealed anew with the first, and found by its fingerprints."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextualSelect, bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import LargeBinary, Uuid

from registry.database import unit_of_work
from registry.values.actor import Actor
from registry.vault.door import Vault, in_vault
from registry.vault.links import refs_of_link

_BATCH = 500
_ROTATING = text("select set_config('vault.rotating', :on, true)")

_RETIRE = text("delete from vault.keys where mark <> :mark").bindparams(bindparam("mark", type_=LargeBinary))
"""From now on who has the former key alone does not open the vault."""

Refs = Callable[[Vault, dict[str, Any]], Mapping[str, bytes | None]]


def _refs_of_case(vault: Vault, content: dict[str, Any]) -> dict[str, bytes | None]:
    new = content["new"]
    return {"old_ref": vault.ref(content["old"]), "new_ref": None if new is None else vault.ref(new)}


def _none(_vault: Vault, _content: dict[str, Any]) -> dict[str, bytes | None]:
    return {}


TABLES: Mapping[str, Refs] = {
    "cases": _refs_of_case,
    "case_events": _none,
    "links": refs_of_link,
    "sealed_rows": lambda vault, content: {"about": vault.keys.fingerprint("sealed", content["about"])},
    "private": lambda vault, content: {"ref": vault.ref(content["patient_id"])},
    "grants": _none,
    "audit": _none,
}
"""Every table of the vault, and by what its rows are found, from what they say."""


async def rotate(engine: AsyncEngine, actor: Actor, now: datetime) -> int:
    """Bring every row to the key that seals, in short units of work. Returns how many were changed.

    May be broken off and begun again. Raises VaultClosed where a row opens with no key of ours.
    """
    total = 0
    for table, refs in TABLES.items():
        while changed := await _batch(engine, actor, now, table, refs):
            total += changed
    async with unit_of_work(engine) as connection, in_vault(connection, actor, now, "keys.retire") as vault:
        await vault.execute(_RETIRE, {"mark": vault.keys.mark})
    return total


async def _batch(engine: AsyncEngine, actor: Actor, now: datetime, table: str, refs: Refs) -> int:
    async with unit_of_work(engine) as connection, in_vault(connection, actor, now, "keys.rotate") as vault:
        rows = await vault.rows(_stale(table), {"mark": vault.keys.mark, "limit": _BATCH})
        await vault.execute(_ROTATING, {"on": "on"})
        for row, sealed in rows:
            await _seal_anew(vault, table, row, sealed, refs)
        await vault.execute(_ROTATING, {"on": "off"})
        return len(rows)


async def _seal_anew(vault: Vault, table: str, row: UUID, sealed: bytes, refs: Refs) -> None:
    content = vault.open(table, row, sealed)
    values = {"sealed": vault.seal(table, row, content), **refs(vault, content)}
    changes = ", ".join(f"{column} = :{column}" for column in values)
    statement = text(f"update vault.{table} set {changes} where id = :id").bindparams(
        bindparam("id", type_=Uuid), *(bindparam(column, type_=LargeBinary) for column in values)
    )
    await vault.execute(statement, {"id": row, **values})


def _stale(table: str) -> TextualSelect:
    return (
        text(
            f"select id, sealed from vault.{table} where substr(sealed, 2, octet_length(:mark)) <> :mark"
            " order by id limit :limit for update"
        )
        .bindparams(bindparam("mark", type_=LargeBinary))
        .columns(id=Uuid, sealed=LargeBinary)
    )
