"""The pending removals, as the screen DS showed them: by day, then by number."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, Date, Integer, Text, Uuid

from registry.transactions.removals.machine import stage_of

MOST_AT_ONCE = 200

_PLACE = "coalesce(d.due_on, 'infinity'::date), coalesce(p.nhs_number, ''), d.id"

_LIST = text(
    f"""
    select d.id, d.version, d.state, d.patient_id, p.nhs_number, p.surname, p.first_forename, p.date_of_birth,
      r.ods_code as practice, d.gp_code, d.removal, d.requested_on, d.due_on, d.waits_for, d.chase_at, d.chased,
      d.held_because, d.transaction_id, t.outcome, t.sentence,
      not d.whereabouts_hidden and m.list_id is distinct from d.practice_id as has_moved_on
    from shown_pending_deductions d join shown_patients p on p.id = d.patient_id
    left join practices r on r.id = d.practice_id join shown_transactions t on t.id = d.transaction_id
    left join shown_memberships m on m.patient_id = d.patient_id and upper_inf(m.period)
    where (:scope_all or d.of_practice_id = :scope_practice_id) and (:closed or d.state = 'pending')
      and (cast(:number as text) is null or p.nhs_number = :number)
      and (cast(:practice as text) is null or r.ods_code = :practice)
      and (cast(:due_on as date) is null or d.due_on = :due_on)
      and (not :held or d.held_because is not null)
      and (cast(:after as uuid) is null or ({_PLACE}) > (
        select {_PLACE} from shown_pending_deductions d join shown_patients p on p.id = d.patient_id
        where d.id = :after))
    order by {_PLACE} limit :limit
    """
).bindparams(
    bindparam("scope_all", type_=Boolean),
    bindparam("scope_practice_id", type_=Uuid),
    bindparam("closed", type_=Boolean),
    bindparam("held", type_=Boolean),
    bindparam("number", type_=Text),
    bindparam("practice", type_=Text),
    bindparam("due_on", type_=Date),
    bindparam("after", type_=Uuid),
    bindparam("limit", type_=Integer),
)


async def list_removals(
    connection: AsyncConnection,
    scope: Mapping[str, Any],
    *,
    number: str | None = None,
    practice: str | None = None,
    due_on: date | None = None,
    held: bool = False,
    closed: bool = False,
    after: UUID | None = None,
    limit: int = 50,
) -> Sequence[dict[str, Any]]:
    """Pending deductions (with `closed` the ended ones too) by day and then by number; at most 200.

    Those without a day come last. `stage` says what each waits for, `held_because` why one whose
    day has come is still there, `has_moved_on` that the person is not with that practice any more.
    """
    values = {
        "number": number,
        "practice": practice,
        "due_on": due_on,
        "held": held,
        "closed": closed,
        "after": after,
        "limit": min(limit, MOST_AT_ONCE),
    }
    rows = await connection.execute(_LIST, {**scope, **values})
    return [{**row, "stage": stage_of(row["state"], row["waits_for"])} for row in rows.mappings()]
