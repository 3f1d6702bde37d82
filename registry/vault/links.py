"""Links: which old identity and which new one are the same person. Nothing else says so anywhere."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import LargeBinary, Uuid

from registry.vault.door import Vault

_ADD = text(
    "insert into vault.links (id, old_ref, new_ref, old_number_ref, new_number_ref, sealed)"
    " values (:id, :old_ref, :new_ref, :old_number_ref, :new_number_ref, :sealed)"
    " on conflict (old_ref, new_ref) do nothing"
).bindparams(bindparam("id", type_=Uuid))
_REFS = bindparam("refs", type_=ARRAY(LargeBinary))
_ABOUT = (
    text("select id, sealed from vault.links where old_ref = any(:refs) or new_ref = any(:refs) order by id")
    .bindparams(_REFS)
    .columns(id=Uuid, sealed=LargeBinary)
)
_BY_NUMBER = (
    text(
        "select id, sealed from vault.links where old_number_ref = any(:refs) or new_number_ref = any(:refs)"
        " order by id"
    )
    .bindparams(_REFS)
    .columns(id=Uuid, sealed=LargeBinary)
)


@dataclass(frozen=True, slots=True)
class Link:
    """Two identities of one person, by whose authority, and under which number of theirs."""

    old_patient_id: UUID
    new_patient_id: UUID
    old_number: str | None
    new_number: str | None
    kind: str
    authority: str
    outside_case: str | None = None


async def link(vault: Vault, said: Link) -> None:
    """Keep a link. The same two a second time: nothing happens."""
    row = uuid4()
    content = asdict(said)
    values = {"id": row, **refs_of_link(vault, content), "sealed": vault.seal("links", row, content)}
    await vault.execute(_ADD, values)


async def links_about(vault: Vault, patient_id: UUID) -> list[Link]:
    """Every link in which a person is the old identity or the new one."""
    return _read(vault, await vault.rows(_ABOUT, {"refs": vault.refs(patient_id)}))


async def links_by_number(vault: Vault, number: str) -> list[Link]:
    """Every link in which a number is the old identity's or the new one's; also one that the register holds no more."""
    return _read(vault, await vault.rows(_BY_NUMBER, {"refs": vault.keys.fingerprints("number", number)}))


def refs_of_link(vault: Vault, content: dict[str, Any]) -> dict[str, bytes | None]:
    """By what a link is found, from what it says."""

    def of_number(number: str | None) -> bytes | None:
        return None if number is None else vault.keys.fingerprint("number", number)

    return {
        "old_ref": vault.ref(content["old_patient_id"]),
        "new_ref": vault.ref(content["new_patient_id"]),
        "old_number_ref": of_number(content["old_number"]),
        "new_number_ref": of_number(content["new_number"]),
    }


def _read(vault: Vault, rows: Any) -> list[Link]:
    return [_link(vault.open("links", row, sealed)) for row, sealed in rows]


def _link(content: dict[str, Any]) -> Link:
    ids = {name: UUID(content[name]) for name in ("old_patient_id", "new_patient_id")}
    return Link(**{**content, **ids})
