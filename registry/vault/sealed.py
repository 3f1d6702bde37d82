"""What rows of the register said before they were blanked, kept so that a mistake can be put right."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import LargeBinary, Uuid

from registry.vault.door import Vault

_BATCH = 500

_ADD = text("insert into vault.sealed_rows (id, about, sealed) values (:id, :about, :sealed)").bindparams(
    bindparam("id", type_=Uuid)
)
_KEPT = (
    text(
        "select id, sealed from vault.sealed_rows where about = any(:about) and (:after is null or id > :after)"
        " order by id limit :limit"
    )
    .bindparams(bindparam("about", type_=ARRAY(LargeBinary)), bindparam("after", type_=Uuid))
    .columns(id=Uuid, sealed=LargeBinary)
)


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A row as it was: its table, its key, and the columns that were blanked, as JSON values (`to_jsonb`)."""

    table: str
    key: Any
    values: Mapping[str, Any]


async def keep_rows(vault: Vault, about: UUID, rows: Iterable[SealedRow]) -> int:
    """Keep rows under a case or a person, in bounded batches. Returns how many."""
    ref, kept, batch = _ref(vault, about), 0, list[dict[str, Any]]()
    for each in rows:
        row = uuid4()
        content = {"table": each.table, "key": each.key, "values": each.values, "about": about}
        batch.append({"id": row, "about": ref, "sealed": vault.seal("sealed_rows", row, content)})
        kept += 1
        if len(batch) == _BATCH:
            await vault.execute(_ADD, batch)
            batch.clear()
    if batch:
        await vault.execute(_ADD, batch)
    return kept


async def kept_rows(vault: Vault, about: UUID) -> AsyncIterator[SealedRow]:
    """The rows that are kept under a case or a person, in no order that says anything, a batch at a time."""
    refs = vault.keys.fingerprints("sealed", str(about))
    after: UUID | None = None
    while True:
        rows = await vault.rows(_KEPT, {"about": refs, "after": after, "limit": _BATCH})
        for row, sealed in rows:
            content = vault.open("sealed_rows", row, sealed)
            yield SealedRow(content["table"], content["key"], content["values"])
        if len(rows) < _BATCH:
            return
        after = rows[-1].id


def _ref(vault: Vault, about: UUID) -> bytes:
    return vault.keys.fingerprint("sealed", str(about))
