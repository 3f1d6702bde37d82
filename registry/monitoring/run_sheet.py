"""The morning's run sheet: what falls due today, what is late, how the links are, what did not balance."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime

from registry.monitoring.ages import bands, never_approved, unanswered
from registry.monitoring.fp69_list import fp69_list
from registry.monitoring.link_health import link_health
from registry.monitoring.read_balance import read_balance, unsigned_days
from registry.transactions.context import Context
from registry.values.clock import FixedClock
from registry.values.period import start_of_day
from registry.vault.window import count_cases

_QUEUES = text(
    """
    select owner, kind, what, (since at time zone 'Europe/London')::date as day, count(*) as open,
      count(*) filter (where due_at < :begin) as late,
      count(*) filter (where due_at >= :begin and due_at < :finish) as due_today,
      count(*) filter (where priority > 0) as escalated, min(due_at) as first_due
    from open_work group by 1, 2, 3, 4
    """
).bindparams(bindparam("begin", type_=DateTime(timezone=True)), bindparam("finish", type_=DateTime(timezone=True)))

_FAILING = text("select what, item, attempts, first_at, last_at, error from failing_work order by first_at limit 200")

_EVERYTHING = {"scope_all": True, "scope_practice_id": None}


async def run_sheet(connection: AsyncConnection, context: Context, day: date | None = None) -> dict[str, Any]:
    """What the office begins a day with (today unless given). Counts, codes and ids: no names, no NHS numbers.

    Late is what was due before the day began. `queues` are by owner, with their ages in working days.
    Of changes of identity two counts are told, and nothing else.
    """
    of_day = day or context.today
    if of_day != context.today:
        context = Context(context.actor, FixedClock(start_of_day(of_day)), context.policies, context.request_id)
    work = await _queues(connection, context)
    yesterday = await read_balance(connection, _EVERYTHING, of_day - timedelta(days=1), differing=True)
    return {
        "day": of_day,
        "made_at": context.now,
        **work,
        "unanswered": (await unanswered(connection, context))["all"],
        "never_approved": await never_approved(connection, context),
        "links": await link_health(connection, context),
        "failing": [dict(row) for row in (await connection.execute(_FAILING)).mappings()],
        "yesterday": yesterday,
        "unsigned": [each for each in await unsigned_days(connection) if each["day"] < of_day],
        "fp69": await fp69_list(connection, context),
        "identity_cases": asdict(await count_cases(connection, context.now)),
    }


async def _queues(connection: AsyncConnection, context: Context) -> dict[str, Any]:
    begin = start_of_day(context.today)
    values = {"begin": begin, "finish": start_of_day(context.today + timedelta(days=1))}
    rows = (await connection.execute(_QUEUES, values)).mappings().all()
    limits: list[int] = context.policies.on("acceptance_due_working_days", context.today)
    holidays = context.policies.bank_holidays(context.today)
    owners = {
        owner: {
            "open": sum(row["open"] for row in rows if row["owner"] == owner),
            "late": sum(row["late"] for row in rows if row["owner"] == owner),
            "due_today": sum(row["due_today"] for row in rows if row["owner"] == owner),
            "escalated": sum(row["escalated"] for row in rows if row["owner"] == owner),
            "ages": bands(
                ((row["day"], row["open"]) for row in rows if row["owner"] == owner), context.today, limits, holidays
            ),
        }
        for owner in sorted({row["owner"] or "" for row in rows})
    }
    return {"queues": owners, "due_today": _by_kind(rows, "due_today"), "late": _by_kind(rows, "late")}


def _by_kind(rows: Any, which: str) -> list[dict[str, Any]]:
    """The counts of what is due or late, by owner and kind, the earliest first."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows:
        if not row[which]:
            continue
        key = (row["owner"] or "", row["kind"], row["what"] or "")
        line = found.setdefault(
            key, {"owner": key[0], "kind": key[1], "what": key[2], "count": 0, "first_due": row["first_due"]}
        )
        line["count"] += row[which]
        line["first_due"] = min(line["first_due"], row["first_due"])
    return sorted(found.values(), key=lambda line: (line["first_due"], line["owner"], line["kind"], line["what"]))
