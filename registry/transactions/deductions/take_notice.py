"""Take a notice: from what somebody told the office to everything that follows, in one unit of work."""

from datetime import date
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.deductions.births import end_birth
from registry.transactions.deductions.causes import Cause, row_of
from registry.transactions.deductions.conclude_notice import NoticeCase, Taken, conclude_notice, done, refer_notice
from registry.transactions.deductions.decide import decide_notice
from registry.transactions.deductions.decisions import (
    ConfirmDeath,
    Inquire,
    Known,
    RecordDeath,
    Refer,
    Refuse,
    Return,
    TakeOff,
    Wait,
)
from registry.transactions.deductions.notice import Notice
from registry.transactions.deductions.pending_beside import pending_beside
from registry.transactions.deductions.record_death import confirm_death, record_death
from registry.transactions.deductions.refusals import NoticeRefusal
from registry.transactions.deductions.thresholds import Thresholds
from registry.transactions.deductions.wait_for_day import inquire, wait_for_day
from registry.transactions.facts import PersonFacts
from registry.transactions.gather import gather_person, lock_by_number
from registry.transactions.leave import take_off
from registry.transactions.ledger import Movement, leave_list
from registry.transactions.national import tell
from registry.transactions.quarters.calendar import Dated
from registry.values.nhs_number import NumberKind, kind_of
from registry.values.period import london_date

Source = Literal["office", "notice-file"]


async def take_notice(
    connection: AsyncConnection, context: Context, notice: Notice, source: Source = "office"
) -> Taken:
    """Consider a notice for the first time. The caller commits whatever is answered."""
    return await go_on(connection, context, NoticeCase(uuid7(), notice, source))


async def go_on(connection: AsyncConnection, context: Context, case: NoticeCase, *, ruled: bool = False) -> Taken:
    """Consider a notice; `ruled`: a person has decided that one which was referred holds."""
    notice = case.notice
    ids = await lock_by_number(connection, notice.number)
    if not ids:
        child = await end_birth(connection, context, notice.number, "died") if notice.cause is Cause.DEATH else None
        if child is not None:
            return Taken("done", "birth-closed", "The child was on no list yet; nobody waits.", matter_id=child)
        wrong = kind_of(notice.number) is not NumberKind.NHS
        return _refused(NoticeRefusal.NUMBER_WRONG if wrong else NoticeRefusal.NUMBER_UNKNOWN)
    person = await gather_person(connection, ids[0])
    numbers = Thresholds.of(context.policies, notice.notified_on)
    writes = Writes()
    decision = decide_notice(notice, person, context.today, numbers, ruled=ruled)
    match decision:
        case Refuse(refusal=refusal):
            return _refused(refusal, person, pending_beside(refusal, case, person))
        case Known(sentence=sentence):
            taken = Taken("known", "known-already", sentence, patient_id=person.id)
        case Refer(referral=referral, field=field):
            refer_notice(writes, context, case, person, referral, field)
            taken = Taken("referred", referral.label, referral.value, field, case.id, person.id)
        case RecordDeath():
            taken = record_death(writes, context, case, person, decision, _day(person, decision.dated))
        case ConfirmDeath():
            taken = confirm_death(writes, context, case, person, decision)
        case TakeOff():
            taken = _take_off(writes, context, case, person, decision)
        case Return():
            taken = _return(writes, context, case, person, decision)
        case Wait():
            taken = wait_for_day(writes, context, case, person, decision)
        case Inquire():
            taken = inquire(writes, context, case, person, decision)
    if taken.result == "known" and case.version is not None:
        conclude_notice(writes, context, case, person, "superseded", taken.outcome, taken.sentence)
    await writes.flush(connection)
    return taken


def _refused(refusal: NoticeRefusal, person: PersonFacts | None = None, beside: str = "") -> Taken:
    found = None if person is None else person.id
    sentence = f"{refusal.sentence} {beside}".rstrip()
    return Taken("refused", refusal.label, sentence, refusal.field, patient_id=found)


def _take_off(writes: Writes, context: Context, case: NoticeCase, person: PersonFacts, decision: TakeOff) -> Taken:
    row = row_of(case.notice.cause)
    on = _day(person, decision.dated)
    moved = take_off(
        writes, context, person, decision.reason, case.id, on=on, told_as=row.f2_reason, to_list=row.leads_to.id
    )
    sentence = f"Off the list from {moved.on.isoformat()}{_back(decision.dated, moved.on)}."
    return done(writes, context, case, person, "deducted", sentence)


def _return(writes: Writes, context: Context, case: NoticeCase, person: PersonFacts, decision: Return) -> Taken:
    """From the forces' care to nobody's: the next practice to accept them is an ordinary transfer."""
    row = row_of(case.notice.cause)
    movement = Movement(_day(person, decision.dated), context.now, "forces-discharge", case.id, decision.reason.code)
    leave_list(writes, person, row.leads_to.id, movement)
    tell(writes, context, case.id, person.id)
    return done(writes, context, case, person, "discharged", "Out of the forces, and on no practice's list yet.")


def _day(person: PersonFacts, dated: Dated) -> date:
    """No movement counts from before the person's last one: what is posted stays in its order."""
    last = person.last_movement_at
    return dated.on if last is None else max(dated.on, london_date(last))


def _back(dated: Dated, on: date) -> str:
    return ", a back debit" if dated.back_debit and on == dated.on else ""
