"""The clock of identity changes: what the register has still to do, and stages in which nobody moved in time.

Cases are in the vault, so this clock asks there what is due. Each is a unit of work of its own; one that
fails is tried again, and the case says so.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import Uuid

from registry.database import Writes, unit_of_work
from registry.retry import is_out_of_reach
from registry.transactions.context import Context
from registry.transactions.due.deadline import Deadline, Done
from registry.transactions.due.failing import failing, note_failing, note_mended
from registry.transactions.identities.close_old import analyse, leave_old, seal_old, sweep_old
from registry.transactions.identities.gaps import is_time_for_gaps, leave_gaps
from registry.transactions.identities.machine import AWAITED, AWAITING, CHASED
from registry.transactions.identities.make import make, write_id_1
from registry.transactions.identities.steps import due_by_policy, instant_of, look_again, note_work, take_step
from registry.transactions.identities.told import from_stored
from registry.transactions.scheme.find import find_practice
from registry.values.actor import Actor, ActorKind
from registry.vault.cases import Case, due_cases, lock_case, open_cases
from registry.vault.closed import VaultClosed
from registry.vault.door import in_vault
from registry.vault.window import cases_due, count_cases

log = structlog.get_logger("registry.due")

Work = Callable[[AsyncConnection, Context, Case], Awaitable[str]]

WORK: dict[str, Work] = {"make": make, "seal": seal_old, "leave": leave_old, "sweep": sweep_old}
"""What the register does of its own, in this order."""

_WHAT = "case_falls_due"
"""What is put before a person where it fails again and again, by the id of its case: nobody is named."""
_NOBODY = Actor(ActorKind.SYSTEM, "clock")
_AGAIN = timedelta(minutes=30)
_MOST_AT_ONCE = 8
"""How often one case is worked on in one strike: there are not so many things to do."""

_REGISTERED = text(
    "select exists (select from transactions where patient_id = :id and kind = 'acceptance' and state = 'accepted')"
).bindparams(bindparam("id", type_=Uuid))


async def strike(engine: AsyncEngine, context: Context) -> Done:
    """Work on every case that is due, until none is, or what is could not be done."""
    ends = Counter[str]()
    tried = Counter[UUID]()
    if is_time_for_gaps():
        async with unit_of_work(engine) as connection:
            await leave_gaps(connection)
    async with engine.connect() as connection:
        failed_before = await failing(connection, _WHAT)
    while True:
        fresh = [each for each in await _due(engine, context) if tried[each] < _MOST_AT_ONCE]
        if not fresh:
            return Done({end: count for end, count in ends.items() if end != "gone"})
        for case_id in fresh:
            end = await _one(engine, context, case_id)
            ends[end] += 1
            if end != "failed" and str(case_id) in failed_before:
                async with unit_of_work(engine) as connection:
                    await note_mended(connection, context, _WHAT, [str(case_id)])
            # What was put off is due later; one that is due still has something else to be done.
            tried[case_id] += 1 if end == "worked" else _MOST_AT_ONCE


async def _due(engine: AsyncEngine, context: Context) -> list[UUID]:
    async with unit_of_work(engine) as connection:
        if not await cases_due(connection, context.now):
            return []
        try:
            async with in_vault(connection, context.actor, context.now, "cases.due") as vault:
                return [case.id for case in await due_cases(vault, context.now)]
        except VaultClosed as closed:
            log.error("vault.closed", sentence=str(closed))
            return []


async def _one(engine: AsyncEngine, context: Context, case_id: UUID) -> str:
    try:
        async with unit_of_work(engine) as connection:
            return await case_falls_due(connection, context, case_id)
    except Exception as error:  # whatever it is, the next case is due all the same
        log.error("due.failed", act="case_falls_due", error=type(error).__name__)
        if not is_out_of_reach(error) and not isinstance(error, VaultClosed):
            async with unit_of_work(engine) as connection:
                await note_failing(connection, context, _WHAT, str(case_id), type(error).__name__)
            async with unit_of_work(engine) as connection:
                await _put_off(connection, context, case_id, type(error).__name__)
        return "failed"


async def case_falls_due(connection: AsyncConnection, context: Context, case_id: UUID) -> str:
    """One case: what has come meanwhile is noticed; then what the register has to do, and what its stage says."""
    async with in_vault(connection, context.actor, context.now, "case.struck", about=[case_id]) as vault:
        case = await lock_case(vault, case_id)
    if case is None or case.due_at is None or case.due_at > context.now:
        return "gone"
    if case.state in AWAITED and await _is_registered(connection, case):
        async with in_vault(connection, context.actor, context.now, "case.changed", about=[case.id]) as vault:
            await take_step(vault, context, case, "practice-registered")
        return "worked"
    if _has_come(context, case, "work_at"):
        return await WORK[case.facts["work"]](connection, context, case)
    if _has_come(context, case, "statistics_at"):
        return await analyse(connection, context, case)
    return await _stage(connection, context, case)


def _has_come(context: Context, case: Case, name: str) -> bool:
    at = instant_of(case.facts, name)
    return at is not None and at <= context.now


async def _stage(connection: AsyncConnection, context: Context, case: Case) -> str:
    """A practice that has not registered the number is chased, then the commissioner is told; whatever else nobody
    did in time rises. Before that day it was only looked."""
    stage_due = instant_of(case.facts, "stage_due_at")
    if stage_due is not None and stage_due > context.now:
        async with in_vault(connection, context.actor, context.now, "case.changed", about=[case.id]) as vault:
            await look_again(vault, context, case)
        return "worked"
    event = {AWAITING: "chase", CHASED: "commissioner"}.get(case.state)
    if event == "chase":
        await _write_again(connection, context, case)
    async with in_vault(connection, context.actor, context.now, "case.changed", about=[case.id]) as vault:
        if event is not None:
            due = due_by_policy(context, "identity_chase_working_days")
            await take_step(vault, context, case, event, due_at=due)
        else:
            risen: int = case.facts.get("risen", 0)
            known = {"risen": risen + 1, "stage_due_at": context.after_working_days(1)}
            await note_work(vault, context, case, "escalated", known)
    return "worked"


async def _is_registered(connection: AsyncConnection, case: Case) -> bool:
    return (await connection.execute(_REGISTERED, {"id": case.new_patient_id})).scalar_one()


async def _write_again(connection: AsyncConnection, context: Context, case: Case) -> None:
    practice = await find_practice(connection, case.facts["practice"], context.today)
    if practice is None or case.new_patient_id is None:
        return
    writes = Writes()
    told = from_stored(case.facts)
    write_id_1(writes, context, case, practice.facts.id, case.new_patient_id, told, again=True)
    await writes.flush(connection)


async def _put_off(connection: AsyncConnection, context: Context, case_id: UUID, error: str) -> None:
    async with in_vault(connection, context.actor, context.now, "case.changed", about=[case_id]) as vault:
        case = await lock_case(vault, case_id)
        if case is None or case.due_at is None or case.due_at > context.now:
            return
        again = context.now + _AGAIN
        name = next((each for each in ("work_at", "statistics_at") if _has_come(context, case, each)), "stage_due_at")
        failed: int = case.facts.get("failed", 0)
        await note_work(vault, context, case, "failed", {name: again, "failed": failed + 1, "failure": error})


async def next_identity_work(connection: AsyncConnection, now: datetime) -> datetime | None:
    """The earliest instant at which a case is due; None for none, and where the vault does not open.

    The connection's work is to be undone: looking ahead leaves nothing in the vault's audit.
    """
    if not (await count_cases(connection, now)).open:
        return None
    try:
        async with in_vault(connection, _NOBODY, now, "cases.looked-ahead") as vault:
            found = await open_cases(vault)
    except VaultClosed:
        return None
    return min((case.due_at for case in found if case.due_at is not None), default=None)


IDENTITIES = Deadline("identities", "select cast(null as timestamptz) as at where false", strike)
"""Its instants are in the vault: `next_identity_work` asks for the next one."""
