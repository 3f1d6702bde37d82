"""Who was shown both records at once, in the minutes between the new one and the sealing of the old.

Such a row of the audit goes into the vault, and names the old record no more where it was.
"""

from collections.abc import Sequence
from uuid import UUID

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger, Uuid

from registry.transactions.context import Context
from registry.vault.door import in_vault
from registry.vault.sealed import SealedRow, keep_rows

_PEOPLE = bindparam("people", type_=ARRAY(Uuid))

_BOTH = text(
    "select id, to_jsonb(audit_events)::text as said from audit_events"
    " where patient_ids && :people and patient_ids @> :new"
).bindparams(_PEOPLE, bindparam("new", type_=ARRAY(Uuid)))

_PART = text(
    "update audit_events set patient_ids = array(select unnest(patient_ids) except select unnest(:people))"
    " where id = any(:ids)"
).bindparams(_PEOPLE, bindparam("ids", type_=ARRAY(BigInteger)))


async def part(connection: AsyncConnection, context: Context, case_id: UUID, people: Sequence[UUID], new: UUID) -> None:
    """Let no row of the audit name the new record beside the old one. Safe to do again."""
    found = (await connection.execute(_BOTH, {"people": list(people), "new": [new]})).all()
    if not found:
        return
    async with in_vault(connection, context.actor, context.now, "rows.sealed", about=[case_id]) as vault:
        await keep_rows(vault, case_id, [SealedRow("audit_events", row.id, orjson.loads(row.said)) for row in found])
        await vault.execute(_PART, {"people": list(people), "ids": [row.id for row in found]})
