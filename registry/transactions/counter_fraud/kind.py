"""A suspicion of fraud as a kind of matter: a chaser when the time for an answer is over, else it rises."""

from registry.transactions.counter_fraud.machine import COUNTER_FRAUD, REFERRED
from registry.transactions.matters.kind import Kind, Work, declare
from registry.transactions.matters.step import advance


async def falls_due(work: Work) -> str:
    """With them: to be chased. With the office it rises."""
    if work.matter.state != REFERRED:
        return "left"
    days = work.context.policies.on("counter_fraud_working_days", work.matter.trigger_on)["chase"]
    advance(
        work.writes, work.context, COUNTER_FRAUD, work.matter, "overdue",
        due_at=work.context.after_working_days(days),
    )  # fmt: skip
    return "case overdue"


KIND = declare(Kind(COUNTER_FRAUD, falls_due))
