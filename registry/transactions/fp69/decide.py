"""What the office decides about an open FP69."""

from datetime import date

from pydantic import Field

from registry.database import iso
from registry.transactions.acts.act import Impossible, OnMatter
from registry.transactions.fp69.lift import lift
from registry.transactions.fp69.machine import FP69
from registry.transactions.leave import take_off
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance
from registry.transactions.office_transactions import note_transaction
from registry.transactions.rules.removal_reasons import RemovalReason


class Confirm(OnMatter):
    """How it is known that the person lives there."""

    seen_on: date | None = Field(None, description="When the practice last saw the person.")


async def confirm(work: Work, asked: Confirm) -> str | Impossible:
    if not asked.reason:
        return Impossible("Say how it is known that the person lives there.", "reason")
    if asked.seen_on is not None and asked.seen_on > work.context.today:
        return Impossible("Nobody was seen after today.", "seen_on")
    if work.person is None:
        return Impossible("The matter names nobody.")
    details = {"seen_on": iso(asked.seen_on)} if asked.seen_on is not None else {}
    lift(work.writes, work.context, work.person, work.matter, "confirmed", reason=asked.reason, details=details)
    return "Confirmed; the flag is lifted and the practice is told."


async def cancel(work: Work, asked: OnMatter) -> str | Impossible:
    if not asked.reason:
        return Impossible("Say why.", "reason")
    if work.person is None:
        return Impossible("The matter names nobody.")
    lift(work.writes, work.context, work.person, work.matter, "cancelled", reason=asked.reason)
    return "Cancelled; the practice is told that the flag is lifted."


async def say_gone_away(work: Work, asked: OnMatter) -> str | Impossible:
    """The practice says so by telephone or on paper, as it might on the link."""
    if not asked.reason:
        return Impossible("Say what the practice said, and how.", "reason")
    person, matter = work.person, work.matter
    if person is None:
        return Impossible("The matter names nobody.")
    transaction_id = note_transaction(
        work.writes,
        work.context,
        "notice",
        outcome="gone-away",
        sentence="The practice says that the person has gone away.",
        command={"matter": str(matter.id)},
        patient_id=person.id,
        practice_id=matter.practice_id,
        matter_id=matter.id,
    )
    take_off(work.writes, work.context, person, RemovalReason.CGA, transaction_id, matter_id=matter.id)
    advance(
        work.writes,
        work.context,
        FP69,
        matter,
        "gone-away",
        reason=asked.reason,
        transaction_id=transaction_id,
    )
    return "Off the list as gone away; the practice is told."


async def note_chase(work: Work, asked: OnMatter) -> str | Impossible:
    if not asked.reason:
        return Impossible("Say who was asked after the child.", "reason")
    days = work.context.policies.on("fp69_safeguarding_working_days", work.matter.trigger_on)["again"]
    due_at = work.context.after_working_days(days)
    advance(work.writes, work.context, FP69, work.matter, "chased", due_at=due_at, reason=asked.reason)
    return "Noted; it comes up again when the time has passed."
