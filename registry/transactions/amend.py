"""Amend a patient: by the practice (G2), or by the office (F1 to the practice)."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.commands import AmendPatient, Changes, Ruling
from registry.transactions.context import Context
from registry.transactions.evidence import evidence_of
from registry.transactions.facts import Facts, PersonFacts
from registry.transactions.fp69.answers import answered_by_amendment
from registry.transactions.gather import gather, gather_person, lock_by_number
from registry.transactions.matters.follow import follow
from registry.transactions.messages import Addressee
from registry.transactions.messages import amend as send_amendment
from registry.transactions.national import tell
from registry.transactions.numbers_in_use import is_in_use
from registry.transactions.outcome import Case, Outcome, conclude, refer
from registry.transactions.particulars.statement import Statement
from registry.transactions.particulars.take import take_statement
from registry.transactions.particulars.told import named_fields, shown_conflict
from registry.transactions.people import by_office, by_practice, change_person, from_amendment, items_of
from registry.transactions.repeat_deduction import repeat_deduction
from registry.transactions.rules.amendment import changed_identity, decide_amendment
from registry.transactions.rules.decisions import Amend, Refer
from registry.transactions.rules.precedence import Verdict, Why, weigh, without
from registry.transactions.rules.provenance import Said, Source


async def amend(connection: AsyncConnection, context: Context, command: AmendPatient) -> Outcome:
    """Consider an amendment for the first time."""
    return await go_on(connection, context, Case(uuid7(), command))


async def go_on(
    connection: AsyncConnection, context: Context, case: Case[AmendPatient], ruling: Ruling | None = None
) -> Outcome:
    """Consider an amendment, with a person's ruling where there is one."""
    command = case.command
    facts, person = await _gather(connection, context, command)
    said = by_practice(context, command.origin, Source.AMENDMENT, facts.practice.ods_code)
    verdicts = {} if person is None else _weighed(context, command, person, said)
    in_use = await is_in_use(connection, command.number, list(facts.people))
    decision = decide_amendment(command, facts.practice, person, context.today, ruling, verdicts, in_use=in_use)
    writes = Writes()
    match decision:
        case Amend(person=whom):
            outcome = _apply(writes, context, case, whom, decision, said)
        case Refer(referral=referral, field=field, resend_deduction=resend):
            if resend and person is not None and ruling is None:
                await repeat_deduction(connection, writes, context, case, person)
            concerned = () if person is None else (person.id,)
            evidence = {**evidence_of(person), **shown_conflict(person, said, verdicts)}
            outcome = refer(writes, context, case, referral, field=field, patient_ids=concerned, evidence=evidence)
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


def _weighed(context: Context, command: AmendPatient, person: PersonFacts, said: Said) -> dict[str, Verdict]:
    columns = from_amendment(command.changes, person)
    return weigh(columns, person.row, said, context.policies.on("particulars_precedence", said.effective_on))


def _apply(
    writes: Writes, context: Context, case: Case[AmendPatient], person: PersonFacts, decision: Amend, said: Said
) -> Outcome:
    """The person is changed, and the national side told. In what was kept the practice is told what the register
    says (F1), with the number in use where it wrote a former one."""
    command = case.command
    columns = without(from_amendment(decision.changes, person), decision.kept)
    change_person(writes, context, person, columns, case.id, said)
    told = items_of(person, named_fields(decision.kept))
    if decision.tell_number and person.nhs_number is not None:
        told["new_number"] = person.nhs_number
    if told:
        to = Addressee(command.origin.practice_id, command.origin.gp_code, transaction_id=case.id, patient_id=person.id)
        send_amendment(writes, context, to, command.number, told)
    if any(person.row.get(column) != value for column, value in columns.items()):
        tell(writes, context, case.id, person.id)
    answered = None
    if "address" not in decision.kept:
        answered = answered_by_amendment(writes, context, person, command, case.id)
    follow(writes, context, person, "amended", case.id, unless=answered)
    outcome, sentence = ("kept", _KEPT) if decision.kept else ("amended", "The register says so now.")
    return conclude(writes, context, case, "accepted", outcome, sentence, patient_id=person.id)


_KEPT = "The register stands by its own in what it holds on newer or better authority; the practice is told it."


@dataclass(frozen=True, slots=True)
class TwoAtOnce:
    """Two of surname, sex and date of birth would change at once, and nobody has said that it is one person (R8)."""

    sentence: str = (
        "It changes two of surname, sex and date of birth at once: two people may be confused. Say that it is one"
        " person, or open a confusion (`confusions suspect`)."
    )


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruling on who the person is set it; nothing was changed (R15)."""

    sentence: str = Why.RULED.value


async def amend_by_office(
    connection: AsyncConnection,
    context: Context,
    number: str,
    changes: Changes,
    reason: str,
    *,
    one_person: bool = False,
) -> PersonFacts | TwoAtOnce | Ruled | None:
    """Change a person's particulars on the office's own authority, and tell the practice (F1).

    Returns the person as before the change, or None where nobody has the number. `reason` is
    kept with the transaction; it never travels, and the audit holds codes alone. `one_person`: whoever
    asks has looked, and it is one person, although two of surname, sex and date of birth change at once.
    """
    ids = await lock_by_number(connection, number)
    person = await gather_person(connection, ids[0]) if ids else None
    if person is None:
        return None
    if not one_person and len(changed_identity(changes, person)) > 1:
        return TwoAtOnce()
    statement = Statement(by_office(context), changes, reason)
    taken = await take_statement(connection, context, person, statement, ruled=True)
    return Ruled() if taken.outcome == "particulars-kept" else person
