"""The rows of a new person: who they are, what they are found by, and where they stand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from uuid_utils.compat import uuid7

from registry.database import Writes, iso
from registry.matching.decide import MatchDecision
from registry.matching.keys import key_row, keys_of
from registry.matching.models import match_decisions, match_keys
from registry.matching.store import decision_row
from registry.patients.models import patient_former_addresses, patient_former_names, patients
from registry.patients.record import PersonRecord
from registry.transactions.context import Context
from registry.transactions.ledger import Movement, stand_outside
from registry.transactions.national import announce
from registry.transactions.newcomers.machine import expect_registration
from registry.transactions.newcomers.newcomer import Acknowledged, Newcomer
from registry.transactions.office_transactions import note_transaction
from registry.transactions.outside import Outside
from registry.values.address import Address
from registry.values.person import Name

KIND = "new-person"
_SENTENCE = "Given a number; on no practice's list yet."


def make_newcomer(
    writes: Writes,
    context: Context,
    newcomer: Newcomer,
    number: str,
    decision: MatchDecision,
    practice_id: UUID | None,
    acknowledged: Acknowledged | None,
) -> UUID:
    """Add a person to the batch who has a number and no practice; returns their id, which is random.

    With them: the transaction that says who asked, a movement to the list of those who are on none, the matter
    that waits for a practice, what the matcher had said, and what the national side is to be told.
    """
    patient_id = uuid4()
    _write_person(writes, context, patient_id, newcomer, number)
    transaction_id = note_transaction(
        writes,
        context,
        KIND,
        outcome="allotted" if acknowledged is None else "allotted-knowingly",
        sentence=_SENTENCE,
        command=_command(newcomer, acknowledged),
        patient_id=patient_id,
        practice_id=practice_id,
        source="fhir",
    )
    movement = Movement(context.today, context.now, "allocation", transaction_id)
    stand_outside(writes, patient_id, Outside.FIRST_REGISTRATION.id, Outside.UNREGISTERED.id, movement)
    writes.insert(match_decisions, **decision_row(decision, transaction_id, context.now))
    expect_registration(writes, context, patient_id, practice_id, transaction_id)
    announce(writes, context, transaction_id, patient_id, number)
    return patient_id


def _command(newcomer: Newcomer, acknowledged: Acknowledged | None) -> Mapping[str, Any]:
    """Who vouches for them, and why others who fit were passed over: codes and words, nobody's particulars."""
    authority = {"authority": newcomer.authority, "authority_type": newcomer.authority_type}
    return authority if acknowledged is None else authority | {"reason": acknowledged.reason}


def _write_person(writes: Writes, context: Context, patient_id: UUID, newcomer: Newcomer, number: str) -> None:
    record = newcomer.record
    writes.insert(
        patients,
        id=patient_id,
        nhs_number=number,
        **_name(record.name),
        previous_surname=record.previous_surname,
        sex=record.sex.value,
        date_of_birth=iso(record.date_of_birth),
        place_of_birth=record.place_of_birth,
        **_address(record.address),
        elements=dict(record.elements),
        created_at=context.now,
        updated_at=context.now,
    )
    _write_former(writes, context, patient_id, record)
    described = replace(newcomer.described(), number=number)
    names = [each.name for each in record.former_names]
    addresses = [each.address for each in record.former_addresses]
    for key in keys_of(patient_id, described, former_names=names, former_addresses=addresses):
        writes.insert(match_keys, **key_row(key))


def _write_former(writes: Writes, context: Context, patient_id: UUID, record: PersonRecord) -> None:
    for former in record.former_names:
        row = {**_name(former.name), "period": _period(former.since, former.until), "recorded_at": context.now}
        writes.insert(patient_former_names, id=uuid7(), patient_id=patient_id, **row)
    for place in record.former_addresses:
        row = {**_address(place.address), "period": _period(place.since, place.until), "recorded_at": context.now}
        writes.insert(patient_former_addresses, id=uuid7(), patient_id=patient_id, **row)


def _name(name: Name) -> dict[str, Any]:
    return {
        "surname": name.surname,
        "first_forename": name.first_forename,
        "second_forename": name.second_forename,
        "other_forenames": name.other_forenames,
        "title": name.title,
    }


def _address(address: Address) -> dict[str, Any]:
    lines = {f"line_{number}": line for number, line in enumerate(address.lines, start=1)}
    return {**lines, "postcode": address.postcode}


def _period(since: date | None, until: date | None) -> str:
    return f"[{iso(since) or ''},{iso(until) or ''})"
