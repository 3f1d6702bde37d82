"""What follows from a notice: the rules of domain rules R7, without a database.

A reported death is checked before it acts (correction 20); a death on the registrar's word is
never overwritten, nor its date changed (1.7). Others act on the day that their row gives.
"""

from datetime import date

from registry.matching.normalise import normal_name
from registry.transactions.deductions.causes import Cause, Row, row_of
from registry.transactions.deductions.decisions import (
    ConfirmDeath,
    Decision,
    Inquire,
    Known,
    RecordDeath,
    Refer,
    Refuse,
    Return,
    TakeOff,
    Wait,
)
from registry.transactions.deductions.first_refusal import first_refusal
from registry.transactions.deductions.notice import Notice
from registry.transactions.deductions.refusals import NoticeRefusal
from registry.transactions.deductions.thresholds import Thresholds
from registry.transactions.facts import PersonFacts
from registry.transactions.quarters.calendar import date_deduction
from registry.transactions.rules.death import is_contradicted
from registry.transactions.rules.reasons import Referral
from registry.transactions.rules.removal_reasons import RemovalReason
from registry.values.period import acts_on
from registry.values.person import Sex


def decide_notice(
    notice: Notice, person: PersonFacts, today: date, numbers: Thresholds, *, ruled: bool = False
) -> Decision:
    """What to do. `ruled`: a person has looked at what would refer it, and said that it holds."""
    refused = first_refusal(notice, person, today, numbers)
    if refused is not None:
        return Refuse(refused)
    if notice.cause is Cause.DEATH:
        return _death(notice, person, today, numbers, ruled=ruled)
    return _departure(notice, person, today, numbers, ruled=ruled)


def _death(notice: Notice, person: PersonFacts, today: date, numbers: Thresholds, *, ruled: bool) -> Decision:
    """Recorded, confirmed, known already, or for a person."""
    died_on = notice.happened_on or notice.notified_on
    if person.is_dead:
        return _dead_already(notice, person, died_on, ruled=ruled)
    other = None if ruled else _somebody_else(notice, person)
    if other is not None:
        return Refer(Referral.NOTICE_OF_ANOTHER, other)
    if not ruled and is_contradicted(person, died_on):
        return Refer(Referral.DEATH_CONTRADICTED, "happened_on")
    dated = date_deduction(notice.notified_on, today, numbers.back_debit_months)
    return RecordDeath(died_on, notice.formal, dated)


def _dead_already(notice: Notice, person: PersonFacts, died_on: date, *, ruled: bool) -> Decision:
    """The registrar's word confirms; where two days of death are told, a person asks the National Back Office."""
    is_formal = person.status == "formal-dead"
    same_day = person.date_of_death is None or person.date_of_death == died_on
    if same_day and (is_formal or not notice.formal):
        return Known("The death is recorded already; nothing changed.")
    if same_day:
        return ConfirmDeath(died_on, formal=True)
    if not ruled:
        return Refer(Referral.DEATH_DATES_CONFLICT, "happened_on")
    return Refuse(NoticeRefusal.FORMAL_DEATH_STANDS) if is_formal else ConfirmDeath(died_on, notice.formal)


def _departure(notice: Notice, person: PersonFacts, today: date, numbers: Thresholds, *, ruled: bool) -> Decision:
    """Off the list now or on a day to come, after due notice or inquiry, or not at all."""
    row = row_of(notice.cause)
    unfit = _not_to_be_moved(row, person)
    if unfit is not None:
        return unfit
    doubt = None if ruled else _doubt(notice, person)
    if doubt is not None:
        return doubt
    reason = row.by_forces if row.by_forces is not None and notice.by == "forces" else row.reason
    if row.way == "after-inquiry":
        return Inquire(reason, numbers.inquiry_days)
    runs_from = _runs_from(row, notice)
    if row.way == "after-notice":
        runs_from = max(runs_from, acts_on(notice.notified_on, numbers.list_ends_days))
    if runs_from > today:
        return Wait(reason, runs_from, gives_notice=row.way == "after-notice")
    dated = date_deduction(runs_from, today, numbers.back_debit_months)
    return Return(reason, dated) if row.way == "return" else TakeOff(reason, dated)


def _not_to_be_moved(row: Row, person: PersonFacts) -> Decision | None:
    if person.is_dead:
        return Refuse(NoticeRefusal.RECORDED_DEAD)
    if row.way == "return":
        if person.membership is not None:
            return Known("They are on a practice's list already; nothing changed.")
        serves = person.on_list == RemovalReason.AFL.value.to_list.id
        return None if serves else Refuse(NoticeRefusal.NOT_SERVING)
    if person.membership is not None:
        return None
    if person.removal in (row.reason.code, row.by_forces.code if row.by_forces else None):
        return Known("They are off the list for this reason already; nothing changed.")
    return Refuse(NoticeRefusal.ON_NO_LIST)


def _doubt(notice: Notice, person: PersonFacts) -> Refer | None:
    """Of somebody else, or from before the person came to the list that they are on now."""
    other = _somebody_else(notice, person)
    if other is not None:
        return Refer(Referral.NOTICE_OF_ANOTHER, other)
    now, day = person.membership, notice.happened_on
    if now is not None and day is not None and day < now.accepted_on:
        return Refer(Referral.BEFORE_REGISTRATION, "happened_on")
    return None


def _somebody_else(notice: Notice, person: PersonFacts) -> str | None:
    """The field in which the notice describes somebody else; what either does not say is no difference."""
    born, sex = notice.date_of_birth, notice.sex
    if born is not None and person.date_of_birth is not None and born != person.date_of_birth:
        return "date_of_birth"
    unsaid = (None, Sex.UNKNOWN, Sex.NOT_SPECIFIED)
    if sex not in unsaid and person.sex not in unsaid and sex is not person.sex:
        return "sex"
    names = {normal_name(name) for name in (person.name.surname, person.previous_surname) if name}
    if notice.surname and names and normal_name(notice.surname) not in names:
        return "surname"
    return None


def _runs_from(row: Row, notice: Notice) -> date:
    """The day from which it runs, by the row. Nobody's word, a practice's of a prisoner neither, moves it before
    the event: of what has happened the notification is the later day, and it acts at once."""
    day = notice.happened_on or notice.notified_on
    if row.runs_from == "event":
        return day
    return notice.notified_on if row.runs_from == "notification" else max(day, notice.notified_on)
