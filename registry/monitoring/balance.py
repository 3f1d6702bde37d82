"""The evening's balance: struck for a day, again as often as need be, until a person has signed it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Date, DateTime, Integer

from registry.audit.record import record
from registry.database import Writes, iso
from registry.monitoring.balance_rules import FIGURES, differences
from registry.monitoring.figures import figures_of
from registry.monitoring.models import daily_balances
from registry.transactions.context import Context
from registry.values.period import start_of_day

_TAKE_TURN = text("select pg_advisory_xact_lock(hashtextextended('daily balance', 0))")

_DAY = text("select signed_at, differences from balance_days where day = :day").bindparams(bindparam("day", type_=Date))

_UNSIGNED_BEFORE = text("select min(day) from balance_days where day < :day and signed_at is null").bindparams(
    bindparam("day", type_=Date)
)

_LATER = text("select day from balance_days where day > :day order by day").bindparams(bindparam("day", type_=Date))

_FORGET_LINES = text("delete from daily_balances where day = :day").bindparams(bindparam("day", type_=Date))

_NOTE_DAY = text(
    """
    insert into balance_days (day, struck_at, practices, differences, strangers, due_at)
    values (:day, :now, :practices, :differences, :strangers, :due)
    on conflict (day) do update set struck_at = :now, practices = :practices, differences = :differences,
      strangers = :strangers
    """
).bindparams(
    bindparam("day", type_=Date),
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("due", type_=DateTime(timezone=True)),
    bindparam("practices", type_=Integer),
    bindparam("differences", type_=Integer),
    bindparam("strangers", type_=Integer),
)

_SIGN = text(
    "update balance_days set signed_at = :now, signed_by = :by, remark = :remark, due_at = null where day = :day"
).bindparams(bindparam("day", type_=Date), bindparam("now", type_=DateTime(timezone=True)))


@dataclass(frozen=True, slots=True)
class Struck:
    """What a day came to. `state` is `signed` where it was signed before, and nothing was done."""

    day: date
    state: Literal["balanced", "differs", "signed"]
    practices: int = 0
    differing: int = 0


async def strike_balance(connection: AsyncConnection, context: Context, day: date) -> Struck:
    """Take down the figures of every practice for a day. Twice does no more than once; a signed day stays.

    The opening is the closing of the day before as it was balanced then; what the ledger says
    today of earlier days, beyond that, stands as corrected.
    """
    await connection.execute(_TAKE_TURN)
    held = (await connection.execute(_DAY, {"day": day})).one_or_none()
    if held is not None and held.signed_at is not None:
        return Struck(day, "signed")
    rows, strangers = await figures_of(connection, day)
    lines = [{**row, "differences": differences(row)} for row in rows]
    differing = sum(1 for line in lines if line["differences"])
    days = context.policies.on("balance_signed_working_days", day)
    await connection.execute(_FORGET_LINES, {"day": day})
    await connection.execute(
        _NOTE_DAY,
        {
            "day": day,
            "now": context.now,
            "practices": len(lines),
            "differences": differing,
            "strangers": strangers,
            "due": context.after_working_days(days, day),
        },
    )
    writes = Writes()
    for line in lines:
        writes.insert(daily_balances, day=iso(day), **{name: line[name] for name in _COLUMNS})
    await writes.flush(connection)
    return Struck(day, "differs" if differing else "balanced", len(lines), differing)


_COLUMNS = ("practice_id", *FIGURES, "differences")


@dataclass(frozen=True, slots=True)
class Unsignable:
    """It cannot be signed. The sentence says why."""

    sentence: str
    field: str | None = None


async def sign_balance(
    connection: AsyncConnection, context: Context, day: date, remark: str | None
) -> Struck | Unsignable | None:
    """Sign a day that is over: its figures are taken down once more, and never change again. None: no such day.

    Days are signed in their order, for each opens with what the one before closed with. Whoever
    signs a day that does not balance says why.
    """
    await connection.execute(_TAKE_TURN)
    held: Any = (await connection.execute(_DAY, {"day": day})).one_or_none()
    if held is None:
        return None
    if held.signed_at is not None:
        return Unsignable(f"{day.isoformat()} is signed already.")
    if context.now < start_of_day(day + timedelta(days=1)):
        return Unsignable(f"{day.isoformat()} is not over yet.", "day")
    first: date | None = (await connection.execute(_UNSIGNED_BEFORE, {"day": day})).scalar_one()
    if first is not None:
        return Unsignable(f"{first.isoformat()} is to be signed first.", "day")
    struck = await strike_balance(connection, context, day)
    if struck.differing and not remark:
        return Unsignable(f"{struck.differing} practices do not balance: say why with a remark.", "remark")
    values = {"day": day, "now": context.now, "by": context.actor.name, "remark": remark}
    await connection.execute(_SIGN, values)
    for later in (await connection.execute(_LATER, {"day": day})).scalars().all():
        await strike_balance(connection, context, later)
    writes = Writes()
    subject = {"day": day.isoformat(), "practices": struck.practices, "differences": struck.differing}
    record(writes, context.actor, "daily-balance.signed", context.now, subject=subject, request_id=context.request_id)
    await writes.flush(connection)
    return struck
