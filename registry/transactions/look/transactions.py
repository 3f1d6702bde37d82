"""Transactions: what was asked, what became of it, and what followed."""

from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.confusions.attributed import owner_of
from registry.transactions.look.person import Shown

MOST = 100
"""Transactions shown for one operation id: it repeats when a practice's numbers begin anew."""

_TRANSACTIONS = f"""
    select json_build_object(
      'transaction', to_json(x),
      'practice', r.ods_code,
      'nhs_number', p.nhs_number,
      'messages', (
        select json_agg(json_build_object('id', m.id, 'uuid', m.uuid, 'kind', m.kind, 'practice', o.ods_code,
          'transaction_number', m.transaction_number, 'content', m.content, 'created_at', m.created_at,
          'sent_at', m.sent_at, 'closed_at', m.closed_at, 'withdrawn_at', m.withdrawn_at) order by m.id)
        from shown_practice_messages m left join practices o on o.id = m.practice_id where m.transaction_id = x.id),
      'movements', (
        select json_agg(json_build_object('on', v.effective_on, 'from', f.code, 'to', t.code, 'reason', v.reason)
          order by v.id)
        from shown_movements v join lists f on f.id = v.from_list join lists t on t.id = v.to_list
        where v.patient_id = x.patient_id and v.transaction_id = x.id),
      'cases', (
        select json_agg(json_build_object('id', a.id, 'version', a.version, 'kind', a.kind, 'state', a.state,
          'decision', a.decision) order by a.id)
        from shown_anomalies a where a.transaction_id = x.id),
      'national_requests', (
        select json_agg(json_build_object('kind', n.kind, 'state', n.state, 'attempts', n.attempts,
          'asked_at', n.asked_at, 'next_attempt_at', n.next_attempt_at, 'closed_at', n.closed_at) order by n.asked_at)
        from national_requests n where n.transaction_id = x.id),
      'match', (
        select json_agg(json_build_object('outcome', d.outcome, 'model_version', d.model_version,
          'candidates', d.candidates, 'guard', d.guard, 'decided_at', d.decided_at) order by d.decided_at)
        from shown_match_decisions d where d.transaction_id = x.id))::text
    from shown_transactions x left join practices r on r.id = x.practice_id
    left join shown_patients p on p.id = {owner_of("transactions", "x")}
"""
_BY_ID = text(f"{_TRANSACTIONS} where x.id = :id")
_BY_OPERATION_ID = text(
    f"{_TRANSACTIONS} where x.operation_id = :operation_id order by x.received_at desc, x.id desc limit {MOST}"
)
_PARTS = ("messages", "movements", "cases", "national_requests", "match")


async def look_at_transactions(connection: AsyncConnection, handle: str) -> list[Shown]:
    """The transaction of an id, or those of an operation id, the newest first. Empty for none."""
    key = handle.strip().lower()
    try:
        found = await connection.execute(_BY_ID, {"id": UUID(key)})
    except ValueError:
        found = await connection.execute(_BY_OPERATION_ID, {"operation_id": key})
    return [_shown(orjson.loads(row)) for row in found.scalars()]


def _shown(data: dict[str, Any]) -> Shown:
    row = data["transaction"]
    answer = {
        **{name: value for name, value in row.items() if name not in ("practice_id", "of_practice_id")},
        "practice": data["practice"],
        "nhs_number": data["nhs_number"],
        **{name: data[name] or [] for name in _PARTS},
    }
    return Shown(answer, (UUID(row["patient_id"]),) if row["patient_id"] else ())
