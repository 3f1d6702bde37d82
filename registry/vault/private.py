"""Private attributes of a new identity: what the list must not say, and what is paid for must not lose.

The day of the first acceptance, of the last turnover, and of the first registration: without them a
person with a new identity would count as somebody new (domain rules R5).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import LargeBinary, Uuid

from registry.vault.door import Vault

_KEEP = text(
    "insert into vault.private (id, ref, sealed) values (:id, :ref, :sealed)"
    " on conflict (ref) do update set id = excluded.id, sealed = excluded.sealed"
).bindparams(bindparam("id", type_=Uuid))
_OF = (
    text("select id, sealed from vault.private where ref = any(:refs)")
    .bindparams(bindparam("refs", type_=ARRAY(LargeBinary)))
    .columns(id=Uuid, sealed=LargeBinary)
)
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Private:
    """What is kept of a person apart from the register. Days in London."""

    accepted_on: date | None = None
    """When they came onto this practice's list, under whichever identity."""
    turnover_on: date | None = None
    """From when they count as a patient of the practice for turnover."""
    first_registered_on: date | None = None
    """When they were first registered with anybody."""


async def keep_private(vault: Vault, patient_id: UUID, attributes: Private) -> None:
    """Keep the attributes of a person; in place of those that were kept before."""
    row = uuid4()
    content = {
        "patient_id": patient_id,
        "accepted_on": attributes.accepted_on,
        "turnover_on": attributes.turnover_on,
        "first_registered_on": attributes.first_registered_on,
    }
    await vault.execute(_KEEP, {"id": row, "ref": vault.ref(patient_id), "sealed": vault.seal("private", row, content)})


async def private_of(vault: Vault, patient_id: UUID) -> Private | None:
    """The attributes of one person, or None where nothing is kept of them apart."""
    return (await private_of_many(vault, [patient_id])).get(patient_id)


async def private_of_many(vault: Vault, patient_ids: Iterable[UUID]) -> dict[UUID, Private]:
    """The attributes of those among many of whom any are kept, in a bounded number of statements."""
    everybody, found = list(patient_ids), dict[UUID, Private]()
    for start in range(0, len(everybody), _BATCH):
        refs = [ref for each in everybody[start : start + _BATCH] for ref in vault.refs(each)]
        for row, sealed in await vault.rows(_OF, {"refs": refs}):
            content = vault.open("private", row, sealed)
            found[UUID(content["patient_id"])] = _private(content)
    return found


def _private(content: dict[str, Any]) -> Private:
    days = {name: content[name] for name in ("accepted_on", "turnover_on", "first_registered_on")}
    return Private(**{name: None if day is None else date.fromisoformat(day) for name, day in days.items()})
