"""Register a patient: an acceptance, from facts to consequences (G1).

The way of one registration: lock, find, gather, decide, write, all in the caller's unit of
work. What waits for the national side or for a person goes on by the same way, from the
command as stored.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.matching.candidates import find_and_lock
from registry.matching.decide import Candidate, MatchDecision, decide
from registry.matching.incoming import incoming_from
from registry.matching.judgements.known_apart import pairs_held_apart
from registry.matching.judgements.rule_out import with_judgements, worth_asking
from registry.matching.locks import lock_keys as keys_to_lock
from registry.matching.models import match_decisions
from registry.matching.population import population
from registry.matching.store import decision_row
from registry.transactions.approve import approve_known, create_and_approve
from registry.transactions.commands import RegisterPatient, Ruling, TraceAnswer
from registry.transactions.context import Context
from registry.transactions.deductions.births import end_birth
from registry.transactions.evidence import evidence_of, evidence_of_match, shown_people
from registry.transactions.facts import Facts
from registry.transactions.gather import gather, lock_keys, lock_people
from registry.transactions.judging.not_chosen import judge_not_chosen
from registry.transactions.messages import Addressee, reject
from registry.transactions.national import ask
from registry.transactions.numbers_in_use import with_use_of_numbers
from registry.transactions.outcome import Case, Outcome, conclude, refer
from registry.transactions.rules.acceptance import decide_acceptance
from registry.transactions.rules.decisions import (
    AcceptanceDecision,
    Approve,
    AskNationalSide,
    Create,
    Refer,
    Refuse,
)
from registry.transactions.rules.reasons import Referral, Refusal
from registry.transactions.rules.warnings import acceptance_warnings

BIRTH_TYPE = "1"
"""The acceptance type of a birth."""


async def register(connection: AsyncConnection, context: Context, command: RegisterPatient) -> Outcome:
    """Consider an acceptance for the first time."""
    return await _consider(connection, context, Case(uuid7(), command))


async def go_on(
    connection: AsyncConnection,
    context: Context,
    case: Case[RegisterPatient],
    trace: TraceAnswer | None = None,
    ruling: Ruling | None = None,
) -> Outcome:
    """Consider a stored acceptance again, with the national side's answer or a person's ruling."""
    return await _consider(connection, context, case, trace, ruling)


async def look_again(
    connection: AsyncConnection,
    context: Context,
    command: RegisterPatient,
    shown: Sequence[UUID],
    trace: TraceAnswer | None,
) -> dict[str, Any]:
    """The evidence of a referred acceptance as it is now; everybody in it is locked.

    Whoever was shown is shown still: the national side may have brought them in.
    """
    facts, match = await _gather(connection, context, command, trace, shown)
    if facts.not_in_use or facts.use_untold:
        return evidence_of(None)
    return evidence_of_match(facts, match, shown)


async def _consider(
    connection: AsyncConnection,
    context: Context,
    case: Case[RegisterPatient],
    trace: TraceAnswer | None = None,
    ruling: Ruling | None = None,
) -> Outcome:
    command = case.command
    named = () if ruling is None or ruling.patient_id is None else (ruling.patient_id,)
    facts, match = await _gather(connection, context, command, trace, named)
    decision = decide_acceptance(command, facts, match, context.today, trace, ruling)
    noted = Case(case.id, command, case.version, case.earlier_id or facts.earlier, acceptance_warnings(command, facts))
    writes = Writes()
    outcome = _apply(writes, context, noted, facts, match, decision, ruling)
    await writes.flush(connection)
    if ruling is not None and outcome.state == "accepted" and outcome.patient_id is not None:
        await judge_not_chosen(connection, context, facts, match, ruling, outcome.patient_id, case.id)
    if command.acceptance_type == BIRTH_TYPE and outcome.state == "accepted":
        # A birth that was notified is waited for no more.
        number, practice_id = (command.demographics.number or "").replace(" ", ""), command.origin.practice_id
        await end_birth(connection, context, number, "registered", case.id, practice_id)
    return outcome


async def _gather(
    connection: AsyncConnection,
    context: Context,
    command: RegisterPatient,
    trace: TraceAnswer | None,
    also: Sequence[UUID],
) -> tuple[Facts, MatchDecision]:
    """The facts, with whoever the matcher finds and whoever is named besides."""
    described = command.demographics
    if trace is not None and trace.number is not None:
        described = replace(described, number=trace.number)
    incoming = incoming_from(described)
    await lock_keys(connection, keys_to_lock(incoming))
    ids = await find_and_lock(connection, incoming)
    unfound = [each for each in also if each not in ids]
    if unfound:
        await lock_people(connection, unfound)
        ids += unfound
    facts = await gather(
        connection,
        practice_id=command.origin.practice_id,
        gp_code=command.origin.gp_code,
        day=context.today,
        ids=ids,
        number=command.demographics.number,
    )
    facts = await with_use_of_numbers(connection, facts, command.demographics.number, described.number)
    candidates = [Candidate(person.id, person.keys, person.superseded_numbers) for person in facts.people.values()]
    match = decide(incoming, candidates, population=await population(connection))
    asked_of = worth_asking(match)
    return facts, with_judgements(match, await pairs_held_apart(connection, asked_of)) if asked_of else match


def _apply(
    writes: Writes,
    context: Context,
    case: Case[RegisterPatient],
    facts: Facts,
    match: MatchDecision,
    decision: AcceptanceDecision,
    ruling: Ruling | None,
) -> Outcome:
    match decision:
        case Refuse(refusal=refusal, field=field):
            return _refuse(writes, context, case, refusal, field)
        case Approve():
            outcome = approve_known(writes, context, case, facts, decision)
        case Create():
            outcome = create_and_approve(writes, context, case, facts, decision)
        case AskNationalSide(kind=kind):
            outcome = ask(writes, context, case, kind, ruling)
        case Refer(referral=Referral.NUMBER_NOT_IN_USE | Referral.NUMBER_UNTOLD as referral, field=field):
            # Whoever looks alike may be the same person under another number: nobody is shown, nor noted.
            return refer(writes, context, case, referral, field=field, evidence=evidence_of(None))
        case Refer(referral=referral, field=field):
            evidence = evidence_of_match(facts, match)
            concerned = tuple(shown_people(evidence))
            outcome = refer(writes, context, case, referral, field=field, patient_ids=concerned, evidence=evidence)
    writes.insert(match_decisions, **decision_row(match, case.id, context.now))
    return outcome


def _refuse(
    writes: Writes, context: Context, case: Case[RegisterPatient], refusal: Refusal, field: str | None
) -> Outcome:
    """F3 to the practice; it is expected to mend the fault and send again."""
    origin = case.command.origin
    answer = Addressee(
        origin.practice_id,
        origin.gp_code,
        transaction_id=case.id,
        reply_number=origin.transaction_number,
        on_paper=origin.source == "paper",
    )
    reject(writes, context, answer, refusal.text)
    sentence = f"{refusal.value.words} ({field})" if field else refusal.value.words
    chase_at = context.after_working_days(context.policies.on("rejection_chaser_working_days", context.today))
    return conclude(writes, context, case, "refused", refusal.label, sentence, chase_at=chase_at)
