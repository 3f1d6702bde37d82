"""From what a practice sent to what is asked of the register. Nothing later handles items."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from registry.links.items import ERASE, Items, TextOrErase, TransactionType
from registry.transactions.commands import (
    AmendPatient,
    Changes,
    Command,
    Defect,
    Erased,
    Origin,
    RegisterPatient,
    RemovePatient,
    RequestDeduction,
    Source,
)
from registry.values.address import Address
from registry.values.person import Demographics, Name


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a transaction came: by which way, from whom, when, and its place in an interchange."""

    source: Source
    practice_id: UUID
    partner_code: str
    transaction_number: int
    received_at: datetime
    document_at: datetime
    interchange_id: UUID | None = None
    message_reference: int | None = None


def to_command(items: Items, arrival: Arrival) -> Command:
    """The command that items of a type from a practice stand for. Raises KeyError for other types."""
    return _MAKERS[items.type](items, _origin(items, arrival), _defects(items))


def _origin(items: Items, arrival: Arrival) -> Origin:
    return Origin(
        source=arrival.source,
        practice_id=arrival.practice_id,
        partner_code=arrival.partner_code,
        authority_cipher=items.ha_cipher,
        transaction_number=arrival.transaction_number,
        received_at=arrival.received_at,
        document_at=arrival.document_at,
        gp_code=items.gp_code or "",
        interchange_id=arrival.interchange_id,
        message_reference=arrival.message_reference,
    )


def _defects(items: Items) -> tuple[Defect, ...]:
    return tuple(Defect(each.field, each.problem) for each in items.defects)


def _acceptance(items: Items, origin: Origin, defects: tuple[Defect, ...]) -> RegisterPatient:
    return RegisterPatient(
        origin=origin,
        demographics=Demographics(
            name=Name(
                _text(items.surname) or "",
                _text(items.first_forename) or "",
                _text(items.second_forename) or "",
                _text(items.other_forenames) or "",
                _text(items.title) or "",
            ),
            sex=items.sex,
            date_of_birth=items.date_of_birth,
            number=items.number,
            previous_surname=_text(items.previous_surname),
            address=Address.of(_lines(items.address), _text(items.postcode)),
            previous_address=Address.from_unpositioned(list(items.previous_address or ())),
            place_of_birth=items.place_of_birth,
        ),
        acceptance_type=items.acceptance_type or "",
        acceptance_code=items.acceptance_code or "",
        accepted_on=items.acceptance_date,
        entered_uk_on=items.date_of_uk_entry,
        left_uk_on=items.date_of_uk_exit,
        previous_gp_name=items.previous_gp_name,
        previous_authority=items.previous_ha_cipher,
        residential_institute=_text(items.residential_institute),
        drugs_dispensed=items.drugs_dispensed,
        free_text=items.free_text,
        defects=defects,
    )


def _amendment(items: Items, origin: Origin, defects: tuple[Defect, ...]) -> AmendPatient:
    lines = _lines(items.address)
    changes = Changes(
        surname=_text(items.surname),
        forenames=_forenames(items),
        title=_erasable(items.title),
        previous_surname=_erasable(items.previous_surname),
        sex=items.sex,
        date_of_birth=items.date_of_birth,
        address=(lines[0], lines[1], lines[2], lines[3], lines[4]) if items.address is not None else None,
        postcode=_erasable(items.postcode),
        drugs_dispensed=items.drugs_dispensed,
        residential_institute=_erasable(items.residential_institute),
    )
    return AmendPatient(origin, _number(items), changes, items.free_text, defects)


def _removal(items: Items, origin: Origin, defects: tuple[Defect, ...]) -> RemovePatient:
    return RemovePatient(origin, _number(items), items.free_text or "", defects)


def _deduction(items: Items, origin: Origin, defects: tuple[Defect, ...]) -> RequestDeduction:
    return RequestDeduction(
        origin, _number(items), items.deduction_reason or "", items.deduction_date, items.free_text, defects
    )


_MAKERS = {
    TransactionType.G1: _acceptance,
    TransactionType.G2: _amendment,
    TransactionType.G3: _removal,
    TransactionType.G5: _deduction,
}


def _number(items: Items) -> str:
    return (items.number or "").replace(" ", "")


def _text(value: TextOrErase | None) -> str | None:
    return None if value is ERASE else value


def _erasable(value: TextOrErase | None) -> str | None:
    return "%" if value is ERASE else value


def _lines(address: tuple[TextOrErase, ...] | None) -> list[str]:
    """Five lines; an erased one is blank."""
    lines = ["" if line is ERASE else line for line in address or ()]
    return [*lines, *[""] * (5 - len(lines))]


def _forenames(items: Items) -> tuple[str, str, str] | Erased | None:
    """Forenames travel together; the first being erased erases all."""
    if items.first_forename is ERASE:
        return "%"
    given = (items.first_forename, items.second_forename, items.other_forenames)
    if all(each is None for each in given):
        return None
    return (_text(given[0]) or "", _text(given[1]) or "", _text(given[2]) or "")
