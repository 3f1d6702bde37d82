"""One line of a file of notices, in one unit of work: what it does, and the row that accounts for it."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Integer, Text, Uuid

from registry.database import Writes, iso
from registry.transactions.context import Context
from registry.transactions.deductions.births import expect_birth
from registry.transactions.deductions.notice import Notice
from registry.transactions.deductions.refusals import NoticeRefusal
from registry.transactions.deductions.take_notice import take_notice
from registry.transactions.due.chase import open_chaser
from registry.transactions.facts import PersonFacts
from registry.transactions.gather import gather_person, lock_by_number
from registry.transactions.notices.models import notice_lines
from registry.transactions.notices.read_file import Fault
from registry.transactions.notices.read_line import Birth, Line, Query
from registry.values.person import Sex

Result = Literal["done", "repeated", "referred", "refused"]

_CLAIM = text(
    "select 1 from notice_files where id = :id and last_line < :line and completed_at is null for update"
).bindparams(bindparam("id", type_=Uuid), bindparam("line", type_=Integer))

_COUNT = {
    result: text(f"update notice_files set last_line = :line, {result} = {result} + 1 where id = :id").bindparams(
        bindparam("id", type_=Uuid), bindparam("line", type_=Integer)
    )
    for result in ("done", "repeated", "referred", "refused")
}

_LOCK_KEY = text("select pg_advisory_xact_lock(hashtextextended(:key, 7))").bindparams(bindparam("key", type_=Text))

_ACTED = text("select 1 from notice_lines where notice_key = :key and result in ('done', 'referred')").bindparams(
    bindparam("key", type_=Text)
)


@dataclass(frozen=True, slots=True)
class LineResult:
    """What became of a line."""

    line: int
    result: Result
    outcome: str
    sentence: str
    reference: str = ""
    field: str | None = None
    transaction_id: UUID | None = None
    matter_id: UUID | None = None


async def take_line(
    connection: AsyncConnection, context: Context, file_id: UUID, number: int, line: Line | Fault
) -> LineResult | None:
    """Deal with a line, once: None where another load of the same file has dealt with it."""
    if (await connection.execute(_CLAIM, {"id": file_id, "line": number})).first() is None:
        return None
    if isinstance(line, Fault):
        sentence = f"{line.column} {line.problem}."
        result = LineResult(number, "refused", "unreadable", sentence, line.reference, line.column)
    else:
        result = await _act_once(connection, context, number, line)
    writes = Writes()
    writes.insert(
        notice_lines,
        file_id=file_id,
        line=number,
        reference=result.reference,
        notice_key=None if isinstance(line, Fault) else line.key,
        result=result.result,
        outcome=result.outcome,
        sentence=result.sentence,
        field=result.field,
        transaction_id=result.transaction_id,
        matter_id=result.matter_id,
        at=iso(context.now),
    )
    await writes.flush(connection)
    await connection.execute(_COUNT[result.result], {"id": file_id, "line": number})
    return result


async def _act_once(connection: AsyncConnection, context: Context, number: int, line: Line) -> LineResult:
    """A notice that acted before, or waits for a clerk, in whatever file it came, acts no more."""
    await connection.execute(_LOCK_KEY, {"key": line.key})
    if (await connection.execute(_ACTED, {"key": line.key})).first() is not None:
        return LineResult(number, "repeated", "taken-before", "This notice was taken before.", line.reference)
    match line.says:
        case Notice() as notice:
            return await _notice(connection, context, number, line.reference, notice)
        case Birth() as birth:
            return await _birth(connection, context, number, line.reference, birth)
        case Query() as query:
            return await _query(connection, context, number, line.reference, query)


async def _notice(
    connection: AsyncConnection, context: Context, number: int, reference: str, notice: Notice
) -> LineResult:
    taken = await take_notice(connection, context, notice, "notice-file")
    return LineResult(
        number,
        "repeated" if taken.result == "known" else taken.result,
        taken.outcome,
        taken.sentence,
        reference,
        taken.field,
        taken.transaction_id,
        taken.matter_id,
    )


async def _birth(
    connection: AsyncConnection, context: Context, number: int, reference: str, birth: Birth
) -> LineResult:
    """Expected on a list, or there already; a number that is somebody else's goes to a person."""
    if birth.born_on > context.today:
        sentence = "The date of birth is yet to come."
        return LineResult(number, "refused", "birth-in-future", sentence, reference, "date_of_birth")
    found = await lock_by_number(connection, birth.number)
    writes = Writes()
    if not found:
        matter = expect_birth(writes, context, birth.number, birth.born_on, birth.sex.value, birth.notified_on)
        await writes.flush(connection)
        sentence = "Born, and on no practice's list yet: an acceptance is expected."
        return LineResult(number, "done", "birth-expected", sentence, reference, matter_id=matter)
    person = await gather_person(connection, found[0])
    if _is_child(person, birth):
        sentence = "A practice has registered the child already."
        return LineResult(number, "repeated", "registered-already", sentence, reference)
    sentence = "The number of a notified birth belongs to somebody who was not born so."
    open_chaser(writes, context, "birth-number-held", sentence, patient_ids=(person.id,))
    await writes.flush(connection)
    return LineResult(number, "referred", "birth-number-held", sentence, reference, "nhs_number")


def _is_child(person: PersonFacts, birth: Birth) -> bool:
    unsaid = (Sex.UNKNOWN, Sex.NOT_SPECIFIED)
    same_sex = person.sex is birth.sex or person.sex in unsaid or birth.sex in unsaid
    return same_sex and person.date_of_birth in (None, birth.born_on)


async def _query(
    connection: AsyncConnection, context: Context, number: int, reference: str, query: Query
) -> LineResult:
    """A question about a person becomes a case; whoever answers it answers the National Back Office."""
    found = await lock_by_number(connection, query.number)
    if not found:
        refusal = NoticeRefusal.NUMBER_UNKNOWN
        return LineResult(number, "refused", refusal.label, refusal.sentence, reference, refusal.field)
    writes = Writes()
    sentence = "The National Back Office asks about this person."
    evidence = {"reference": reference}
    open_chaser(writes, context, "nbo-query", sentence, patient_ids=(found[0],), evidence=evidence)
    await writes.flush(connection)
    return LineResult(number, "referred", "nbo-query", sentence, reference)
