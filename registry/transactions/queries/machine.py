"""The machine of a query: asked, read, answered; nothing but the answer to what was asked leads to its end."""

from registry.transactions.matters.kind import Kind, Work, declare
from registry.transactions.matters.machine import Machine, Stage, Step
from registry.transactions.matters.step import advance

ASKED, RECEIVED, OVERDUE, ANSWERED = "asked", "received", "overdue", "answered"
UNANSWERED = (ASKED, RECEIVED, OVERDUE)
OPEN = (*UNANSWERED, ANSWERED)

QUERY = Machine(
    kind="query",
    title="Query to a practice",
    meaning="The office asks a practice something about one of its patients, or about its list. To have been sent"
    " closes nothing: only the practice's answer to what was asked does.",
    source="Domain rules R2 (a query is closed by its counter-event); FHIR R4 Communication.inResponseTo",
    stages=(
        Stage(ASKED, "The practice was asked.", "practice", "the practice's answer"),
        Stage(RECEIVED, "The practice says that it has read the question.", "practice", "the practice's answer"),
        Stage(OVERDUE, "The time for an answer is over: ring the practice.", "registration", "the practice's answer"),
        Stage(ANSWERED, "The practice answered; the office reads it.", "registration", "closing"),
        Stage("closed", "The answer was read, and acted upon where there was need."),
        Stage("withdrawn", "The question was taken back: nobody needs an answer any more."),
    ),
    steps=(
        Step("read", (ASKED,), RECEIVED, "The practice has the question."),
        Step("overdue", (ASKED, RECEIVED), OVERDUE, "Nothing was heard in time."),
        Step("answer", UNANSWERED, ANSWERED, "The practice's words in response to a question."),
        Step("ask", OPEN, ASKED, "The office asks once more, or something further."),
        *(Step("remark", (state,), state, "The practice says something that answers no question.") for state in OPEN),
        Step("close", (ANSWERED,), "closed", "There is an answer, and it was read."),
        Step("withdraw", OPEN, "withdrawn", "Taken back."),
    ),
)


async def falls_due(work: Work) -> str:
    """Without an answer in time it is the office's move; an answer that nobody reads rises."""
    if work.matter.state not in (ASKED, RECEIVED):
        return "left"
    days: int = work.context.policies.on("query_working_days", work.matter.trigger_on)["chase"]
    advance(work.writes, work.context, QUERY, work.matter, "overdue", due_at=work.context.after_working_days(days))
    return "query overdue"


QUERIES = declare(Kind(QUERY, falls_due))
"""No move of a person steps it: who was asked about somebody who left can still answer."""
