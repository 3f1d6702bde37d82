"""Make two identities one: numbers, keys and earlier merges lead to the survivor, who takes over what it lacked."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.database import Writes
from registry.matching.models import match_keys
from registry.patients.models import patient_versions, patients
from registry.transactions.context import Context
from registry.transactions.merges.plan import Approved, Plan
from registry.transactions.merges.sources import said_by_merge, with_its_source
from registry.transactions.merges.take_over import takes_over
from registry.transactions.people import change_person

_TYPES = (bindparam("loser", type_=Uuid), bindparam("survivor", type_=Uuid))
_FLATTEN = text("update patients set merged_into = :survivor where merged_into = :loser").bindparams(*_TYPES)
_NUMBERS = text("update patient_numbers set patient_id = :survivor where patient_id = :loser").bindparams(*_TYPES)
_KEEP_NUMBER = text(
    "insert into patient_numbers (nhs_number, patient_id, since) values (:number, :survivor, :now)"
).bindparams(bindparam("survivor", type_=Uuid))


async def join_identities(
    connection: AsyncConnection, context: Context, plan: Plan, approved: Approved, transaction_id: UUID
) -> None:
    """Numbers, keys and earlier merges lead to the survivor, who takes over what it lacked."""
    survivor, loser = plan.choice.survivor, plan.choice.loser
    both = {"loser": loser.id, "survivor": survivor.id}
    writes = Writes()
    await connection.execute(_FLATTEN, both)
    await connection.execute(_NUMBERS, both)
    writes.insert(
        patient_versions,
        patient_id=loser.id,
        version=loser.version,
        until=context.now,
        changed_by=context.actor.name,
        transaction_id=transaction_id,
        facts=loser.row,
    )
    writes.update(
        patients,
        loser.id,
        version=loser.version + 1,
        status="superseded",
        nhs_number=None,
        merged_into=survivor.id,
        updated_at=context.now,
    )
    for key in plan.rows["match_keys"]:
        if plan.rows["match_keys"][key]["patient_id"] == str(loser.id):
            writes.update(match_keys, int(key), patient_id=survivor.id, is_current=False)
    await writes.flush(connection)
    if loser.nhs_number is not None and survivor.nhs_number is not None:
        values = {"number": loser.nhs_number, "survivor": survivor.id, "now": context.now}
        await connection.execute(_KEEP_NUMBER, values)
    theirs: dict[str, Any] = loser.row
    changes = takes_over(survivor, loser, with_place=plan.places.transfers, death_stands=approved.death_stands)
    change_person(writes, context, survivor, changes, transaction_id, said_by_merge(context))
    await writes.flush(connection)
    await with_its_source(connection, survivor.id, changes, theirs.get("provenance"))
