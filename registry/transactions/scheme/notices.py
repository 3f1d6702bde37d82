"""A notice of violence: until the commissioner has approved it, where that is needed, and it is here in writing.

The removal acts with the notice and stands whatever becomes of this matter: a confirmation that
never comes undoes nothing (domain rules R4).
"""

from datetime import date, datetime
from uuid import UUID

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.matters.kind import Kind, Work, declare
from registry.transactions.matters.machine import Machine, Stage, Step
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance
from registry.transactions.scheme.rules import after, chase_from, last_day_to_confirm
from registry.values.period import london_date

KIND = "violence-notice"

TO_APPROVE, TO_APPROVE_SPOKEN = "awaiting-approval", "awaiting-approval-spoken"
UNCONFIRMED, CHASED, OVERDUE = "unconfirmed", "chased", "overdue"
_TO_APPROVE = (TO_APPROVE, TO_APPROVE_SPOKEN)
_UNWRITTEN = (UNCONFIRMED, CHASED, OVERDUE)

NOTICE = Machine(
    KIND,
    "Notice of violence",
    "A practice's notice that it will not keep somebody after an act of violence: until the commissioner has approved"
    " it, where the police's incident number is missing or the notice came late, and until it is here in writing.",
    "Contracts Regulations 2015 Sch 3 para 25; PCSE special allocation scheme help; domain rules R4",
    (
        Stage(TO_APPROVE_SPOKEN, "By word of mouth; the commissioner must approve it first.", "commissioner",
              "approval"),
        Stage(TO_APPROVE, "In writing; the commissioner must approve it first.", "commissioner", "approval"),
        Stage(UNCONFIRMED, "The person is removed; the notice is not here in writing.", "practice",
              "written confirmation"),
        Stage(CHASED, "The practice was reminded.", "practice", "written confirmation"),
        Stage(OVERDUE, "The seven days are over; the removal stands.", "supervisor", "written confirmation"),
        Stage("confirmed", "It is here in writing."),
        Stage("approved", "Approved, and in writing: the person is removed."),
        Stage("converted", "No immediate removal; the practice may ask for an ordinary one."),
        Stage("refused", "No removal."),
        Stage("overtaken", "The person left the practice before it was approved."),
        Stage("left-unconfirmed", "Given up; the removal stands."),
        Stage("taken-back", "The removal was taken back: there is nothing to confirm."),
    ),
    (
        Step("approve", (TO_APPROVE,), "approved", "The commissioner approved: removed now.", not_by="opened"),
        Step("approve", (TO_APPROVE_SPOKEN,), UNCONFIRMED, "The commissioner approved: removed now.",
             not_by="opened"),
        Step("convert", _TO_APPROVE, "converted", "The commissioner wants an ordinary removal."),
        Step("refuse", _TO_APPROVE, "refused", "The commissioner, or the practice, wants none."),
        Step("overtaken", _TO_APPROVE, "overtaken", "They moved, left or died."),
        Step("confirm", (TO_APPROVE_SPOKEN,), TO_APPROVE, "It came in writing."),
        Step("confirm", _UNWRITTEN, "confirmed", "It came in writing, in time or late."),
        Step("chase", (UNCONFIRMED,), CHASED, "The fifth day."),
        Step("lapse", (CHASED,), OVERDUE, "The eighth day."),
        Step("followed", _UNWRITTEN, "left-unconfirmed", "Another notice came; the removal stands."),
        Step("taken-back", _UNWRITTEN, "taken-back", "The removal was a mistake."),
        Step("give-up", (OVERDUE,), "left-unconfirmed", "A supervisor's decision; nothing is undone."),
    ),
)  # fmt: skip


def noticed_at_of(matter: Matter) -> datetime:
    """The instant of the call, or of the sending."""
    return datetime.fromisoformat(matter.facts["noticed_at"])


def chased_at(noticed_at: datetime, context: Context) -> datetime:
    """When the practice is to be reminded of a notice that it gave by word of mouth."""
    rule = context.policies.on("violent_written_confirm", london_date(noticed_at))
    return chase_from(noticed_at, rule["chase_on_day"])


def confirmed_by(noticed_at: datetime, context: Context) -> date:
    """The last day for the notice to be here in writing."""
    rule = context.policies.on("violent_written_confirm", london_date(noticed_at))
    return last_day_to_confirm(noticed_at, rule["days"])


async def _falls_due(work: Work) -> str:
    """Remind the practice on the fifth day, and give it to a supervisor on the eighth. An approval that did not
    come is escalated."""
    context, matter, person = work.context, work.matter, work.person
    if matter.state not in (UNCONFIRMED, CHASED) or person is None:
        return "left"
    last_day = confirmed_by(noticed_at_of(matter), context)
    if matter.state == CHASED:
        due = context.after_working_days(1)
        advance(work.writes, context, NOTICE, matter, "lapse", due_at=due)
        return "confirmation overdue"
    advance(work.writes, context, NOTICE, matter, "chase", due_at=after(last_day))
    write_letter(
        work.writes,
        context,
        Letter.SCHEME_CONFIRMATION,
        person,
        {"noticed_at": matter.facts["noticed_at"], "confirm_by": last_day},
        practice_id=matter.practice_id,
        matter_id=matter.id,
    )
    return "confirmation chased"


def _overtaken(
    writes: Writes, context: Context, person: PersonFacts, matter: Matter, transaction_id: UUID | None
) -> None:
    """Who has left the practice cannot be removed from its list any more."""
    if NOTICE.step(matter.state, "overtaken") is not None:
        advance(writes, context, NOTICE, matter, "overtaken", transaction_id=transaction_id)


VIOLENCE_NOTICE = declare(Kind(NOTICE, _falls_due, {"registered": _overtaken, "left": _overtaken, "died": _overtaken}))
