"""An act on a pending removal: found by its person, looked at, checked against its states, then done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import Field
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.database import Writes
from registry.transactions.acts.act import AboutPerson, Act, Answer, Done, Impossible, Nothing, Stale, WrongState
from registry.transactions.acts.on_person import person_of
from registry.transactions.context import Context
from registry.transactions.due.chase import close_chasers
from registry.transactions.facts import PendingDeduction, PersonFacts
from registry.transactions.removals.machine import PENDING_DEDUCTION, stage_of
from registry.transactions.removals.question import UNANSWERED
from registry.transactions.rules.removal_reasons import RemovalReason

_LAST = text(
    "select state from pending_deductions where patient_id = :id and state <> 'pending'"
    " order by closed_at desc, id desc limit 1"
).bindparams(bindparam("id", type_=Uuid))

_TOLD = text(
    "select exists (select from letters where transaction_id = :id and kind in ('REM-1', 'REM-2', 'REM-3')"
    " and state in ('handed-over', 'posted', 'returned'))"
).bindparams(bindparam("id", type_=Uuid))


class OnRemoval(AboutPerson):
    """An act on somebody's pending removal, at the version that was looked at."""

    version: int = Field(description="The version of the removal that you looked at; `removals list` shows it.", ge=1)


@dataclass(slots=True)
class Removal:
    """A pending removal in hand: its person locked, and the writes of this unit of work."""

    context: Context
    writes: Writes
    person: PersonFacts
    pending: PendingDeduction
    told: bool
    """Whether the person has been written to about it: the letter left the office."""

    @property
    def reason(self) -> RemovalReason:
        return RemovalReason[self.pending.removal]


R = TypeVar("R", bound=OnRemoval)


def removal_act(
    event: str,
    asked: type[R],
    do: Callable[[Removal, R], Done | Impossible],
    *,
    summary: str,
    example: str,
) -> Act[R]:
    """Make an act of an event of a pending deduction.

    `do` is called when there is one, at the version that was seen, in a state in which the event
    is allowed. It gathers the writes; `Impossible` writes nothing. What was asked of the practice
    meanwhile is closed with it.
    """

    async def run(connection: AsyncConnection, context: Context, what: R) -> Answer:
        person = await person_of(connection, what.nhs_number)
        if isinstance(person, Impossible):
            return person
        states = PENDING_DEDUCTION.states_for(event)
        if not person.pending:
            last: str | None = (await connection.execute(_LAST, {"id": person.id})).scalar_one_or_none()
            return Nothing("pending removal of this person") if last is None else WrongState(last, states)
        pending = person.pending[0]
        if pending.version != what.version:
            facts = {"removal": pending.removal, "due_on": pending.due_on, "waits_for": pending.waits_for}
            return Stale(pending.version, facts)
        stage = stage_of("pending", pending.waits_for)
        if stage not in states:
            return WrongState(stage, states)
        told: bool = (await connection.execute(_TOLD, {"id": pending.transaction_id})).scalar_one()
        removal = Removal(context, Writes(), person, pending, told)
        done = do(removal, what)
        if isinstance(done, Done):
            await close_chasers(connection, removal.writes, context, UNANSWERED, "pending_deduction", str(pending.id))
            await removal.writes.flush(connection)
        return done

    return Act("removals", event, summary, asked, run, example)
