"""Off the list on a day to come: after an event that is announced, after due notice, or after due inquiry."""

from datetime import date, datetime
from uuid import UUID

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.deductions.causes import row_of
from registry.transactions.deductions.conclude_notice import NoticeCase, Taken, conclude_notice
from registry.transactions.deductions.decisions import Inquire, Wait
from registry.transactions.facts import PersonFacts, pending_for
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.pending import Leaving, acts_from, open_pending, replace_pending
from registry.transactions.rules.removal_reasons import RemovalReason


def wait_for_day(writes: Writes, context: Context, case: NoticeCase, person: PersonFacts, decision: Wait) -> Taken:
    """Pend a deduction until its day; whoever must have notice of it is written to."""
    if _waits_already(person, decision.due_on):
        return _waits(person)
    _pend(writes, context, case, person, decision.reason, due_on=decision.due_on)
    if decision.gives_notice:
        said = {"removed_on": decision.due_on.isoformat()}
        write_letter(writes, context, Letter.LIST_ENDS, person, said, transaction_id=case.id)
    sentence = f"Falls due on {decision.due_on.isoformat()}."
    acts = acts_from(context, decision.reason, decision.due_on, case.notice.notified_on)
    return _pending(writes, context, case, person, sentence, acts, "deduction")


def inquire(writes: Writes, context: Context, case: NoticeCase, person: PersonFacts, decision: Inquire) -> Taken:
    """Ask the person and the practice; the days begin when the letter is posted (Sch 3 para 30: due inquiry).

    Whoever comes back is accepted again by the practice, or the office cancels the deduction.
    """
    if person.membership is not None and pending_for(person, person.membership.practice_id) is not None:
        return _waits(person)
    said = {"answer_within_days": decision.days}
    letter = write_letter(writes, context, Letter.TEMPORARY_RESIDENT, person, said, transaction_id=case.id)
    write_letter(writes, context, Letter.TEMPORARY_RESIDENT_TO_PRACTICE, person, said, transaction_id=case.id)
    _pend(writes, context, case, person, decision.reason, days=decision.days, letter_id=letter)
    sentence = f"Asked by letter; falls due {decision.days} days after it is posted."
    return _pending(writes, context, case, person, sentence, context.after_working_days(1), "posting")


def _waits_already(person: PersonFacts, due_on: date) -> bool:
    """Whether a deduction of the person is pending for that day or an earlier one."""
    pending = None if person.membership is None else pending_for(person, person.membership.practice_id)
    return pending is not None and pending.due_on is not None and pending.due_on <= due_on


def _waits(person: PersonFacts) -> Taken:
    sentence = "A deduction of this person is pending already; nothing changed."
    return Taken("known", "already-pending", sentence, patient_id=person.id)


def _pend(
    writes: Writes,
    context: Context,
    case: NoticeCase,
    person: PersonFacts,
    reason: RemovalReason,
    *,
    due_on: date | None = None,
    days: int | None = None,
    letter_id: UUID | None = None,
) -> None:
    """Add the deduction that waits, or have it take the place of a later one: a practice has one for a person."""
    now = person.membership
    if now is None:
        raise ValueError("the person is on no practice's list")
    row = row_of(case.notice.cause)
    leaving = Leaving(
        practice_id=now.practice_id,
        transaction_id=case.id,
        gp_code=now.gp_code,
        reason=reason,
        told_as=row.f2_reason,
        to_list=row.leads_to.id,
        requested_on=case.notice.notified_on,
        due_on=due_on,
        waits_for=None if due_on is not None else "letter",
        days=days,
        letter_id=letter_id,
    )
    pending = pending_for(person, now.practice_id)
    if pending is None:
        open_pending(writes, context, person, leaving)
    else:
        replace_pending(writes, context, person, pending, leaving)


def _pending(
    writes: Writes,
    context: Context,
    case: NoticeCase,
    person: PersonFacts,
    sentence: str,
    due_at: datetime,
    expects: str,
) -> Taken:
    conclude_notice(
        writes,
        context,
        case,
        person,
        "pending",
        "deduction-pending",
        sentence,
        due_at=due_at,
        expects=expects,
    )
    return Taken("done", "deduction-pending", sentence, None, case.id, person.id)
