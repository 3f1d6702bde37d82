"""A confusion that comes to nothing: one person after all, or a mistake."""

from registry.transactions.acts.act import Impossible, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.confusions.machine import CONFUSION
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance


async def _one_person(work: Work, what: OnMatter) -> str | Impossible:
    if not what.reason:
        return Impossible("Say on what evidence.", "reason")
    advance(work.writes, work.context, CONFUSION, work.matter, "one-person", reason=what.reason)
    return "One person after all; the record stays as it is, and its clocks run again."


async def _withdraw(work: Work, what: OnMatter) -> str | Impossible:
    if not what.reason:
        return Impossible("Say why.", "reason")
    advance(work.writes, work.context, CONFUSION, work.matter, "withdraw", reason=what.reason)
    return "Withdrawn; nothing was done."


ONE_PERSON = matter_act(
    CONFUSION, "confusions", "one-person", OnMatter, _one_person, summary="Close it: there is one person, after all."
)
WITHDRAW = matter_act(
    CONFUSION, "confusions", "withdraw", OnMatter, _withdraw, summary="Close it: it was opened by mistake."
)
