"""Pending deductions: off the list on the due day, unless the person has moved on or something is unread."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import Date, DateTime, Uuid

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.due.deadline import Deadline, Done, each
from registry.transactions.due.unread import unread_about
from registry.transactions.facts import PersonFacts
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.leave import take_off
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.models import pending_deductions
from registry.transactions.pending import end_pending
from registry.transactions.quarters.calendar import date_deduction
from registry.transactions.rules.removal_reasons import RemovalReason

_FROM = "(due_on + coalesce(acts_at, '00:00')) at time zone 'Europe/London'"
"""The instant of its day from which a deduction acts."""

_DUE = text(
    f"select id from pending_deductions where state = 'pending' and due_on <= :today and {_FROM} <= :now"
    " and (held_on is null or held_on < :today) order by due_on, id limit :batch"
).bindparams(bindparam("today", type_=Date), bindparam("now", type_=DateTime(timezone=True)))

_LOCK = text(
    "select patient_id, practice_id, transaction_id, gp_code, reason, removal, to_list, due_on, held_on"
    " from pending_deductions"
    f" where id = :id and state = 'pending' and {_FROM} <= :now for update"
).bindparams(bindparam("id", type_=Uuid), bindparam("now", type_=DateTime(timezone=True)))

_WHOSE = text("select patient_id from pending_deductions where id = :id").bindparams(bindparam("id", type_=Uuid))

_TOLD_AFTERWARDS = {RemovalReason.RDR, RemovalReason.RPR, RemovalReason.OPA}
"""Reasons for which the person is written to when it is done (REM-4); the others know that they leave."""


async def _strike(engine: AsyncEngine, context: Context) -> Done:
    return await each(engine, _DUE, {"today": context.today, "now": context.now}, context, deduction_falls_due)


async def deduction_falls_due(connection: AsyncConnection, context: Context, pending_id: UUID) -> str:
    """One pending deduction on its day: executed, superseded or held."""
    patient_id: UUID = (await connection.execute(_WHOSE, {"id": pending_id})).scalar_one()
    await lock_people(connection, [patient_id])
    row = (await connection.execute(_LOCK, {"id": pending_id, "now": context.now})).one_or_none()
    if row is None:
        return "gone"
    person = await gather_person(connection, patient_id)
    pending = next(each for each in person.pending if each.id == pending_id)
    reason = RemovalReason[row.removal]
    writes = Writes()
    if person.membership is None or person.membership.practice_id != row.practice_id:
        end_pending(writes, context, person, pending, "superseded", "The person has moved on.")
        end = "superseded"
    elif (unread := await unread_about(connection, person)) is not None:
        writes.update(pending_deductions, pending_id, held_because=unread, held_on=context.today.isoformat())
        end = "held"
    else:
        moved = take_off(
            writes,
            context,
            person,
            reason,
            row.transaction_id,
            on=_counts_from(context, row.due_on, held=row.held_on is not None),
            told_as=row.reason,
            gp_code=row.gp_code,
            to_list=row.to_list,
            ending=pending,
        )
        end_pending(writes, context, person, pending, "executed", f"Off the list on {moved.on.isoformat()}.")
        _write_afterwards(writes, context, person, reason, row.practice_id, row.transaction_id)
        end = "deducted"
    await writes.flush(connection)
    return end


def _counts_from(context: Context, due_on: date, *, held: bool) -> date:
    """The day from which it counts: its own, though the clock strikes late, as far back as the quarter allows.

    One that was held counts from the day on which it is done: until then the person was rightly on the list.
    """
    if held:
        return context.today
    months: int = context.policies.on("back_debit_months", context.today)
    return date_deduction(due_on, context.today, months).on


def _write_afterwards(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    reason: RemovalReason,
    practice_id: UUID,
    transaction_id: UUID,
) -> None:
    """REM-4, by way of the office for whoever lives protected: they have no practice any more."""
    if reason in _TOLD_AFTERWARDS:
        write_letter(
            writes,
            context,
            Letter.REMOVED,
            replace(person, membership=None),
            {"removal": reason.code, "removed_on": context.today.isoformat(), "only_you": True},
            practice_id=practice_id,
            transaction_id=transaction_id,
        )


DEDUCTIONS = Deadline(
    "pending deductions",
    "select ((greatest(due_on, held_on + 1) + coalesce(acts_at, '00:00')) at time zone 'Europe/London') as at"
    " from pending_deductions where state = 'pending' and due_on is not null",
    _strike,
)
