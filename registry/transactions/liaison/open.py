"""Begin a case with another body: its matter, its reference, and whom it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Integer, Text

from registry.database import Writes, iso
from registry.transactions.context import Context
from registry.transactions.liaison.models import liaison_cases
from registry.transactions.liaison.people import add_people
from registry.transactions.liaison.rules import reference_of
from registry.transactions.matters.machine import Machine
from registry.transactions.matters.step import open_matter

# One at a time draws a number, so that a series has no gaps and no number twice.
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('reference-of-' || :series, 0))").bindparams(
    bindparam("series", type_=Text)
)
_LAST = text("select coalesce(max(number), 0) from liaison_cases where series = :series and year = :year").bindparams(
    bindparam("series", type_=Text), bindparam("year", type_=Integer)
)


@dataclass(frozen=True, slots=True)
class NewCase:
    """What is known of a case when it begins. `people` are locked."""

    with_whom: str
    asks: str
    people: Sequence[UUID] = ()
    practice_id: UUID | None = None
    about_matter_id: UUID | None = None
    about_case_id: UUID | None = None
    their_reference: str | None = None
    pattern: str | None = None
    month: date | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that was begun."""

    id: UUID
    reference: str


async def open_case(
    connection: AsyncConnection,
    writes: Writes,
    context: Context,
    machine: Machine,
    case: NewCase,
    *,
    due_at: datetime,
    reason: str | None = None,
) -> Opened:
    """Add a case and its matter to the batch, with the next reference of its series.

    The matter names neither person nor practice: several cases may be open about one person, and who may see
    a restricted one is decided by kind alone.
    """
    series, year = machine.kind, context.today.year
    await connection.execute(_ONE_AT_A_TIME, {"series": series})
    last: int = (await connection.execute(_LAST, {"series": series, "year": year})).scalar_one()
    reference = reference_of(context.policies.on("liaison_reference", context.today), series, year, last + 1)
    facts = {"reference": reference, "with": case.with_whom, "asks": case.asks}
    matter_id = open_matter(writes, context, machine, due_at=due_at, facts=facts, reason=reason)
    writes.insert(
        liaison_cases,
        id=matter_id,
        series=series,
        year=year,
        number=last + 1,
        reference=reference,
        with_whom=case.with_whom,
        asks=case.asks,
        their_reference=case.their_reference,
        practice_id=case.practice_id,
        about_matter_id=case.about_matter_id,
        about_case_id=case.about_case_id,
        pattern=case.pattern,
        month=None if case.month is None else iso(case.month),
    )
    add_people(writes, context, matter_id, series, case.people)
    return Opened(matter_id, reference)
