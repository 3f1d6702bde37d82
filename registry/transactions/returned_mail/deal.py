"""What a returned letter leads to: an FP69, a letter to the new address, a case, or a note."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.due.chase import open_chaser
from registry.transactions.facts import PersonFacts
from registry.transactions.fp69.flag import ask_supervisor, set_flag
from registry.transactions.fp69.guards import Guard, Proposed
from registry.transactions.fp69.look import what_stands_against
from registry.transactions.removals.returned import letter_returned
from registry.transactions.returned_mail.causes import QUERIES, Cause, Leads

_OPEN_QUERY = text(
    "select id from anomalies where state = 'open' and kind = :kind and patient_ids @> array[:patient_id] limit 1"
).bindparams(bindparam("kind", type_=Text), bindparam("patient_id", type_=Uuid))

_TO_A_PERSON = (Guard.EXCLUDED, Guard.NO_NUMBER, Guard.CARE_HOME)
"""What a clerk has to follow up without an FP69."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A letter that came back. `send_again` writes it anew to the address known now; None: it is not ours."""

    cause: Cause
    proposed: Proposed
    transaction_id: UUID
    send_again: Callable[[Writes], UUID] | None = None


@dataclass(frozen=True, slots=True)
class Dealt:
    """What was done, by its stored name and in a sentence. `id` is of the matter, case or letter that was made."""

    outcome: str
    sentence: str
    id: UUID | None = None


async def deal_with(
    connection: AsyncConnection, context: Context, writes: Writes, person: PersonFacts, mail: Returned
) -> Dealt:
    """Do what a cause asks for, about a person who is locked. Nobody asks after a record that is no longer in use."""
    leads = mail.cause.value.leads_to
    if person.status == "invalidated":
        return Dealt("noted", "Noted: the record is no longer in use.")
    if leads == "note":
        return Dealt("noted", f"Noted: {mail.cause.value.words.lower()}. The address is in no doubt.")
    if leads == "doubt":
        return await _doubt(connection, context, writes, person, mail)
    return await _query(connection, context, writes, person, mail, leads)


async def _doubt(
    connection: AsyncConnection, context: Context, writes: Writes, person: PersonFacts, mail: Returned
) -> Dealt:
    guard = await what_stands_against(connection, context, person, mail.proposed)
    if mail.proposed.instead_of is not None and guard is not Guard.ADDRESS_CHANGED:
        # Nobody was advised, so nobody is removed for it, whether or not a flag takes its place.
        letter_returned(writes, context, person, mail.proposed.instead_of)
    if guard is None:
        flagged = set_flag(writes, context, person, mail.proposed, transaction_id=mail.transaction_id)
        sentence = f"An FP69 is set and the practice is told; it may answer until {flagged.expires.isoformat()}."
        return Dealt("fp69-set", sentence, flagged.id)
    if guard.value.waivable:
        request = ask_supervisor(writes, context, person, mail.proposed, guard)
        return Dealt("supervisor-asked", f"{guard.value.sentence} A supervisor is asked.", request)
    if guard is Guard.ADDRESS_CHANGED:
        return _send_again(writes, mail)
    if guard in _TO_A_PERSON:
        evidence = {"transaction": str(mail.transaction_id), "guard": guard.label, "cause": mail.cause.label}
        case = open_chaser(writes, context, "returned-mail", _LOOK_AT_IT, patient_ids=(person.id,), evidence=evidence)
        return Dealt("put-to-a-person", f"{guard.value.sentence} It is in the queue.", case)
    return Dealt("noted", f"Noted: {guard.value.sentence}")


def _send_again(writes: Writes, mail: Returned) -> Dealt:
    words = Guard.ADDRESS_CHANGED.value.sentence
    if mail.send_again is None:
        return Dealt("changed-since", f"{words} Tell the sender the present address; no FP69.")
    return Dealt("sent-again", f"{words} It is sent again, to the present one.", mail.send_again(writes))


async def _query(
    connection: AsyncConnection, context: Context, writes: Writes, person: PersonFacts, mail: Returned, kind: Leads
) -> Dealt:
    """A mark on an envelope is somebody's word to the postman: a clerk asks."""
    if person.is_dead and kind == "death-query":
        return Dealt("noted", "Noted: the person is recorded as dead already.")
    found = await connection.execute(_OPEN_QUERY, {"kind": kind, "patient_id": person.id})
    already: UUID | None = found.scalar_one_or_none()
    if already is not None:
        return Dealt("noted", "Noted: the same is being asked about the person already.", already)
    evidence = {"transaction": str(mail.transaction_id), "cause": mail.cause.label}
    holder = None if person.membership is None else person.membership.practice_id
    case = open_chaser(
        writes, context, kind, QUERIES[kind], practice_id=holder, patient_ids=(person.id,), evidence=evidence
    )
    return Dealt(kind, "It is in the queue: somebody asks before anything is recorded.", case)


_LOOK_AT_IT = "A letter came back, and the person may not be flagged; find out where they live in another way."
