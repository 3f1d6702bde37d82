"""The requests to the national side between asking and applying, and nudging those that are due.

Answering (state C) and failing (state E) are in `transactions.national_answers`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.database import Writes, to_json
from registry.jobs import names
from registry.jobs.enqueue import NewJob, enqueue_all
from registry.pds.port import Whereabouts
from registry.transactions.commands import TraceAnswer
from registry.transactions.models import national_requests
from registry.transactions.national_answers import NationalRequest
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex

MOST_AT_ONCE = 500
"""How many due requests one call nudges; the rest are due still."""

_LOCK_OPEN = text("select id from national_requests where id = :id and state <> 'C' for update").bindparams(
    bindparam("id", type_=Uuid)
)
_DESCRIBED = text("select * from patients where id = :id").bindparams(bindparam("id", type_=Uuid))
_ADD_PROBLEM = text(
    "update national_requests set answer = answer || cast(:problem as jsonb)"
    " where id = :id and answer ->> 'outcome' = 'unanswered'"
).bindparams(bindparam("id", type_=Uuid), bindparam("problem", type_=Text))
_DUE = text(
    "select id from national_requests where state <> 'C' and next_attempt_at <= :now"
    " order by next_attempt_at limit :most"
).bindparams(bindparam("now", type_=DateTime(timezone=True)))
_WHERE_NOW = text(
    """
    select p.nhs_number, r.ods_code, case when r.id is null then l.code end as outside, v.effective_on
    from patients p
    left join lateral (
      select to_list, effective_on from list_movements where patient_id = p.id order by id desc limit 1) v on true
    left join lists l on l.id = v.to_list
    left join practices r on r.id = v.to_list
    where p.id = :id
    """
).bindparams(bindparam("id", type_=Uuid))


async def nudge_due(connection: AsyncConnection, now: datetime) -> int:
    """Enqueue a job for each open request whose next attempt is due, at most 500. Returns how many.

    A request for which such a job is waiting already gets no second one.
    """
    due = (await connection.execute(_DUE, {"now": now, "most": MOST_AT_ONCE})).scalars().all()
    await enqueue_all(connection, [nudge(request_id) for request_id in due])
    return len(due)


def nudge(request_id: UUID) -> NewJob:
    """The job that asks about a request again."""
    return NewJob(names.ASK_NATIONAL_SIDE, {"request_id": str(request_id)}, dedupe_key=f"national:{request_id}")


async def lock_open(connection: AsyncConnection, request_id: UUID) -> bool:
    """Lock a request. False when it is complete: somebody else was faster."""
    return (await connection.execute(_LOCK_OPEN, {"id": request_id})).scalar_one_or_none() is not None


async def keep_answer(connection: AsyncConnection, request_id: UUID, answer: TraceAnswer, now: datetime) -> None:
    """Keep an answer that has not been applied yet (state U): from here on nobody needs to ask again.

    The request must be locked and open. It stays due, so that a crash before it is applied is made good.
    """
    stored = {"outcome": answer.outcome, "number": answer.number}
    await _write(connection, request_id, state="U", answer=stored, next_attempt_at=now)


async def come_back(connection: AsyncConnection, request: NationalRequest, at: datetime) -> None:
    """The question was taken and its answer is to come (state P): ask again at an instant.

    The request must be locked and open.
    """
    await _write(connection, request.id, state="P", attempts=request.attempts + 1, answer=None, next_attempt_at=at)


async def withdraw(connection: AsyncConnection, request: NationalRequest, why: str, now: datetime) -> None:
    """Complete a request whose answer nobody needs any more. The request must be locked and open."""
    answer = {"outcome": "withdrawn", "problem": why}
    await _write(connection, request.id, state="C", answer=answer, closed_at=now, next_attempt_at=None)


async def add_problem(connection: AsyncConnection, request_id: UUID, problem: str) -> None:
    """Say beside an `unanswered` what stood in the way. `problem` is a kind of error, without data."""
    await connection.execute(_ADD_PROBLEM, {"id": request_id, "problem": to_json({"problem": problem})})


async def whereabouts_of(connection: AsyncConnection, patient_id: UUID) -> tuple[str | None, Whereabouts]:
    """A person's number, if any, and where they are registered now by the last movement of the ledger."""
    row = (await connection.execute(_WHERE_NOW, {"id": patient_id})).one()
    return (row.nhs_number, Whereabouts(row.ods_code, row.outside, row.effective_on))


async def described(connection: AsyncConnection, patient_id: UUID) -> Demographics:
    """A person of the register as they are described to the national side, with their number, if any."""
    row = (await connection.execute(_DESCRIBED, {"id": patient_id})).one()
    name = Name(row.surname, row.first_forename, row.second_forename, row.other_forenames, row.title)
    address = Address.of([row.line_1, row.line_2, row.line_3, row.line_4, row.line_5], row.postcode)
    return Demographics(
        name, Sex(row.sex), row.date_of_birth, row.nhs_number, row.previous_surname, address,
        place_of_birth=row.place_of_birth,
    )  # fmt: skip


async def _write(connection: AsyncConnection, request_id: UUID, **changes: Any) -> None:
    writes = Writes()
    writes.update(national_requests, request_id, **changes)
    await writes.flush(connection)
