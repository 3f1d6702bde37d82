"""Amend a patient: by the practice (G2), or by the office (F1 to the practice)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.audit.record import record
from registry.database import Writes
from registry.transactions.commands import AmendPatient, Changes, Ruling
from registry.transactions.context import Context
from registry.transactions.evidence import evidence_of
from registry.transactions.facts import Facts, PersonFacts
from registry.transactions.fp69.answers import answered_by_amendment, answered_by_office
from registry.transactions.gather import gather, gather_person, lock_by_number
from registry.transactions.matters.follow import follow
from registry.transactions.messages import Addressee
from registry.transactions.messages import amend as send_amendment
from registry.transactions.outcome import Case, Outcome, conclude, refer
from registry.transactions.people import change_person, from_amendment
from registry.transactions.repeat_deduction import repeat_deduction
from registry.transactions.rules.amendment import decide_amendment
from registry.transactions.rules.decisions import Amend, Refer


async def amend(connection: AsyncConnection, context: Context, command: AmendPatient) -> Outcome:
    """Consider an amendment for the first time."""
    return await go_on(connection, context, Case(uuid7(), command))


async def go_on(
    connection: AsyncConnection, context: Context, case: Case[AmendPatient], ruling: Ruling | None = None
) -> Outcome:
    """Consider an amendment, with a person's ruling where there is one."""
    command = case.command
    facts, person = await _gather(connection, context, command)
    decision = decide_amendment(command, facts.practice, person, context.today, ruling)
    writes = Writes()
    match decision:
        case Amend(person=whom):
            outcome = _apply(writes, context, case, whom, decision)
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
    connection: AsyncConnection, context: Context, command: AmendPatient
) -> tuple[Facts, PersonFacts | None]:
    ids = await lock_by_number(connection, command.number)
    facts = await gather(
        connection,
        practice_id=command.origin.practice_id,
        gp_code=command.origin.gp_code,
        day=context.today,
        ids=ids,
    )
    return facts, next(iter(facts.people.values()), None)


def _apply(writes: Writes, context: Context, case: Case[AmendPatient], person: PersonFacts, decision: Amend) -> Outcome:
    change_person(writes, context, person, from_amendment(decision.changes, person), case.id)
    if decision.tell_number and person.nhs_number is not None:
        command = case.command
        to = Addressee(command.origin.practice_id, command.origin.gp_code, transaction_id=case.id, patient_id=person.id)
        send_amendment(writes, context, to, command.number, {"new_number": person.nhs_number})
    answered = answered_by_amendment(writes, context, person, case.command, case.id)
    follow(writes, context, person, "amended", case.id, unless=answered)
    return conclude(writes, context, case, "accepted", "amended", "The register says so now.", patient_id=person.id)


async def amend_by_office(
    connection: AsyncConnection, context: Context, number: str, changes: Changes, reason: str
) -> PersonFacts | None:
    """Change a person's particulars on the office's own authority, and tell the practice (F1).

    Returns the person as before the change, or None where nobody has the number. `reason` is
    kept in the audit; it never travels.
    """
    ids = await lock_by_number(connection, number)
    person = await gather_person(connection, ids[0]) if ids else None
    if person is None:
        return None
    writes = Writes()
    change_person(writes, context, person, from_amendment(changes, person), None)
    now = person.membership
    if now is not None and person.nhs_number is not None:
        to = Addressee(now.practice_id, now.gp_code, patient_id=person.id)
        send_amendment(writes, context, to, person.nhs_number, told_items(changes))
    answered_by_office(writes, context, person, changes, reason)
    record(
        writes,
        context.actor,
        "patient.amended",
        context.now,
        patient_ids=(person.id,),
        subject={"items": list(changes.named()), "reason": reason},
        request_id=context.request_id,
    )
    await writes.flush(connection)
    return person


def told_items(changes: Changes) -> dict[str, Any]:
    """The items of an amendment to a practice, by their names on GP Links."""
    items: dict[str, Any] = {name: getattr(changes, name) for name in changes.named() if name != "forenames"}
    if changes.forenames == "%":
        items["first_forename"] = "%"
    elif changes.forenames is not None:
        first, second, others = changes.forenames
        items |= {"first_forename": first, "second_forename": second or "%", "other_forenames": others or "%"}
    return items
