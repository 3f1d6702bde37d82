"""Scan one letter of ours that came back, by the reference under its barcode."""

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.database import Writes, iso
from registry.transactions.acts.act import Answer, Done, Impossible
from registry.transactions.context import Context
from registry.transactions.facts import PendingDeduction, PersonFacts
from registry.transactions.fp69.guards import Proposed
from registry.transactions.fp69.sent_letter import SentLetter, sent_letter
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.letters.kinds import letter_of
from registry.transactions.letters.models import letters
from registry.transactions.letters.write import next_post, write_letter
from registry.transactions.models import pending_deductions, transactions
from registry.transactions.office_transactions import note_transaction
from registry.transactions.returned_mail.causes import CAUSES, Cause, reason_of_letter, unknown_cause
from registry.transactions.returned_mail.deal import Dealt, Returned, deal_with
from registry.transactions.rules.removal_reasons import RemovalReason


async def scan(connection: AsyncConnection, context: Context, reference: int, cause_text: str) -> Answer:
    """Note that a letter came back, and do what its cause asks for.

    The same barcode again changes nothing and says so; with another cause it is refused.
    """
    cause = CAUSES.get(cause_text)
    if cause is None:
        return Impossible(unknown_cause(cause_text), "cause")
    letter = await _locked(connection, reference)
    if letter is None:
        return Impossible(f"No letter has the reference {reference}. Key it again.", "reference")
    if letter.returned_cause is not None:
        return _again(letter, cause)
    if letter.state != "posted" or letter.posted_on is None:
        return Impossible(_not_posted(letter), "reference")
    writes = Writes()
    transaction_id = uuid7()
    dealt = await _deal(connection, context, writes, letter, cause, transaction_id)
    writes.update(letters, letter.id, state="returned", returned_at=context.now, returned_cause=cause.label)
    note_transaction(
        writes,
        context,
        "returned-mail",
        outcome=dealt.outcome,
        sentence=dealt.sentence,
        command={"cause": cause.label, "letter": str(letter.id), "kind": letter.kind},
        patient_id=letter.patient_id,
        practice_id=letter.practice_id,
        source="office",
        state="accepted" if letter.patient_id is not None else "refused",
        transaction_id=transaction_id,
    )
    await writes.flush(connection)
    data = {"outcome": dealt.outcome, "made": dealt.id}
    return Done(dealt.sentence, transaction_id=transaction_id, data=data)


async def _locked(connection: AsyncConnection, reference: int) -> SentLetter | None:
    """The letter, locked after its person."""
    letter = await sent_letter(connection, reference)
    if letter is None:
        return None
    if letter.patient_id is not None:
        await lock_people(connection, [letter.patient_id])
    return await sent_letter(connection, reference, lock=True)


def _again(letter: SentLetter, cause: Cause) -> Done | Impossible:
    if letter.returned_cause == cause.label:
        return Done("It was scanned before; nothing was done again.", data={"outcome": "repeated", "made": None})
    return Impossible(f"It was scanned before as {letter.returned_cause}; nothing was changed.", "cause")


def _not_posted(letter: SentLetter) -> str:
    if letter.state == "handed-over":
        return f"Batch {letter.batch_id}, in which it went, is not noted as posted. Note that first."
    return f"This letter is {letter.state}: it never left the office. Key the reference again."


async def _deal(
    connection: AsyncConnection,
    context: Context,
    writes: Writes,
    letter: SentLetter,
    cause: Cause,
    transaction_id: UUID,
) -> Dealt:
    if letter.patient_id is None:
        return Dealt("about-nobody", "Noted: the letter is about nobody in the register.")
    if letter_of(letter.kind).value.to == "practice" or letter.route in ("practice", "office"):
        return Dealt("noted", "Noted: it did not go to the person's own address.")
    person = await gather_person(connection, letter.patient_id)
    by_kind: dict[str, str] = context.policies.on("fp69_reason_of_letter", context.today)
    advised = _advised(person, letter)
    proposed = Proposed(
        reason_of_letter(letter.kind, by_kind),
        letter.sent_at,
        letter.id,
        instead_of=None if advised is None else advised.id,
    )
    again = partial(_send_again, context=context, person=person, letter=letter, advised=advised)
    return await deal_with(connection, context, writes, person, Returned(cause, proposed, transaction_id, again))


def _advised(person: PersonFacts, letter: SentLetter) -> PendingDeduction | None:
    """The out-of-area deduction of which the letter was to tell: an FP69 takes its place (correction 9)."""
    of_letter = [each for each in person.pending if each.letter_id == letter.id]
    return next((each for each in of_letter if each.removal == RemovalReason.OPA.code), None)


def _send_again(
    writes: Writes, *, context: Context, person: PersonFacts, letter: SentLetter, advised: PendingDeduction | None
) -> UUID:
    """The same letter to the address that the register has now; days that began with the first begin anew."""
    content: dict[str, Any] = {**letter.content, "instead_of": letter.reference, "first_sent_on": iso(letter.posted_on)}
    content.pop("removal_on", None)
    letter_id = write_letter(
        writes,
        context,
        letter_of(letter.kind),
        person,
        content,
        practice_id=letter.practice_id,
        transaction_id=letter.transaction_id,
        matter_id=letter.matter_id,
    )
    if advised is not None and advised.days is not None:
        _begin_anew(writes, context, advised, letter_id)
    return letter_id


def _begin_anew(writes: Writes, context: Context, pending: PendingDeduction, letter_id: UUID) -> None:
    """Nobody was advised as yet: the days wait for the posting of the letter that may arrive."""
    writes.update(
        pending_deductions,
        pending.id,
        version=pending.version + 1,
        letter_id=letter_id,
        waits_for="letter",
        due_on=None,
        earliest_on=None,
        held_because=None,
        held_on=None,
    )
    writes.update(
        transactions,
        pending.transaction_id,
        due_at=next_post(context),
        expects="posting",
        sentence="The letter came back and was sent to the present address; its days begin when that is posted.",
    )
