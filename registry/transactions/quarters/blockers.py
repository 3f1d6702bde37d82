"""What blocks the close of a quarter, each with how much of it there is and where to look.

Source: the conditions of the NHAIS screen CQ (registration manual), as domain rules R11 lists them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Date, DateTime

from registry.transactions.identities.unfinished import unfinished_until
from registry.transactions.quarters.calendar import Quarter
from registry.values.period import start_of_day


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must not be. Its query counts rows and gives the earliest due instant or day."""

    name: str
    sentence: str
    look: str
    """The command that lists what is counted."""
    query: str
    blocks: bool = True
    """Whether it forbids the close; otherwise it is told."""


CONDITIONS = (
    Condition(
        "pending-deductions",
        "Deductions that fall due within the quarter are pending.",
        "transactions list --state pending",
        "select count(*) from pending_deductions where state = 'pending' and due_on <= :ends_on",
    ),
    Condition(
        "fp69-due",
        "FP69s whose removal acts within the quarter are outstanding.",
        "matters list --kind fp69",
        "select count(*) from matters where kind = 'fp69' and closed_at is null and state = 'open'"
        " and cast(facts ->> 'expires_on' as date) < :ends_on",
    ),
    Condition(
        "national-requests",
        "Questions and updates of the quarter are not complete on the national side.",
        "pds queue",
        "select count(*) from national_requests where state <> 'C' and asked_at < :counts_at",
    ),
    Condition(
        "notice-files",
        "Files of notices that came within the quarter are not loaded to their end.",
        "notices list",
        "select count(*) from notice_files where completed_at is null and received_at < :counts_at",
    ),
    Condition(
        "notices-in-queue",
        "Notices that came within the quarter wait for a decision.",
        "anomalies list",
        "select count(*) from transactions where kind = 'notice' and state = 'in-queue' and received_at < :counts_at",
    ),
    Condition(
        "acceptances-unanswered",
        "Acceptances that came within the quarter are unanswered; whoever they are about is not counted with them.",
        "transactions list --state in-queue",
        "select count(*) from transactions where kind = 'acceptance' and state in ('in-queue', 'waiting-for-trace')"
        " and received_at < :counts_at",
        blocks=False,
    ),
)
"""In the order in which they are reported."""


@dataclass(frozen=True, slots=True)
class Found:
    """A condition that is met, and how often."""

    name: str
    sentence: str
    count: int
    blocks: bool
    look: str


async def look_for_blockers(connection: AsyncConnection, quarter: Quarter, now: datetime) -> Sequence[Found]:
    """Every condition that is met: what blocks the close first, then what is told. `now` is whoever asks's."""
    counts_at: datetime = start_of_day(quarter.counts_on)
    found: list[Found] = []
    for each in sorted(CONDITIONS, key=lambda condition: not condition.blocks):
        query = text(each.query)
        known = {"ends_on": (quarter.ends_on, Date), "counts_at": (counts_at, DateTime(timezone=True))}
        named = {name: value for name, value in known.items() if f":{name}" in each.query}
        typed = query.bindparams(*(bindparam(name, type_=kind) for name, (_, kind) in named.items()))
        values = {name: value for name, (value, _) in named.items()}
        count: int = (await connection.execute(typed, values)).scalar_one()
        if count:
            found.append(Found(each.name, each.sentence, count, each.blocks, each.look))
    unfinished = await unfinished_until(connection, quarter.ends_on, now)
    if unfinished:
        found.insert(
            0, Found("unfinished", "Work on the register is not finished.", unfinished, True, _LOOK_UNFINISHED)
        )
    return found


_LOOK_UNFINISHED = "jobs run"
"""Nobody has anything to do: it is finished by the clock, within days."""
