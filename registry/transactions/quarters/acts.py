"""Close a quarter: look what blocks it, prepare it, and have a second person confirm."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Date, Text

from registry.database import Writes
from registry.transactions.acts.act import Act, Answer, Asked, Done, Group, Impossible, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.context import Context
from registry.transactions.matters.kind import Work
from registry.transactions.matters.read import doer_of
from registry.transactions.matters.step import advance, open_matter
from registry.transactions.messages import close_quarter
from registry.transactions.quarters.blockers import look_for_blockers
from registry.transactions.quarters.calendar import Quarter, quarter_ending, quarter_of
from registry.transactions.quarters.count import count_lists, last_movement, stop_movements
from registry.transactions.quarters.machine import CLOSE
from registry.transactions.quarters.models import quarter_counts, quarters

_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('quarter-close', 0))")
_CLOSED = text("select 1 from quarters where ends_on = :ends_on").bindparams(bindparam("ends_on", type_=Date))
_LAST_CLOSED = text("select max(ends_on) from quarters")
_PREPARED = text(
    "select id from matters where kind = 'quarter-close' and closed_at is null and facts ->> 'ends_on' = :ends_on"
).bindparams(bindparam("ends_on", type_=Text))


class OfQuarter(Asked):
    """About a quarter."""

    ends_on: date | None = Field(
        None, description="The quarter's last day; else the quarter that ended last.", examples=["2026-12-31"]
    )
    reason: str = Field("", max_length=2000, description="Why; kept, and never sent.")


def _quarter(context: Context, ends_on: date | None) -> Quarter | Impossible:
    if ends_on is None:
        return quarter_of(context.today).previous
    quarter = quarter_ending(ends_on)
    if quarter is None:
        return Impossible("Quarters end on 31 March, 30 June, 30 September and 31 December.", "ends_on")
    return quarter


async def _blockers(connection: AsyncConnection, context: Context, what: OfQuarter) -> Answer:
    quarter = _quarter(context, what.ends_on)
    if isinstance(quarter, Impossible):
        return quarter
    found = list(await look_for_blockers(connection, quarter, context.now))
    blocking = sum(each.blocks for each in found)
    day = quarter.ends_on.isoformat()
    sentence = f"{blocking} conditions block the close of {day}." if blocking else f"Nothing blocks {day}."
    return Done(sentence, data={"ends_on": quarter.ends_on, "counts_on": quarter.counts_on, "found": found})


async def _prepare(connection: AsyncConnection, context: Context, what: OfQuarter) -> Answer:
    quarter = _quarter(context, what.ends_on)
    if isinstance(quarter, Impossible):
        return quarter
    await connection.execute(_ONE_AT_A_TIME)
    refused = await _not_to_be_closed(connection, context, quarter)
    if refused is not None:
        return refused
    found = list(await look_for_blockers(connection, quarter, context.now))
    counts = await count_lists(connection, quarter.ends_on, await last_movement(connection))
    writes = Writes()
    days: int = context.policies.on("quarter_confirm_working_days", quarter.ends_on)
    matter_id = open_matter(
        writes,
        context,
        CLOSE,
        due_at=context.after_working_days(days),
        facts={"ends_on": quarter.ends_on.isoformat()},
        trigger_on=quarter.ends_on,
        reason=what.reason or None,
    )
    await writes.flush(connection)
    people = sum(people for _, _, people in counts)
    return Done(
        f"Prepared: {people:,} people on {len(counts):,} lists so far. A second person confirms.",
        matter_id,
        1,
        CLOSE.stages[0].name,
        data={"found": found, "people": people},
    )


async def _not_to_be_closed(connection: AsyncConnection, context: Context, quarter: Quarter) -> Impossible | None:
    """A quarter closes once, after it has ended, after the one before it, and is prepared once at a time."""
    if context.today < quarter.counts_on:
        return Impossible(f"The quarter has not ended; it is counted on {quarter.counts_on.isoformat()}.", "ends_on")
    ends = {"ends_on": quarter.ends_on}
    if (await connection.execute(_CLOSED, ends)).first() is not None:
        return Impossible("This quarter is closed, and is never opened again.", "ends_on")
    last: date | None = (await connection.execute(_LAST_CLOSED)).scalar_one()
    if last is not None and last != quarter.previous.ends_on:
        following = quarter_of(last).next.ends_on
        return Impossible(f"Quarters close in their order; the next one is {following.isoformat()}.", "ends_on")
    prepared: UUID | None = (
        await connection.execute(_PREPARED, {"ends_on": quarter.ends_on.isoformat()})
    ).scalar_one_or_none()
    if prepared is not None:
        return Impossible(f"It is prepared already: confirm or withdraw {prepared}.", "ends_on")
    return None


class Confirm(OnMatter):
    """Confirm a close that somebody else prepared."""


async def _close(work: Work, what: Confirm) -> str | Impossible:
    connection, context, writes = work.connection, work.context, work.writes
    quarter = quarter_of(date.fromisoformat(work.matter.facts["ends_on"]))
    await connection.execute(_ONE_AT_A_TIME)
    last = await stop_movements(connection)
    blocking = [each for each in await look_for_blockers(connection, quarter, context.now) if each.blocks]
    if blocking:
        told = "; ".join(f"{each.sentence} ({each.count}: registry {each.look})" for each in blocking)
        return Impossible(f"Not closed. {told}")
    counts = await count_lists(connection, quarter.ends_on, last)
    ends_on = quarter.ends_on.isoformat()
    writes.insert(
        quarters,
        ends_on=ends_on,
        matter_id=work.matter.id,
        prepared_by=await doer_of(connection, work.matter.id, "opened"),
        closed_by=context.actor.name,
        closed_at=context.now,
        last_movement=last,
    )
    for practice_id, _, people in counts:
        writes.insert(quarter_counts, ends_on=ends_on, practice_id=practice_id, people=people)
        close_quarter(writes, context, practice_id, quarter.ends_on)
    people = sum(people for _, _, people in counts)
    facts = {"people": people, "practices": len(counts)}
    advance(writes, context, CLOSE, work.matter, "close", facts=facts, reason=what.reason or None)
    return f"Closed: {people:,} people on {len(counts):,} lists; every practice is told (F8)."


class Withdraw(OnMatter):
    """Do not close what was prepared."""


async def _withdraw(work: Work, what: Withdraw) -> str | Impossible:
    advance(work.writes, work.context, CLOSE, work.matter, "withdraw", reason=what.reason or None)
    return "Withdrawn; it may be prepared again."


BLOCKERS = Act(
    "quarters",
    "blockers",
    "See what blocks the close of a quarter, and what is to be known.",
    OfQuarter,
    _blockers,
    example="quarters blockers --ends-on 2026-12-31",
)
PREPARE = Act(
    "quarters",
    "prepare",
    "Prepare the close of a quarter, for a second person to confirm.",
    OfQuarter,
    _prepare,
    example="quarters prepare --ends-on 2026-12-31",
)
CONFIRM: Any = matter_act(
    CLOSE,
    "quarters",
    "close",
    Confirm,
    _close,
    summary="Close a quarter that somebody else prepared: freeze its counts and tell every practice.",
    example="quarters close 0192… --version 1",
)
WITHDRAW: Any = matter_act(
    CLOSE,
    "quarters",
    "withdraw",
    Withdraw,
    _withdraw,
    summary="Withdraw a close that was prepared.",
    example="quarters withdraw 0192… --version 1",
)

QUARTERS = Group("quarters", "The close of a quarter, by two people.", (BLOCKERS, PREPARE, CONFIRM, WITHDRAW))
