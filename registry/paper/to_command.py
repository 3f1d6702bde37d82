"""From what a form says to what is asked of the register: the same commands as a message's."""

from datetime import datetime
from typing import Any

from registry.paper.asked import Key, KeyAcceptance, KeyAmendment, KeyDeduction, KeyRemoval, address_lines
from registry.transactions.commands import (
    AmendPatient,
    Changes,
    Command,
    Origin,
    RegisterPatient,
    RemovePatient,
    RequestDeduction,
)
from registry.values.address import Address
from registry.values.period import start_of_day
from registry.values.person import Demographics, Name


def origin_of(form: Key, batch: Any, number: int) -> Origin:
    """Where a form came from. `number` is of the paper series: no practice ever gave it.

    It came on the day on which the batch did, and was written on the day on which it was signed.
    """
    received_at = start_of_day(batch.received_on)
    written_at: datetime = start_of_day(form.written_on) if form.written_on else received_at
    return Origin(
        source="paper",
        practice_id=batch.practice_id,
        partner_code=batch.partner_code,
        authority_cipher=batch.authority_cipher,
        transaction_number=number,
        received_at=received_at,
        document_at=written_at,
        gp_code=form.doctor or batch.gp_code,
    )


def to_command(form: Key, origin: Origin) -> Command:
    """The command that a keyed form stands for."""
    match form:
        case KeyAcceptance():
            return _acceptance(form, origin)
        case KeyAmendment():
            return AmendPatient(origin, _number(form.number), _changes(form), form.notes)
        case KeyDeduction():
            return RequestDeduction(origin, _number(form.number), form.cause, form.happened_on, form.notes)
        case KeyRemoval():
            return RemovePatient(origin, _number(form.number), form.notes or "")
        case _:
            raise TypeError(type(form).__name__)


def _acceptance(form: KeyAcceptance, origin: Origin) -> RegisterPatient:
    first, second, others = _forenames(form.forenames)
    return RegisterPatient(
        origin=origin,
        demographics=Demographics(
            name=Name(form.surname, first, second, others, form.title),
            sex=form.sex,
            date_of_birth=form.date_of_birth,
            number=form.number or None,
            previous_surname=form.previous_surname,
            address=_address(form.address, form.postcode),
            previous_address=_address(form.previous_address, None),
            place_of_birth=form.place_of_birth,
        ),
        acceptance_type=form.type,
        acceptance_code=form.code,
        accepted_on=form.accepted_on,
        entered_uk_on=form.entered_uk_on,
        left_uk_on=form.left_uk_on,
        previous_gp_name=form.previous_gp,
        residential_institute=form.residential_institute,
        drugs_dispensed=form.dispensed,
        free_text=form.notes,
    )


def _changes(form: KeyAmendment) -> Changes:
    lines = None if form.address is None else _address(form.address, None).lines
    forenames = form.forenames
    return Changes(
        surname=form.surname,
        forenames=None if forenames is None else "%" if forenames == "%" else _forenames(forenames),
        title=form.title,
        previous_surname=form.previous_surname,
        sex=form.sex,
        date_of_birth=form.date_of_birth,
        address=lines,
        postcode=form.postcode,
    )


def _address(text: str, postcode: str | None) -> Address:
    """Five lines have their places; of fewer the last is the post town."""
    return Address.from_unpositioned(address_lines(text), postcode)


def _forenames(text: str) -> tuple[str, str, str]:
    parts = [part.strip() for part in text.split(",")]
    first, second, others = (*parts, "", "", "")[:3]
    return first, second, others


def _number(text: str) -> str:
    return text.replace(" ", "")
