"""Writing what becomes of a case: its stage with a clock, and beside it what the register itself has still to do."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.types import DateTime, Uuid

from registry.transactions.context import Context
from registry.transactions.identities.machine import APPROVED, AWAITED, IDENTITY_CHANGE, NOTIFIED, NUMBERED
from registry.values.period import start_of_day
from registry.vault.cases import Case, change_case
from registry.vault.door import Vault

_DAYS = {
    NOTIFIED: "identity_number_working_days",
    NUMBERED: "identity_approval_working_days",
    APPROVED: "identity_approval_working_days",
}
_USUAL = "identity_step_working_days"


def stage_due(context: Context, state: str) -> datetime:
    """By when what a stage expects must have come, from now."""
    return due_by_policy(context, _DAYS.get(state, _USUAL))


def due_by_policy(context: Context, key: str) -> datetime:
    """The end of so many working days from now as a policy says."""
    days: int = context.policies.on(key, context.today)
    return context.after_working_days(days)


async def take_step(
    vault: Vault,
    context: Context,
    case: Case,
    event: str,
    *,
    due_at: datetime | None = None,
    facts: Mapping[str, Any] | None = None,
    reason: str = "",
    note: Mapping[str, Any] | None = None,
    new_patient_id: Any = None,
) -> Case:
    """Take a case over a step of its machine. `due_at` is the stage's; left out it is that of the policy,
    or as it was where the stage stays. Raises ValueError for a step that the state does not allow."""
    step = IDENTITY_CHANGE.step(case.state, event)
    if step is None:
        raise ValueError(f"{case.state}: {event} is not allowed")
    stage = IDENTITY_CHANGE.stage(step.after)
    known = {**case.facts, **(facts or {})}
    if stage.name != case.state:
        known |= {"stage_due_at": stage_due(context, stage.name), "risen": 0}
    if due_at is not None:
        known["stage_due_at"] = due_at
    return await change_case(
        vault,
        case,
        event,
        reason=reason,
        note=note,
        state=stage.name,
        expects=stage.expects,
        due_at=_due(context, stage.name, known),
        closed_at=context.now if stage.is_end else None,
        facts=known,
        new_patient_id=new_patient_id or case.new_patient_id,
    )


async def note_work(vault: Vault, context: Context, case: Case, event: str, facts: Mapping[str, Any]) -> Case:
    """Note what the register did of its own, or that nobody moved in time; the stage stays."""
    known = {**case.facts, **facts}
    return await change_case(vault, case, event, due_at=_due(context, case.state, known), facts=known)


async def look_again(vault: Vault, context: Context, case: Case) -> None:
    """Nothing is due but a look whether the practice has done it: looked, and so again tomorrow. No step."""
    await vault.execute(_LOOK_AGAIN, {"id": case.id, "due_at": _due(context, case.state, case.facts)})


_LOOK_AGAIN = text("update vault.cases set due_at = :due_at where id = :id").bindparams(
    bindparam("id", type_=Uuid), bindparam("due_at", type_=DateTime(timezone=True))
)


def _due(context: Context, state: str, facts: Mapping[str, Any]) -> datetime:
    """When the clock strikes next: for the stage, for what the register has still to do, or to look every morning
    whether the practice has registered the number."""
    at = [instant_of(facts, name) for name in ("stage_due_at", "work_at", "statistics_at")]
    if state in AWAITED:
        at.append(next_morning(context) + _MORNING)
    return min(each for each in at if each is not None)


_MORNING = timedelta(hours=6)


def instant_of(facts: Mapping[str, Any], name: str) -> datetime | None:
    """An instant among the facts: as it was put there, or as JSON gives it back."""
    value = facts.get(name)
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def next_morning(context: Context) -> datetime:
    """The beginning of tomorrow."""
    return start_of_day(type(context.today).fromordinal(context.today.toordinal() + 1))
