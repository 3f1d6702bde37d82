"""Crown servants and their families who come back from overseas to the practice that they had before.

What is noted here lets the practice's acceptance pass a closed list within the days; the acceptance
itself is an ordinary one.
"""

from uuid import UUID

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.kind import Kind, Work, declare
from registry.transactions.matters.machine import Machine, Stage, Step
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance
from registry.transactions.rules.crown_return import CROWN_RETURN

CROWN = Machine(
    kind=CROWN_RETURN,
    title="Return of a Crown servant",
    meaning="From a month before the return until three months after it the original practice accepts them, though"
    " its list be closed.",
    source="Contracts Regulations 2015 Sch 3 paras 31D, 32; domain rules R1, correction 13",
    stages=(
        Stage("expected", "They come back, or have come.", "registration", "acceptance"),
        Stage("registered", "A practice has accepted them."),
        Stage("lapsed", "The days are over, or they will not come."),
    ),
    steps=(
        Step("register", ("expected",), "registered", "On a practice's list."),
        Step("lapse", ("expected",), "lapsed", "Three months after the return nobody had accepted them."),
        Step("withdraw", ("expected",), "lapsed", "They will not come."),
        Step("die", ("expected",), "lapsed", "Recorded as dead."),
    ),
)


async def _days_are_over(work: Work) -> str:
    advance(work.writes, work.context, CROWN, work.matter, "lapse")
    return "lapsed"


def _registered(
    writes: Writes, context: Context, person: PersonFacts, matter: Matter, transaction_id: UUID | None
) -> None:
    advance(writes, context, CROWN, matter, "register", transaction_id=transaction_id)


def _died(writes: Writes, context: Context, person: PersonFacts, matter: Matter, transaction_id: UUID | None) -> None:
    advance(writes, context, CROWN, matter, "die", transaction_id=transaction_id)


CROWN_RETURNS = declare(Kind(CROWN, _days_are_over, {"registered": _registered, "died": _died}))
