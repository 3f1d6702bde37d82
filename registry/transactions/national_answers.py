"""What the national side answered, applied to the transaction that waits for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.database import Writes
from registry.transactions import register
from registry.transactions.commands import KINDS, RegisterPatient, Ruling, TraceAnswer, from_stored
from registry.transactions.confusions.allot import take_number
from registry.transactions.context import Context
from registry.transactions.due.failing import note_mended
from registry.transactions.models import national_requests
from registry.transactions.outcome import Case, Outcome

_READ = text(
    """
    select r.id, r.kind, r.state, r.attempts, r.patient_id, r.transaction_id, r.answer, r.next_attempt_at,
           r.question ->> 'number' as number,
           t.kind as transaction_kind, t.command, t.version, t.state as transaction_state, t.ruling, t.due_at
    from national_requests r left join transactions t on t.id = r.transaction_id
    where r.id = :id
    """
).bindparams(bindparam("id", type_=Uuid))
_LOCK = text("select id from national_requests where id = :id for update").bindparams(bindparam("id", type_=Uuid))
_LOCK_TRANSACTION = text(
    "select id from transactions where id = (select transaction_id from national_requests where id = :id) for update"
).bindparams(bindparam("id", type_=Uuid))


@dataclass(frozen=True, slots=True)
class NationalRequest:
    """A question to the national side, with the transaction that waits for the answer."""

    id: UUID
    kind: str
    state: str
    attempts: int
    patient_id: UUID | None
    command: RegisterPatient | None
    case: Case[RegisterPatient] | None
    ruling: Ruling | None
    waits_until: datetime | None
    """Until when the transaction waits for the answer; None where it waits no longer, or none ever did."""
    next_attempt_at: datetime | None
    answer: TraceAnswer | None = None
    """An answer that has come and is to be applied (state U)."""
    number: str | None = None
    """The number that somebody was given and that is announced."""

    @property
    def is_open(self) -> bool:
        """Whether an answer would still change anything."""
        return self.state != "C"


_LAST_ANSWER = text(
    "select answer from national_requests where transaction_id = :id and kind not in ('update', 'announce')"
    " and state = 'C' order by closed_at desc, id desc limit 1"
).bindparams(bindparam("id", type_=Uuid))


async def last_answer(connection: AsyncConnection, transaction_id: UUID) -> TraceAnswer | None:
    """What the national side last said about a transaction; None where it was not asked, or did not answer."""
    stored = (await connection.execute(_LAST_ANSWER, {"id": transaction_id})).scalar_one_or_none()
    if stored is None or stored.get("outcome") not in _ANSWERS:
        return None
    return TraceAnswer(stored["outcome"], stored.get("number"))


_ANSWERS = frozenset({"single", "several", "none", "dead", "allocated"})


async def read_request(connection: AsyncConnection, request_id: UUID) -> NationalRequest | None:
    """A request as it is now, without a lock; None where there is none."""
    row = (await connection.execute(_READ, {"id": request_id})).mappings().one_or_none()
    return _request(row) if row else None


async def take_answer(
    connection: AsyncConnection, context: Context, request_id: UUID, answer: TraceAnswer | None
) -> Outcome | None:
    """Complete a request and let its transaction go on, in one unit of work.

    `answer` is None for an update that was taken. An answer that comes twice, or after the
    transaction has been settled, changes nothing and returns None.
    """
    # Locked first and read after: whoever settled it while we waited is then seen.
    await connection.execute(_LOCK, {"id": request_id})
    await connection.execute(_LOCK_TRANSACTION, {"id": request_id})
    row = (await connection.execute(_READ, {"id": request_id})).mappings().one_or_none()
    request = _request(row) if row else None
    if request is None or not request.is_open:
        return None
    writes = Writes()
    writes.update(
        national_requests,
        request.id,
        state="C",
        attempts=request.attempts + 1,
        answer={"outcome": answer.outcome, "number": answer.number} if answer else {"outcome": "taken"},
        closed_at=context.now,
        next_attempt_at=None,
    )
    await writes.flush(connection)
    if request.kind == "allocate" and request.patient_id is not None and answer is not None:
        await take_number(connection, context, request.patient_id, answer)
        await note_mended(connection, context, "national-update", [str(request.id)])
        return None
    waiting = row is not None and row["transaction_state"] == "waiting-for-trace"
    if answer is None or request.case is None or not waiting:
        return None
    return await register.go_on(connection, context, request.case, answer, request.ruling)


async def note_failure(connection: AsyncConnection, context: Context, request: NationalRequest, problem: str) -> None:
    """Record that the national side did not answer, and when it is asked again.

    The waits are a policy; the last repeats, and none is longer than the transaction waits.
    `problem` is a kind of error, without data.
    """
    waits: list[int] = context.policies.on("trace_retry_minutes", context.today)
    again = context.now + timedelta(minutes=waits[min(request.attempts, len(waits) - 1)])
    writes = Writes()
    writes.update(
        national_requests,
        request.id,
        state="E",
        attempts=request.attempts + 1,
        answer={"problem": problem},
        next_attempt_at=min(again, request.waits_until or again),
    )
    await writes.flush(connection)


def _request(row: Mapping[Any, Any]) -> NationalRequest:
    # What the office, a file or a clock made is told to the national side too, and holds no practice's command.
    # So it is with a record that is no longer in use: what was asked is blank.
    told = row["transaction_kind"] in KINDS and row["command"]
    command = from_stored(row["transaction_kind"], row["command"]) if told else None
    acceptance = command if isinstance(command, RegisterPatient) else None
    ruling = row["ruling"]
    return NationalRequest(
        id=row["id"],
        kind=row["kind"],
        state=row["state"],
        attempts=row["attempts"],
        patient_id=row["patient_id"],
        command=acceptance,
        case=Case(row["transaction_id"], acceptance, row["version"]) if acceptance is not None else None,
        ruling=_ruling(ruling) if ruling else None,
        waits_until=row["due_at"] if row["transaction_state"] == "waiting-for-trace" else None,
        next_attempt_at=row["next_attempt_at"],
        answer=TraceAnswer(**row["answer"]) if row["state"] == "U" else None,
        number=row["number"],
    )


def _ruling(stored: Mapping[str, Any]) -> Ruling:
    person = stored.get("patient_id")
    seen = tuple(UUID(each) for each in stored.get("seen", ()))
    return Ruling(**{**stored, "seen": seen, "patient_id": UUID(person) if person else None})
