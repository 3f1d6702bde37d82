"""A notice says that somebody is not away for long enough, and a deduction from an earlier one waits: whoever keyed
it is told."""

from registry.transactions.deductions.causes import row_of
from registry.transactions.deductions.conclude_notice import NoticeCase
from registry.transactions.deductions.refusals import NoticeRefusal
from registry.transactions.facts import PersonFacts, pending_for

_TOO_SHORT = frozenset(
    {
        NoticeRefusal.ABROAD_TOO_SHORT,
        NoticeRefusal.ABSENCE_TOO_SHORT,
        NoticeRefusal.PRISON_TOO_SHORT,
        NoticeRefusal.STAY_TOO_SHORT,
    }
)
"""The refusals that say not to deduct."""


def pending_beside(refusal: NoticeRefusal, case: NoticeCase, person: PersonFacts) -> str:
    """What to say of a pending deduction with the reason of the refused notice; empty where there is none.

    A refusal writes nothing, so the deduction runs on until a person cancels it. The sender of a file
    is not told: it is the office that acts.
    """
    now = person.membership
    pending = None if now is None else pending_for(person, now.practice_id)
    row = row_of(case.notice.cause)
    reasons = {each.code for each in (row.reason, row.by_forces) if each is not None}
    if refusal not in _TOO_SHORT or case.source != "office" or pending is None or pending.removal not in reasons:
        return ""
    falls_due = "when its days are over" if pending.due_on is None else f"on {pending.due_on.isoformat()}"
    return (
        f"An earlier deduction with the reason {pending.removal} is pending and takes them off the list {falls_due}:"
        f" if it no longer holds, take it back with `removals cancel` (its version is {pending.version})."
    )
