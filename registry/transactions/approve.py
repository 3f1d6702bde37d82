"""What follows from an approved acceptance. The consequences stand here, all of them.

1. The person is on the practice's list (one movement), or stays where they already are.
2. The practice is told (F4), and told what the register knows better (F1).
3. The former practice is told (F2).
4. A pending deduction of the former practice is superseded; one of this practice is cancelled.
   Open matters about the person follow.
5. The national side is told.
6. Whoever is registered for the first time is written to (REG-1: their number and their practice).
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from registry.database import Writes
from registry.transactions.commands import RegisterPatient
from registry.transactions.context import Context
from registry.transactions.facts import Facts, PersonFacts, PracticeFacts
from registry.transactions.ledger import Movement, Place, change_doctor, change_list, join_list
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_to_newcomer
from registry.transactions.matters.follow import follow
from registry.transactions.messages import Addressee, amend, approve, deduct
from registry.transactions.national import tell
from registry.transactions.outcome import Case, Outcome, conclude
from registry.transactions.particulars.told import named_fields
from registry.transactions.pending import close_pending
from registry.transactions.people import (
    by_practice,
    change_person,
    corrections,
    create_person,
    from_acceptance,
    items_of,
)
from registry.transactions.rules.decisions import Approve, Create
from registry.transactions.rules.out_of_area import asks_for_out_of_area
from registry.transactions.rules.precedence import kept, weigh, without
from registry.transactions.rules.provenance import Said, Source


def approve_known(
    writes: Writes, context: Context, case: Case[RegisterPatient], facts: Facts, decision: Approve
) -> Outcome:
    """Approve an acceptance of somebody whom the register holds."""
    command = case.command
    person = facts.people[decision.patient_id]
    is_news = not decision.already_there or _is_newer(command, person)
    said = by_practice(context, command.origin, Source.ACCEPTANCE, facts.practice.ods_code)
    changes = from_acceptance(command, person) if is_news else {}
    stays = _stays(context, person, changes, said)
    changes = without(changes, stays)
    if decision.adopt_number is not None and person.nhs_number is None:
        changes["nhs_number"] = decision.adopt_number
    change_person(writes, context, person, changes, case.id, said)
    number = changes.get("nhs_number", person.nhs_number)
    _answer(writes, context, case, person.id, number)
    told = corrections(command, person) | items_of(person, named_fields(stays))
    if told and number is not None:
        amend(writes, context, _sender(case, person.id), number, told)
    if is_news:
        close_pending(writes, context, person, holder=facts.practice.id)
        follow(writes, context, person, "accepted-again" if decision.already_there else "registered", case.id)
    if decision.already_there:
        if is_news:
            change_doctor(writes, person, command.origin.gp_code)
        if "nhs_number" in changes:
            tell(writes, context, case.id, person.id)
        return conclude(
            writes, context, case, "accepted", "already-there", "Already on this list; nothing moved.",
            patient_id=person.id,
        )  # fmt: skip
    moved = change_list(
        writes, person, _place(command, facts.practice, context.today), _movement(context, case, command)
    )
    _tell_former_practice(writes, context, case, person, facts.practice, moved, new_address="line_1" in changes)
    tell(writes, context, case.id, person.id)
    if person.last_accepted_on is None:
        _welcome(writes, context, case, facts.practice, person.id, person.date_of_birth)
    return conclude(writes, context, case, "accepted", "registered", "On the practice's list.", patient_id=person.id)


def _stays(context: Context, person: PersonFacts, changes: Mapping[str, Any], said: Said) -> Collection[str]:
    """The fields in which the register stands by its own: ruled upon, or of a later day than the form. Where another
    source is as good, the practice has just seen the person."""
    if not person.row.get("provenance"):
        return ()
    return kept(weigh(changes, person.row, said, context.policies.on("particulars_precedence", said.effective_on)))


def _is_newer(command: RegisterPatient, person: PersonFacts) -> bool:
    """Whether a form says anything later than the present stay: a repetition, or one that comes late, does not."""
    now, accepted = person.membership, command.accepted_on
    return now is None or accepted is None or accepted > now.accepted_on


def create_and_approve(
    writes: Writes, context: Context, case: Case[RegisterPatient], facts: Facts, decision: Create
) -> Outcome:
    """Approve an acceptance of somebody certainly new."""
    command = case.command
    patient_id = create_person(writes, context, command, decision.number)
    join_list(
        writes,
        patient_id,
        decision.comes_from.id,
        _place(command, facts.practice, context.today),
        _movement(context, case, command),
    )
    _answer(writes, context, case, patient_id, decision.number)
    tell(writes, context, case.id, patient_id)
    _welcome(writes, context, case, facts.practice, patient_id, command.demographics.date_of_birth)
    return conclude(
        writes, context, case, "accepted", "created", "A new person, on the practice's list.", patient_id=patient_id
    )


def _welcome(
    writes: Writes,
    context: Context,
    case: Case[RegisterPatient],
    practice: PracticeFacts,
    patient_id: UUID,
    born_on: date | None,
) -> None:
    """REG-1 to whoever is registered for the first time; not for a transfer, who has a number and knows it (R12)."""
    if case.command.acceptance_type in _FIRST_REGISTRATIONS:
        write_to_newcomer(
            writes,
            context,
            Letter.FIRST_REGISTRATION,
            patient_id,
            born_on,
            {},
            practice_id=practice.id,
            transaction_id=case.id,
        )


_FIRST_REGISTRATIONS = frozenset({"1", "2", "4"})
"""Acceptance types of people who were never registered before: born, first acceptance, immigrant."""


def _answer(
    writes: Writes, context: Context, case: Case[RegisterPatient], patient_id: UUID, number: str | None
) -> None:
    """F4, with the number where the practice had none or another."""
    command = case.command
    known = (command.demographics.number or "").replace(" ", "") == number
    approve(writes, context, _sender(case, patient_id, replies=True), None if known else number)


def _tell_former_practice(
    writes: Writes,
    context: Context,
    case: Case[RegisterPatient],
    person: PersonFacts,
    new: PracticeFacts,
    moved: Movement,
    *,
    new_address: bool,
) -> None:
    """F2. Inside one authority the reason is a policy; between two it is 2, naming the new one
    unless the person's whereabouts are restricted: then neither is told (domain rules, correction 16)."""
    former = person.membership
    if former is None:
        return
    internal = former.authority_cipher == new.authority_cipher
    reasons = context.policies.on("internal_deduction_reason", moved.on)
    deduct(
        writes,
        context,
        Addressee(former.practice_id, former.gp_code, transaction_id=case.id, patient_id=person.id),
        number=person.nhs_number,
        reason=(reasons["new_address"] if new_address else reasons["same_address"]) if internal else "2",
        on=moved.on,
        restricted=person.restricted,
        new_authority=None if internal else new.authority_cipher,
    )


def _sender(case: Case[RegisterPatient], patient_id: UUID, *, replies: bool = False) -> Addressee:
    origin = case.command.origin
    return Addressee(
        origin.practice_id,
        origin.gp_code,
        transaction_id=case.id,
        patient_id=patient_id,
        reply_number=origin.transaction_number if replies else None,
        on_paper=origin.source == "paper",
    )


def _place(command: RegisterPatient, practice: PracticeFacts, today: date) -> Place:
    """The place on the list; a form whose date could not be read counts from today, by a clerk's ruling."""
    out_of_area = asks_for_out_of_area(command.free_text)
    return Place(practice.id, command.accepted_on or today, command.origin.gp_code, out_of_area)


def _movement(context: Context, case: Case[RegisterPatient], command: RegisterPatient) -> Movement:
    """What counts goes by the day the office acts, not by the acceptance date (correction 5)."""
    return Movement(context.today, context.now, f"acceptance-{command.acceptance_type}", case.id)
