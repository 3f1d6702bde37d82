"""Take people off lists: a deduction request (G5), a removal (G3), and what falls due."""

from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.database import Writes, iso
from registry.transactions.commands import RemovePatient, RequestDeduction, Ruling
from registry.transactions.context import Context
from registry.transactions.evidence import evidence_of
from registry.transactions.facts import Facts, PersonFacts, pending_for
from registry.transactions.fp69.answers import answered_by_deduction
from registry.transactions.gather import gather, lock_by_number
from registry.transactions.leave import take_off
from registry.transactions.ledger import Movement, leave_list
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import is_sent, posts_on
from registry.transactions.matters.follow import follow
from registry.transactions.messages import Addressee, reject_request
from registry.transactions.national import tell
from registry.transactions.numbers_in_use import is_in_use
from registry.transactions.outcome import Case, Outcome, conclude, refer
from registry.transactions.pending import Leaving, open_pending, replace_pending, waiting_for
from registry.transactions.people import by_practice, change_person
from registry.transactions.removals.advise import advise
from registry.transactions.repeat_deduction import repeat_deduction
from registry.transactions.rules.decisions import Deduct, Pend, Refer, RejectRequest
from registry.transactions.rules.deduction_request import decide_deduction_request, decide_removal
from registry.transactions.rules.provenance import Source
from registry.transactions.rules.removal_reasons import DEDUCTED_AS

Request = RequestDeduction | RemovePatient


async def request_deduction(connection: AsyncConnection, context: Context, command: RequestDeduction) -> Outcome:
    """Consider a deduction request for the first time."""
    return await go_on(connection, context, Case(uuid7(), command))


async def remove(connection: AsyncConnection, context: Context, command: RemovePatient) -> Outcome:
    """Consider a removal for the first time."""
    return await go_on(connection, context, Case(uuid7(), command))


async def go_on(
    connection: AsyncConnection, context: Context, case: Case[Request], ruling: Ruling | None = None
) -> Outcome:
    """Consider a request to take somebody off a list, with a person's ruling where there is one."""
    facts, person = await _gather(connection, context, case)
    in_use = await is_in_use(connection, _number(case), list(facts.people))
    writes = Writes()
    match _decide(context, case, facts, person, ruling, in_use):
        case Deduct() as decision:
            outcome = _deduct_now(writes, context, case, decision.person, decision, facts.practice.ods_code)
        case Pend() as decision:
            outcome = _pend(writes, context, case, decision.person, decision)
        case RejectRequest(refusal=refusal, resend_deduction=resend):
            if resend and person is not None:
                await repeat_deduction(connection, writes, context, case, person)
            reject_request(writes, context, _sender(case, person), _number(case), refusal.value)
            outcome = conclude(writes, context, case, "refused", refusal.label, refusal.value.capitalize())
        case Refer(referral=referral, field=field, resend_deduction=resend):
            if resend and person is not None and ruling is None:
                await repeat_deduction(connection, writes, context, case, person)
            concerned = () if person is None else (person.id,)
            outcome = refer(
                writes, context, case, referral, field=field, patient_ids=concerned, evidence=evidence_of(person)
            )
    await writes.flush(connection)
    return outcome


async def _gather(
    connection: AsyncConnection, context: Context, case: Case[Request]
) -> tuple[Facts, PersonFacts | None]:
    origin = case.command.origin
    ids = await lock_by_number(connection, _number(case))
    facts = await gather(connection, practice_id=origin.practice_id, gp_code=origin.gp_code, day=context.today, ids=ids)
    return facts, next(iter(facts.people.values()), None)


def _decide(
    context: Context,
    case: Case[Request],
    facts: Facts,
    person: PersonFacts | None,
    ruling: Ruling | None,
    in_use: bool,
) -> Deduct | Pend | RejectRequest | Refer:
    command, today = case.command, context.today
    advised_on = _advised_on(context, person)
    if isinstance(command, RequestDeduction):
        days = context.policies.on("left_area_days", today)
        return decide_deduction_request(
            command, facts.practice, person, today, days, ruling, posts_on=advised_on, in_use=in_use
        )
    days = context.policies.on("out_of_area_days", today)
    return decide_removal(command, facts.practice, person, advised_on, days, ruling, in_use=in_use)


def _deduct_now(
    writes: Writes, context: Context, case: Case[Request], person: PersonFacts, decision: Deduct, ods_code: str
) -> Outcome:
    """Off the list today: what counts runs from notification, the day of the event is kept apart."""
    if decision.died_on is not None:
        change_person(
            writes, context, person, {"status": "informal-dead", "date_of_death": iso(decision.died_on)}, case.id,
            by_practice(context, case.command.origin, Source.PRACTICE_DEDUCTION, ods_code),
        )  # fmt: skip
    now, origin = person.membership, case.command.origin
    if now is not None:
        take_off(
            writes,
            context,
            person,
            DEDUCTED_AS[decision.to_list],
            case.id,
            told_as=decision.reason,
            # The doctor that the sender named; a death may be reported by another practice.
            gp_code=origin.gp_code if now.practice_id == origin.practice_id else now.gp_code,
            to_list=decision.to_list.id,
            matter_id=answered_by_deduction(writes, context, person, decision.to_list, case.id, pending=False),
        )
    else:
        dies = decision.died_on is not None
        leave_list(
            writes,
            person,
            decision.to_list.id,
            Movement(
                context.today,
                context.now,
                f"deduction-{decision.reason}",
                case.id,
                DEDUCTED_AS[decision.to_list].code,
            ),
        )
        follow(writes, context, person, "died" if dies else "left", case.id)
        tell(writes, context, case.id, person.id)
    return conclude(writes, context, case, "accepted", "deducted", "Off the list.", patient_id=person.id)


def _pend(writes: Writes, context: Context, case: Case[Request], person: PersonFacts, decision: Pend) -> Outcome:
    """A left-area request is rejected first and followed later; its days begin when the person is written to.

    The same request again changes nothing; one with an earlier day takes the place of another.
    """
    if decision.text is not None:
        reject_request(writes, context, _sender(case, person), _number(case), decision.text)
    pending = pending_for(person, case.command.origin.practice_id)
    known = pending.expected_on(_advised_on(context, person)) if pending is not None else None
    if known is not None and known <= decision.due_on:
        sentence = "A deduction of this person is pending already."
        return conclude(writes, context, case, "superseded", "already-pending", sentence, patient_id=person.id)
    leaving = _leaving(writes, context, case, person, decision)
    if pending is None:
        open_pending(writes, context, person, leaving)
    else:
        replace_pending(writes, context, person, pending, leaving)
    answered_by_deduction(writes, context, person, decision.to_list, case.id, pending=True)
    sentence, due_at, expects = waiting_for(context, leaving)
    return conclude(
        writes,
        context,
        case,
        "pending",
        "deduction-pending",
        sentence,
        patient_id=person.id,
        due_at=due_at,
        expects=expects,
    )


def _leaving(writes: Writes, context: Context, case: Case[Request], person: PersonFacts, decision: Pend) -> Leaving:
    origin = case.command.origin
    leaving = Leaving(
        practice_id=origin.practice_id,
        transaction_id=case.id,
        gp_code=origin.gp_code,
        reason=DEDUCTED_AS[decision.to_list],
        told_as=decision.reason,
        to_list=decision.to_list.id,
        requested_on=context.today,
        due_on=decision.due_on,
    )
    if decision.days is None:
        return leaving
    advice = advise(writes, context, person, case.id, decision.days)
    return replace(
        leaving,
        due_on=advice.due_on,
        waits_for="letter" if advice.due_on is None else None,
        days=decision.days,
        letter_id=advice.letter_id,
        earliest_on=advice.due_on,
    )


def _advised_on(context: Context, person: PersonFacts | None) -> date:
    """The day with which the days of a letter of advice begin, if it is written now."""
    reached = person is None or is_sent(Letter.OUT_OF_AREA, person)
    return posts_on(context) if reached else context.today


def _number(case: Case[Request]) -> str:
    return case.command.number


def _sender(case: Case[Request], person: PersonFacts | None) -> Addressee:
    origin = case.command.origin
    return Addressee(
        origin.practice_id, origin.gp_code, transaction_id=case.id, patient_id=person.id if person else None
    )
