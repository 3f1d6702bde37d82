"""The register of refusals: which practice would not take whom, on what ground, and whether it gave its reasons.

A practice may refuse on reasonable grounds that have nothing to do with race, sex, age, class,
religion, orientation, appearance, disability or condition, and owes the applicant its reasons
in writing within 14 days (Contracts Regulations 2004 Sch 6 para 17; domain rules R1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Date, Uuid
from uuid_utils.compat import uuid7

from registry.audit.record import record
from registry.database import Writes, iso
from registry.transactions.acts.act import Impossible
from registry.transactions.assignment.machine import REFUSAL
from registry.transactions.assignment.models import practice_refusals
from registry.transactions.assignment.practices import Named
from registry.transactions.context import Context
from registry.transactions.due.chase import open_chaser
from registry.transactions.matters.step import open_matter
from registry.transactions.rules.assignment_words import Ground
from registry.values.period import start_of_day

_SAME = text(
    "select 1 from practice_refusals where practice_id = :practice_id and refused_on = :refused_on"
    " and (patient_id = :patient_id or application_id = :application_id)"
).bindparams(
    bindparam("practice_id", type_=Uuid),
    bindparam("refused_on", type_=Date),
    bindparam("patient_id", type_=Uuid),
    bindparam("application_id", type_=Uuid),
)

_REPORTED = {
    "insufficient": "A practice refused an applicant on what is no ground for it: {words}. Ask it to put that right.",
    "discriminatory": "A practice refused an applicant because of {words}, which is forbidden. Tell the commissioner.",
}
_CLOSED_THOUGH_OPEN = (
    "A practice refused an applicant as if its list were closed. It is open: ask it to put that right."
)


@dataclass(frozen=True, slots=True)
class Refused:
    """What is said of a refusal: by whom, of whom (one of the two), when, on what ground, reasons written when."""

    practice: Named
    refused_on: date
    ground: Ground
    reasons_given_on: date | None
    patient_id: UUID | None = None
    application_id: UUID | None = None

    @property
    def stands(self) -> bool:
        return self.ground.stands(self.practice.facts.list_is_open)


async def cannot_be(connection: AsyncConnection, context: Context, refused: Refused) -> Impossible | None:
    """Why a refusal cannot be recorded as it is told, or None."""
    if refused.refused_on > context.today:
        return Impossible("The day of the refusal is in the future.", "refused_on")
    given = refused.reasons_given_on
    if given is not None and not refused.refused_on <= given <= context.today:
        return Impossible("The written reasons cannot come before the refusal or in the future.", "reasons_given_on")
    values = {
        "practice_id": refused.practice.facts.id,
        "refused_on": refused.refused_on,
        "patient_id": refused.patient_id,
        "application_id": refused.application_id,
    }
    if (await connection.execute(_SAME, values)).first() is not None:
        return Impossible("This practice's refusal of that day is in the register already.", "refused_on")
    return None


def record_refusal(writes: Writes, context: Context, refused: Refused) -> tuple[UUID, str]:
    """Enter a refusal; returns its id and what is to be said of it.

    Without written reasons a matter waits for them. What is no ground is reported as a case, and so
    are reasons that came late.
    """
    refusal_id, practice = uuid7(), refused.practice.facts
    late_from = overdue_from(context, refused.refused_on)
    waits: UUID | None = None
    if refused.reasons_given_on is None:
        waits = open_matter(
            writes,
            context,
            REFUSAL,
            due_at=late_from,
            practice_id=practice.id,
            facts={"refusal_id": str(refusal_id), "refused_on": refused.refused_on.isoformat()},
            trigger_on=refused.refused_on,
        )
    elif start_of_day(refused.reasons_given_on) >= late_from:
        report_breach(writes, context, practice.id, refusal_id)
    writes.insert(
        practice_refusals,
        id=refusal_id,
        practice_id=practice.id,
        patient_id=refused.patient_id,
        application_id=refused.application_id,
        refused_on=iso(refused.refused_on),
        ground=refused.ground.value,
        stands=refused.stands,
        reasons_given_on=iso(refused.reasons_given_on),
        matter_id=waits,
        recorded_at=context.now,
    )
    record(
        writes,
        context.actor,
        "refusal.recorded",
        context.now,
        patient_ids=() if refused.patient_id is None else (refused.patient_id,),
        subject={"practice": practice.ods_code, "ground": refused.ground.value, "stands": refused.stands},
        request_id=context.request_id,
    )
    if refused.stands:
        return refusal_id, "The refusal is in the register."
    return refusal_id, _report_ground(writes, context, refused, refusal_id)


def _report_ground(writes: Writes, context: Context, refused: Refused, refusal_id: UUID) -> str:
    """The case names no person: it is about the practice, and holds up nothing that is about the applicant."""
    about = refused.ground.about
    sentence = _REPORTED.get(about.kind, _CLOSED_THOUGH_OPEN).format(words=about.words)
    evidence: dict[str, Any] = {"refusal": refusal_id, "ground": refused.ground.value}
    open_chaser(
        writes,
        context,
        "refusal-without-ground",
        sentence,
        practice_id=refused.practice.facts.id,
        evidence=evidence,
    )
    why = about.words if about.kind != "reasonable" else "the list is open"
    return f"The refusal is in the register. Its ground is not taken as evidence ({why}), and a case reports it."


def report_breach(writes: Writes, context: Context, practice_id: UUID, refusal_id: UUID) -> None:
    """Report written reasons that are late or came late."""
    sentence = "A practice owes an applicant whom it refused its reasons in writing, and they are or were late."
    evidence: dict[str, Any] = {"refusal": refusal_id}
    open_chaser(writes, context, "refusal-reasons-late", sentence, practice_id=practice_id, evidence=evidence)


def overdue_from(context: Context, refused_on: date) -> datetime:
    """The instant from which written reasons are late: the end of the last of their days."""
    days: int = context.policies.on("refusal_reasons_days", refused_on)
    return start_of_day(refused_on + timedelta(days=days + 1))


_OF = text(
    "select refused_on from practice_refusals where (patient_id = :patient_id or application_id = :application_id)"
    " order by refused_on desc"
).bindparams(bindparam("patient_id", type_=Uuid), bindparam("application_id", type_=Uuid))


async def refusals_of(connection: AsyncConnection, patient_id: UUID | None, application_id: UUID) -> Sequence[date]:
    """The days on which practices refused somebody, the latest first."""
    found = await connection.execute(_OF, {"patient_id": patient_id, "application_id": application_id})
    return list(found.scalars())
