"""Make two identities of one again: the survivor's row says what it said, and the other record lives again.

With its numbers, its keys, and whatever had been merged into it. Versions and histories only grow.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid

from registry.database import Writes
from registry.matching.keys import key_row
from registry.matching.models import match_keys
from registry.patients.models import patient_versions, patients
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.merges.sources import said_by_merge, with_its_source
from registry.transactions.merges.standing import Merge
from registry.transactions.merges.undo_plan import Item, UndoPlan
from registry.transactions.people import change_person, present_key

_TAKES_NUMBERS = text("update patient_numbers set patient_id = :source where nhs_number = any(:numbers)").bindparams(
    bindparam("source", type_=Uuid), bindparam("numbers", type_=ARRAY(Text))
)
_IN_USE_AGAIN = text("delete from patient_numbers where nhs_number = any(:numbers)").bindparams(
    bindparam("numbers", type_=ARRAY(Text))
)


async def part_identities(
    connection: AsyncConnection,
    context: Context,
    merge: Merge,
    source: PersonFacts,
    target: PersonFacts,
    plan: UndoPlan,
    by: UUID,
) -> None:
    """The survivor's row first, for a number that it took over must be free before it is given back."""
    writes = Writes()
    change_person(writes, context, target, dict(plan.columns), by, said_by_merge(context))
    await writes.flush(connection)
    await with_its_source(connection, target.id, plan.columns, merge.target_before.get("provenance"))
    given = [each for each in plan.given_back if each.table == "patient_numbers"]
    own = [each.key for each in given if each.how == "superseded"]
    await connection.execute(_IN_USE_AGAIN, {"numbers": own})
    former = [each.key for each in given if each.how != "superseded"]
    await connection.execute(_TAKES_NUMBERS, {"source": source.id, "numbers": former})
    was = next(each.before for each in plan.given_back if each.key == str(source.id))
    number = was.get("nhs_number")
    moved = target.nhs_number is not None and "nhs_number" in plan.columns
    row = {**source.row, **was, "nhs_number": number if number in own or (moved and number is not None) else None}
    writes.insert(
        patient_versions,
        patient_id=source.id,
        version=source.version,
        until=context.now,
        changed_by=context.actor.name,
        transaction_id=by,
        facts=source.row,
    )
    changes = {name: row[name] for name in ("status", "merged_into", "nhs_number")}
    writes.update(patients, source.id, **changes, version=source.version + 1, updated_at=context.now)
    await writes.flush(connection)
    for each in plan.given_back:
        if each.table == "patients" and each.key != str(source.id):
            writes.update(patients, each.key, merged_into=source.id)
    _keys(writes, source, row, plan.given_back)
    await writes.flush(connection)


def _keys(writes: Writes, source: PersonFacts, row: dict[str, Any], given: Collection[Item]) -> None:
    """One present key for the record that lives again: the one that it had, unless its number stayed away."""
    present = [each for each in given if each.table == "match_keys" and each.before.get("is_current")]
    if any((each.now or {}).get("nhs_number") == row["nhs_number"] for each in present):
        return
    for each in present:
        writes.update(match_keys, each.key, is_current=False)
    writes.insert(match_keys, **key_row(present_key(source.id, row)))
