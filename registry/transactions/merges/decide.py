"""Propose a merge, and approve it: two people, each with the preview before them.

Who looked too early is shown the facts as they are now. A proposal whose facts have moved is proposed
again; only then can it be approved.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.transactions.acts.act import Act, Answer, Impossible, Stale
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.case_reference import is_reference
from registry.transactions.context import Context
from registry.transactions.matters.in_hand import take_in_hand
from registry.transactions.matters.kind import Work
from registry.transactions.matters.read import doer_of, whose
from registry.transactions.matters.step import advance
from registry.transactions.merges.asked import Approve, Propose
from registry.transactions.merges.carry_out import carry_out
from registry.transactions.merges.machine import DUPLICATE, PROPOSED
from registry.transactions.merges.pair import lock_with_absorbed
from registry.transactions.merges.plan import Approved, Plan
from registry.transactions.merges.preview import show
from registry.transactions.merges.suspect import GROUP, plan_of
from registry.transactions.merges.work_on import NO_REFERENCE

_WHY = text(
    "select reason from matter_events where matter_id = :id and event = 'propose' order by version desc limit 1"
).bindparams(bindparam("id", type_=Uuid))


@dataclass(frozen=True, slots=True)
class _Proposed:
    """What was proposed, in the words of a preview."""

    retained: str | None
    national_ruling: bool
    death_stands: bool


def _proposed(work: Work) -> _Proposed:
    facts = work.matter.facts
    return _Proposed(facts["retained"], facts["national_ruling"], facts["death_stands"])


async def _propose(work: Work, what: Propose) -> str | Impossible:
    if not what.reason:
        return Impossible("Say why they are one person.", "reason")
    if not is_reference(work.context, what.case_reference, work.matter.trigger_on):
        return Impossible(NO_REFERENCE, "case_reference")
    plan = await plan_of(work.connection, work, what)
    if isinstance(plan, Impossible):
        return plan
    if plan.blocked is not None:
        return Impossible(plan.blocked.sentence, "retained" if plan.blocked.item == "retained" else None)
    days: int = work.context.policies.on("merge_approval_working_days", work.matter.trigger_on)
    advance(
        work.writes,
        work.context,
        DUPLICATE,
        work.matter,
        "propose",
        due_at=work.context.after_working_days(days),
        facts={
            "retained": str(plan.choice.survivor.id),
            "national_ruling": what.national_ruling,
            "death_stands": what.death_stands,
            "case_reference": what.case_reference,
            "fingerprint": plan.fingerprint,
        },
        reason=what.reason,
    )
    return "Proposed; another person is to approve it."


async def _approve(work: Work, what: Approve) -> str | Impossible:
    context, matter = work.context, work.matter
    plan = await plan_of(work.connection, work, _proposed(work))
    if isinstance(plan, Impossible):
        return plan
    if plan.blocked is not None:
        return Impossible(plan.blocked.sentence)
    if matter.facts["fingerprint"] != plan.fingerprint:
        return Impossible("The facts have moved since it was proposed: it is to be proposed again.")
    author = await doer_of(work.connection, matter.id, "propose")
    reason = (await work.connection.execute(_WHY, {"id": matter.id})).scalar_one()
    approved = Approved(
        author or "",
        reason or "",
        matter.facts["case_reference"],
        matter.facts["national_ruling"],
        matter.facts["death_stands"],
        matter.id,
    )
    merge_id = await carry_out(work.connection, context, plan, approved)
    advance(work.writes, context, DUPLICATE, matter, "approve", facts={"merge": str(merge_id)}, reason=what.reason)
    return f"Merged: one record stands for both. The merge, should it have to be undone, is {merge_id}."


async def _moved(connection: AsyncConnection, context: Context, work: Work, plan: Plan) -> Stale:
    return Stale(work.matter.version, {"preview": await show(connection, context, plan)})


async def _run_propose(connection: AsyncConnection, context: Context, what: Propose) -> Answer:
    await _lock(connection, what.id)
    work = await take_in_hand(connection, context, what.id)
    if work is not None and _is_this(work, what.version) and work.matter.due_at is not None:
        plan = await plan_of(connection, work, what)
        if isinstance(plan, Plan) and plan.fingerprint != what.fingerprint:
            return await _moved(connection, context, work, plan)
    return await _PROPOSE.run(connection, context, what)


async def _run_approve(connection: AsyncConnection, context: Context, what: Approve) -> Answer:
    await _lock(connection, what.id)
    work = await take_in_hand(connection, context, what.id)
    if work is not None and _is_this(work, what.version) and work.matter.state == PROPOSED:
        plan = await plan_of(connection, work, _proposed(work))
        if isinstance(plan, Plan) and plan.fingerprint != what.fingerprint:
            return await _moved(connection, context, work, plan)
    return await _APPROVE.run(connection, context, what)


def _is_this(work: Work, version: int) -> bool:
    return work.matter.kind == DUPLICATE.kind and work.matter.version == version


async def _lock(connection: AsyncConnection, matter_id: UUID) -> None:
    """Both people and whatever was merged into them, in one order, before anything else is locked."""
    people = await whose(connection, matter_id)
    if people:
        await lock_with_absorbed(connection, people)


_PROPOSE = matter_act(DUPLICATE, GROUP, "propose", Propose, _propose, summary="Propose that two records be made one.")
_APPROVE = matter_act(DUPLICATE, GROUP, "approve", Approve, _approve, summary="Approve a merge, which carries it out.")
_AT = "0197b0de-0000-7000-8000-000000000001"

PROPOSE = Act(
    GROUP,
    "propose",
    "Propose that two records be made one, resting on an outside case; another person approves it.",
    Propose,
    _run_propose,
    example=f"duplicates propose {_AT} --version 5 --case-reference INC0123456 --fingerprint 0123456789abcdef"
    ' --reason "confirmed by both practices"',
)
APPROVE = Act(
    GROUP,
    "approve",
    "Approve a merge that another person proposed; it is carried out at once.",
    Approve,
    _run_approve,
    example=f"duplicates approve {_AT} --version 6 --fingerprint 0123456789abcdef",
)
