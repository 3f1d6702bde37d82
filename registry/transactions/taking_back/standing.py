"""A person's last movement that was not taken back: the only one that can be."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.transactions.ledger import Standing, Stay

_STANDING = text(
    """
    with standing as (
      select v.* from list_movements v where v.patient_id = :patient_id and v.reverses is null
        and not exists (select from list_movements r where r.reverses = v.id)
      order by v.id desc limit 2)
    select v.id, v.from_list, v.to_list, v.effective_on, v.effective_at, v.reason, v.transaction_id, v.ended,
      v.removal, f.code as from_code, o.code as to_code, t.kind, t.outcome,
      (select b.removal from standing b where b.id <> v.id) as removal_before,
      m.id as stay_id, lower(m.period) as since, m.accepted_on, m.posted_at, m.gp_code,
      m.transaction_id as began_by, m.out_of_area, exists (
        select from attributions a where a.is_current and a.patient_id <> v.patient_id and (
          a.table_name = 'list_memberships' and a.row_key = m.id::text
          or a.table_name = 'transactions' and a.row_key = v.ended ->> 'transaction_id')) as ended_anothers
    from (select * from standing order by id desc limit 1) v
    join lists f on f.id = v.from_list join lists o on o.id = v.to_list
    left join transactions t on t.id = v.transaction_id
    left join list_memberships m on v.ended is null and m.patient_id = v.patient_id and m.list_id = v.from_list
      and upper(m.period) = v.effective_on
    """
).bindparams(bindparam("patient_id", type_=Uuid))


@dataclass(frozen=True, slots=True)
class LastMove:
    """A person's last standing movement with what explains it: the codes of the lists, and what caused it.

    `kind` and `outcome` are of the transaction; None for whoever was taken on. `removal` is the
    code of why the person is then on no practice's list.
    """

    standing: Standing
    from_code: str
    to_code: str
    kind: str | None
    outcome: str | None
    removal: str | None


async def last_standing(connection: AsyncConnection, patient_id: UUID) -> Standing | None:
    """The last movement of a person, who is locked, that was not taken back; None for whoever never moved."""
    move = await last_move(connection, patient_id)
    return None if move is None else move.standing


async def last_move(connection: AsyncConnection, patient_id: UUID) -> LastMove | None:
    """The same with what explains it."""
    row = (await connection.execute(_STANDING, {"patient_id": patient_id})).one_or_none()
    if row is None:
        return None
    stay = None
    if row.ended is not None:
        stay = _traceless(row.ended)
    elif row.stay_id is not None:
        stay = Stay(row.stay_id, row.since, row.accepted_on, row.posted_at, row.gp_code, row.began_by, row.out_of_area)
    standing = Standing(
        row.id,
        row.from_list,
        row.to_list,
        row.effective_on,
        row.effective_at,
        row.reason,
        row.transaction_id,
        stay,
        row.removal_before,
        row.ended_anothers,
    )
    return LastMove(standing, row.from_code, row.to_code, row.kind, row.outcome, row.removal)


def _traceless(ended: dict[str, Any]) -> Stay:
    """A stay that began and ended on one day."""
    return Stay(
        None,
        date.fromisoformat(ended["since"]),
        date.fromisoformat(ended["accepted_on"]),
        datetime.fromisoformat(ended["posted_at"]).astimezone(UTC),
        ended["gp_code"],
        UUID(ended["transaction_id"]) if ended["transaction_id"] else None,
        ended["out_of_area"],
    )
