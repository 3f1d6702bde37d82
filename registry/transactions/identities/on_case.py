"""An act on a case: the vault opened, the case locked and checked, what is to be done decided, and the step written."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.security.callers import Permission
from registry.transactions.acts.act import Act, Answer, Asked, Done, Impossible, Nothing, Stale, WrongState
from registry.transactions.context import Context
from registry.transactions.identities.asked import OnCase
from registry.transactions.identities.machine import IDENTITY_CHANGE
from registry.transactions.identities.steps import take_step
from registry.vault.cases import Case, events_of, lock_case
from registry.vault.closed import Moved, VaultClosed
from registry.vault.door import in_vault

GROUP = "identities"
A = TypeVar("A", bound=Asked)
C = TypeVar("C", bound=OnCase)
Run = Callable[[AsyncConnection, Context, A], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Taken:
    """What is to be written. The sentence holds nothing of anybody; `event` stands for the act's own."""

    sentence: str
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    due_at: datetime | None = None
    note: Mapping[str, Any] = field(default_factory=dict[str, Any])
    event: str = ""


def vault_act(name: str, asked: type[A], run: Run[A], *, summary: str, example: str) -> Act[A]:
    """An act for which the vault is opened; where it does not open, the answer says why, and nothing is written."""

    async def guarded(connection: AsyncConnection, context: Context, what: A) -> Answer:
        try:
            # What was written before the vault did not open, or turned out to have moved, is undone with it.
            async with connection.begin_nested():
                return await run(connection, context, what)
        except VaultClosed as closed:
            return Impossible(str(closed))
        except Moved as moved:
            return Stale(moved.version)

    return Act(GROUP, name, summary, asked, guarded, example, Permission.CHANGE_IDENTITIES)


def case_act(
    event: str,
    asked: type[C],
    do: Callable[[AsyncConnection, Context, Case, C], Awaitable[Taken | Impossible]],
    *,
    summary: str,
    example: str,
    name: str = "",
) -> Act[C]:
    """Make an act of an event of the machine. `do` is called outside the vault, with the case locked."""

    async def run(connection: AsyncConnection, context: Context, what: C) -> Answer:
        async with in_vault(
            connection, context.actor, context.now, f"case.{event}", reason=what.reason, about=[what.id]
        ) as vault:
            case = await lock_case(vault, what.id)
            doers = {} if case is None else {each.event: each.by for each in await events_of(vault, case.id)}
        refused = _not_now(case, event, what, doers, context.actor.name)
        if case is None or refused is not None:
            return refused or Nothing("case")
        taken = await do(connection, context, case, what)
        if isinstance(taken, Impossible):
            return taken
        async with in_vault(
            connection, context.actor, context.now, "case.changed", reason=what.reason, about=[what.id]
        ) as vault:
            after = await take_step(
                vault,
                context,
                case,
                taken.event or event,
                due_at=taken.due_at,
                facts=taken.facts,
                reason=what.reason,
                note=taken.note,
            )
        return Done(taken.sentence, after.id, after.version, after.state)

    return vault_act(name or event, asked, run, summary=summary, example=example)


def _not_now(case: Case | None, event: str, what: OnCase, doers: Mapping[str, str], actor: str) -> Answer | None:
    if case is None:
        return Nothing("case")
    if case.version != what.version:
        return Stale(case.version, {"state": case.state, "due_at": case.due_at})
    step = IDENTITY_CHANGE.step(case.state, event)
    if step is None:
        return WrongState(case.state, IDENTITY_CHANGE.states_for(event))
    if step.not_by is not None and actor in (doers.get(step.not_by), doers.get("opened")):
        return Impossible("You had a hand in this yourself: another person must approve it.")
    return None
