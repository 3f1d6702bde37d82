"""A case with another body as a kind of matter: the alert before its time is over, and the chaser after it."""

from datetime import datetime

from registry.transactions.liaison.machine import ALERTED, LIAISON, SENT
from registry.transactions.matters.kind import Kind, Work, declare
from registry.transactions.matters.step import advance


async def falls_due(work: Work) -> str:
    """With them: an alert while there is time, a chaser when it is over. With the office it rises."""
    matter, context = work.matter, work.context
    if matter.state not in (SENT, ALERTED):
        return "left"
    answer_at = datetime.fromisoformat(matter.facts["answer_at"])
    if context.now < answer_at:
        advance(work.writes, context, LIAISON, matter, "alert", due_at=answer_at)
        return "liaison alerted"
    days = context.policies.on("liaison_working_days", matter.trigger_on)["chase"]
    advance(work.writes, context, LIAISON, matter, "overdue", due_at=context.after_working_days(days))
    return "liaison overdue"


KIND = declare(Kind(LIAISON, falls_due))
