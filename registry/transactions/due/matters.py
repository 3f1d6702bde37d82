"""Matters whose expected event has not come."""

from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import DateTime

from registry.transactions.context import Context
from registry.transactions.due.deadline import Deadline, Done, each
from registry.transactions.matters.in_hand import take_in_hand
from registry.transactions.matters.kind import kind_named
from registry.transactions.matters.models import matters
from registry.transactions.matters.step import escalate

_DUE = text("select id from matters where due_at <= :now order by due_at, id limit :batch").bindparams(
    bindparam("now", type_=DateTime(timezone=True))
)


async def _strike(engine: AsyncEngine, context: Context) -> Done:
    return await each(engine, _DUE, {"now": context.now}, context, matter_falls_due)


async def matter_falls_due(connection: AsyncConnection, context: Context, matter_id: UUID) -> str:
    """Do what the kind does when its clock strikes; a matter that it leaves alone rises instead."""
    work = await take_in_hand(connection, context, matter_id)
    if work is None or work.matter.due_at is None or work.matter.due_at > context.now:
        return "gone"
    matter = work.matter
    strike = kind_named(matter.kind).falls_due
    end = "left" if strike is None else await strike(work)
    if not work.writes.changes(matters, matter.id):
        escalate(work.writes, context, matter)
        end = "escalated"
    await work.writes.flush(connection)
    return end


MATTERS = Deadline("matters", "select due_at as at from matters where due_at is not null", _strike)
