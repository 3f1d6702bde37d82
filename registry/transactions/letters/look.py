"""Every query that shows letters and their batches."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger, Boolean, Integer, Text, Uuid

from registry.transactions.matters.entrusted import kinds_not_for_everyone

MOST_AT_ONCE = 200

_COLUMNS = """
    select l.id, l.reference, l.kind, l.state, l.route, l.patient_id, p.nhs_number, r.ods_code as practice,
      l.transaction_id, l.matter_id, l.decided_at, l.due_at, l.batch_id as batch, l.posted_on, l.suppressed_because,
      l.returned_at, l.returned_cause, l.content
    from shown_letters l left join shown_patients p on p.id = l.patient_id left join practices r on r.id = l.practice_id
    where (:scope_all or l.of_practice_id = :scope_practice_id) and l.kind <> all(:hidden)
"""
_SCOPE = (bindparam("scope_all", type_=Boolean), bindparam("scope_practice_id", type_=Uuid))
_HIDDEN = bindparam("hidden", type_=ARRAY(Text))

_LIST = text(
    f"""{_COLUMNS}
      and (cast(:state as text) is null or l.state = :state) and (cast(:kind as text) is null or l.kind = :kind)
      and (cast(:number as text) is null or p.nhs_number = :number)
      and (cast(:batch as bigint) is null or l.batch_id = :batch)
      and (cast(:after as bigint) is null or l.reference > :after)
    order by l.reference limit :limit
    """
).bindparams(
    *_SCOPE,
    _HIDDEN,
    bindparam("state", type_=Text),
    bindparam("kind", type_=Text),
    bindparam("number", type_=Text),
    bindparam("batch", type_=BigInteger),
    bindparam("after", type_=BigInteger),
    bindparam("limit", type_=Integer),
)

_ONE = text(f"{_COLUMNS} and (l.id = :id or l.reference = :reference)").bindparams(
    *_SCOPE, _HIDDEN, bindparam("id", type_=Uuid), bindparam("reference", type_=BigInteger)
)

# What was decided is what goes, plus what is suppressed, each with its reason.
_TOTALS = text(
    """
    select count(*) as decided, count(*) filter (where state = 'queued') as queued,
      count(*) filter (where state = 'handed-over') as handed_over,
      count(*) filter (where state in ('posted', 'returned')) as posted,
      count(*) filter (where state = 'returned') as returned,
      count(*) filter (where state = 'suppressed') as suppressed
    from shown_letters l where (:scope_all or l.of_practice_id = :scope_practice_id)
    """
).bindparams(*_SCOPE)

_BECAUSE = text(
    "select suppressed_because as because, count(*) as letters from shown_letters l where state = 'suppressed'"
    " and (:scope_all or l.of_practice_id = :scope_practice_id) group by 1 order by 1"
).bindparams(*_SCOPE)


async def list_letters(
    connection: AsyncConnection,
    scope: Mapping[str, Any],
    *,
    state: str | None = None,
    kind: str | None = None,
    number: str | None = None,
    batch: int | None = None,
    after: int | None = None,
    limit: int = 50,
    hidden: Sequence[str] | None = None,
) -> Sequence[dict[str, Any]]:
    """Letters in the order in which they were decided; at most 200. `after` is a reference.

    `hidden` are the kinds that the asker is not told of: unless given, all that somebody is not.
    """
    values = {
        "state": state,
        "kind": kind,
        "number": number,
        "batch": batch,
        "after": after,
        "limit": min(limit, MOST_AT_ONCE),
        "hidden": _hidden(hidden),
    }
    rows = await connection.execute(_LIST, {**scope, **values})
    return [dict(row) for row in rows.mappings()]


async def read_letter(
    connection: AsyncConnection,
    scope: Mapping[str, Any],
    *,
    letter_id: UUID | None = None,
    reference: int | None = None,
    hidden: Sequence[str] | None = None,
) -> dict[str, Any] | None:
    """One letter by its id, or by the reference under its barcode; None where there is none within the scope."""
    values = {"id": letter_id, "reference": reference, "hidden": _hidden(hidden)}
    rows = await connection.execute(_ONE, {**scope, **values})
    row = rows.mappings().one_or_none()
    return None if row is None else dict(row)


async def letter_totals(connection: AsyncConnection, scope: Mapping[str, Any]) -> dict[str, Any]:
    """How many letters were decided and what became of them; those suppressed are itemised by reason."""
    totals = dict((await connection.execute(_TOTALS, dict(scope))).mappings().one())
    because = (await connection.execute(_BECAUSE, dict(scope))).all()
    return {**totals, "suppressed_because": {row.because: row.letters for row in because}}


def _hidden(hidden: Sequence[str] | None) -> list[str]:
    return kinds_not_for_everyone() if hidden is None else list(hidden)
