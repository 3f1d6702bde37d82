"""An act on a matter: locked, looked at, checked against its machine, then done."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.security.callers import Permission
from registry.transactions.acts.act import Act, Answer, Done, Impossible, Nothing, OnMatter, Stale, WrongState
from registry.transactions.context import Context
from registry.transactions.matters.in_hand import take_in_hand
from registry.transactions.matters.kind import Work
from registry.transactions.matters.machine import Machine
from registry.transactions.matters.models import matters
from registry.transactions.matters.read import doer_of
from registry.transactions.matters.stands import Matter

M = TypeVar("M", bound=OnMatter)

_LAST = text(
    "select event, at, by, reason from shown_matter_events where matter_id = :id order by version desc limit 1"
).bindparams(bindparam("id", type_=Uuid))


def matter_act(
    machine: Machine,
    group: str,
    event: str,
    asked: type[M],
    do: Callable[[Work, M], Awaitable[str | Impossible]],
    *,
    summary: str,
    name: str | None = None,
    example: str = "",
    permission: Permission = Permission.WORK_MATTERS,
) -> Act[M]:
    """Make an act of an event of a machine.

    `do` is called when the matter is there, at the version that was seen, in a state in which the
    event is allowed, and the doer may be the one who does it. It writes the step with `advance`
    and returns a sentence; `Impossible` writes nothing.
    """

    async def run(connection: AsyncConnection, context: Context, what: M) -> Answer:
        work = await take_in_hand(connection, context, what.id)
        if work is None or work.matter.kind != machine.kind:
            return Nothing(machine.title.lower())
        matter = work.matter
        if matter.version != what.version:
            return Stale(matter.version, await _as_it_stands(connection, matter))
        step = machine.step(matter.state, event)
        if step is None:
            return WrongState(matter.state, machine.states_for(event))
        if step.not_by is not None and await doer_of(connection, matter.id, step.not_by) == context.actor.name:
            return Impossible(_ANOTHER[step.not_by] if step.not_by in _ANOTHER else _another(step.not_by))
        ended = await do(work, what)
        if isinstance(ended, Impossible):
            return ended
        if not work.writes.changes(matters, matter.id):
            raise RuntimeError(f"{machine.kind}: {event} wrote no step")
        await work.writes.flush(connection)
        return Done(ended, matter.id, matter.version + 1, step.after)

    return Act(group, name or event, summary, asked, run, example, permission)


_ANOTHER = {"opened": "You began this yourself: another person must do it."}


def _another(event: str) -> str:
    return f"You did this step yourself: {event}. Another person must do the next."


async def _as_it_stands(connection: AsyncConnection, matter: Matter) -> dict[str, Any]:
    """What somebody who looked too early is shown: the state, and the last thing that happened."""
    last = (await connection.execute(_LAST, {"id": matter.id})).mappings().one()
    return {"state": matter.state, "due_at": matter.due_at, "last_event": dict(last)}
