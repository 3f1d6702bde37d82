"""The evening's post: letters are checked once more, handed over in a batch, and what their posting begins is begun."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import DateTime, Integer, Uuid

from registry.database import Writes, unit_of_work
from registry.transactions.context import Context
from registry.transactions.due.chase import open_chaser
from registry.transactions.due.deadline import BATCH, Deadline, Done, each
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.letters.kinds import letter_of
from registry.transactions.letters.models import letter_batches, letters
from registry.transactions.letters.posted import batch_posted, days_begin
from registry.transactions.letters.suppress import HELD, RECORD_ENDED, route_for, suppression
from registry.transactions.letters.write import is_post_day, next_post
from registry.transactions.matters.read import matter_from_json
from registry.transactions.pending import end_pending

log = structlog.get_logger("registry.due")

_DUE = text("select id from letters where due_at <= :now order by due_at, id limit :batch").bindparams(
    bindparam("now", type_=DateTime(timezone=True)), bindparam("batch", type_=Integer)
)

_ABOUT = text("select patient_id from letters where id = any(:ids) and patient_id is not null").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)

# Read after its people are locked, so that what is checked here stays so until it is handed over.
_LOOK = text(
    """
    select l.id, l.kind, l.patient_id, l.route, l.practice_id, coalesce(p.restricted, false) as restricted,
      p.date_of_birth as born_on, coalesce(p.status, 'live') as status, (
        select s.list_id from list_memberships s
        where s.patient_id = l.patient_id and upper_inf(s.period)) as held_by, (
        select x.facts ->> 'route' from matters x
        where x.patient_id = l.patient_id and x.kind = 'protection' and x.closed_at is null) as wanted, (
        select to_json(m)::text from matters m
        where m.patient_id = l.patient_id and m.kind = 'fp69' and m.closed_at is null) as fp69,
      exists (
        select from liaison_people w join matters c on c.id = w.matter_id
        where w.patient_id = l.patient_id and c.kind = 'counter-fraud' and c.closed_at is null) as held,
      exists (
        select from pending_deductions w where w.letter_id = l.id and w.state = 'pending') as begins_a_clock,
      coalesce(t.state <> 'pending' or m.closed_at is not null, false) as ended,
      l.content ? 'removal_on' and (l.content ->> 'removal_on')::date is distinct from d.due_on as outdated
    from letters l left join patients p on p.id = l.patient_id
    left join transactions t on t.id = l.transaction_id left join matters m on m.id = l.matter_id
    left join pending_deductions d on d.transaction_id = l.transaction_id and d.state = 'pending'
    where l.id = any(:ids) and l.due_at <= :now order by l.due_at, l.id for update of l skip locked
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("now", type_=DateTime(timezone=True)))

_OPEN_BATCH = text(
    "insert into letter_batches (handed_over_at, letters, suppressed, due_at, posted_on)"
    " values (:now, :letters, :suppressed, :due, :posted_on) returning id"
).bindparams(bindparam("now", type_=DateTime(timezone=True)), bindparam("due", type_=DateTime(timezone=True)))

_TO_NEXT_POST = text("update letters set due_at = :next where due_at <= :now").bindparams(
    bindparam("now", type_=DateTime(timezone=True)), bindparam("next", type_=DateTime(timezone=True))
)

_WAIT = text("update letters set due_at = :next where id = any(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(Uuid)), bindparam("next", type_=DateTime(timezone=True))
)

_LATE_BATCHES = text(
    "select b.id, exists (select from anomalies a where a.state = 'open' and a.kind = 'letters-unposted'"
    " and a.evidence ->> 'batch' = b.id::text) as chased"
    " from letter_batches b where b.due_at <= :now order by b.id limit :batch for update skip locked"
).bindparams(bindparam("now", type_=DateTime(timezone=True)), bindparam("batch", type_=Integer))


@dataclass(frozen=True, slots=True)
class _Checked:
    """A letter and whom it is about, and why it does not go after all."""

    id: UUID
    patient_id: UUID | None
    record_ended: bool
    because: str | None
    route: str
    practice_id: UUID | None
    waits: bool
    """It is held, and its posting begins a clock: neither happens yet."""


async def _strike(engine: AsyncEngine, context: Context) -> Done:
    """Bounded batches, each its own unit of work: what was handed over before a fault stays handed over."""
    if not is_post_day(context, context.today):
        async with unit_of_work(engine) as connection:
            await connection.execute(_TO_NEXT_POST, {"now": context.now, "next": next_post(context)})
        done = Done()
    else:
        done = await _hand_over_all(engine, context)
    async with unit_of_work(engine) as connection:
        done.update(await _chase_print_room(connection, context))
    return done


async def _hand_over_all(engine: AsyncEngine, context: Context) -> Done:
    done = Done()
    while True:
        try:
            async with unit_of_work(engine) as connection:
                handed = await hand_over(connection, context)
        except Exception as error:  # whatever is wrong with one letter, the others leave this evening
            log.error("letters.batch-failed", error=type(error).__name__)
            done.update(await each(engine, _DUE, {"now": context.now}, context, _alone))
            return done
        done.update(handed)
        if handed.total() < BATCH:
            return done


async def _alone(connection: AsyncConnection, context: Context, letter_id: UUID) -> str:
    handed = await _hand_over(connection, context, [letter_id])
    return next((word for word, count in handed.items() if count), "gone")


async def hand_over(connection: AsyncConnection, context: Context) -> Done:
    """Check the letters that are due once more, and hand them over as one batch with its control totals.

    The batch counts the letters that go and those that do not, and each of both names its batch.
    Where the print room does not confirm (policy `letters_count_as_posted`) they count as posted
    the same day; else the batch waits for `registry letters posted`.
    """
    ids = (await connection.execute(_DUE, {"now": context.now, "batch": BATCH})).scalars().all()
    return await _hand_over(connection, context, ids)


async def _hand_over(connection: AsyncConnection, context: Context, ids: Sequence[UUID]) -> Done:
    people = (await connection.execute(_ABOUT, {"ids": list(ids)})).scalars().all()
    await lock_people(connection, sorted(set(people)))
    rows = (await connection.execute(_LOOK, {"ids": list(ids), "now": context.now})).all()
    if not rows:
        return Done()
    every = [_check(row, context.today) for row in rows]
    checked = [letter for letter in every if not letter.waits]
    await _put_off(connection, context, [letter.id for letter in every if letter.waits])
    if not checked:
        return Done({"letters put off": len(every)})
    go = [letter for letter in checked if letter.because is None]
    stay = [letter for letter in checked if letter.because is not None]
    batch_id = await _open_batch(connection, context, len(go), len(stay))
    writes = Writes()
    for letter in go:
        writes.update(
            letters,
            letter.id,
            state="handed-over",
            batch_id=batch_id,
            due_at=None,
            route=letter.route,
            practice_id=letter.practice_id,
        )
    for letter in stay:
        writes.update(
            letters, letter.id, state="suppressed", suppressed_because=letter.because, batch_id=batch_id, due_at=None
        )
    await writes.flush(connection)
    await _without_a_letter(connection, context, stay)
    if go and context.policies.on("letters_count_as_posted", context.today) == "at-hand-over":
        await batch_posted(connection, context, batch_id, context.today, printed_today=True)
    put_off = len(every) - len(checked)
    return Done({"letters posted": len(go), "letters suppressed": len(stay), "letters put off": put_off})


async def _put_off(connection: AsyncConnection, context: Context, ids: Sequence[UUID]) -> None:
    """Nobody is removed by a clock that a letter begins which the office holds: it waits, evening by evening."""
    if ids:
        await connection.execute(_WAIT, {"ids": list(ids), "next": next_post(context)})


def _check(row: Any, today: date) -> _Checked:
    fp69 = matter_from_json(orjson.loads(row.fp69)) if row.fp69 else None
    because = suppression(
        letter_of(row.kind).value, row.status, fp69, ended=row.ended, outdated=row.outdated, held=row.held
    )
    waits = because == HELD and row.begins_a_clock
    return _Checked(row.id, row.patient_id, row.status in RECORD_ENDED, because, *_way(row, today), waits)


def _way(row: Any, today: date) -> tuple[str, UUID | None]:
    """The way that was decided; for whoever is protected by now, by way of the practice that holds them now."""
    kind = letter_of(row.kind).value
    if not row.restricted or kind.to != "patient":
        return row.route, row.practice_id
    on_a_list = row.held_by is not None
    route = route_for(kind, restricted=True, on_a_list=on_a_list, born_on=row.born_on, today=today, wanted=row.wanted)
    return route, row.held_by if route == "practice" else row.practice_id


async def _open_batch(connection: AsyncConnection, context: Context, goes: int, stays: int) -> int:
    """A batch from which nothing goes waits for nothing."""
    values = {
        "now": context.now,
        "letters": goes,
        "suppressed": stays,
        "due": context.after_working_days(1) if goes else None,
        "posted_on": None if goes else context.today,
    }
    batch_id: int = (await connection.execute(_OPEN_BATCH, values)).scalar_one()
    return batch_id


async def _without_a_letter(connection: AsyncConnection, context: Context, stay: Sequence[_Checked]) -> None:
    """No removal waits for ever for a letter that is not sent.

    Where no post reaches the person the days begin today, as if it had been posted; where the
    person has died, or the record is no longer in use, the removal is overtaken.
    """
    await days_begin(connection, [letter.id for letter in stay if not letter.record_ended], context.today)
    writes = Writes()
    for letter in stay:
        if letter.record_ended and letter.patient_id is not None:
            person = await gather_person(connection, letter.patient_id)
            for pending in person.pending:
                if pending.letter_id == letter.id:
                    end_pending(writes, context, person, pending, "superseded", "The person has moved on.")
    await writes.flush(connection)


async def _chase_print_room(connection: AsyncConnection, context: Context) -> Done:
    """A batch of which the print room says nothing: a person asks, once; the case itself rises."""
    rows = (await connection.execute(_LATE_BATCHES, {"now": context.now, "batch": BATCH})).all()
    writes = Writes()
    for row in rows:
        if not row.chased:
            open_chaser(writes, context, "letters-unposted", _UNPOSTED, evidence={"batch": row.id})
        writes.update(letter_batches, row.id, due_at=context.after_working_days(1))
    await writes.flush(connection)
    return Done({"batches chased": len(rows)})


_UNPOSTED = "The print room has not said that a batch of letters was posted; their clocks have not begun."

LETTERS = Deadline(
    "letters",
    "select due_at as at from letters where due_at is not null"
    " union all select due_at from letter_batches where due_at is not null",
    _strike,
)
