"""People of the demonstration as practices write of them on GP Links: in the wire's upper case."""

from datetime import date
from typing import Any

from registry.demo.person import DemoPerson
from registry.demo.practices import DemoPractice
from registry.links.items import Items, TransactionType
from registry.values.address import Address


def acceptance(practice: DemoPractice, person: DemoPerson, on: date, kind: str = "3", **items: Any) -> Items:
    """An acceptance of a person as they describe themselves, complete for its type."""
    usual: dict[str, Any] = {
        **_sender(practice),
        **_described(person),
        "number": str(person.nhs_number) if person.nhs_number else None,
        "acceptance_code": "A",
        "acceptance_type": kind,
        "acceptance_date": on,
        "place_of_birth": (person.place_of_birth or "NOT KNOWN").upper(),
    }
    if kind == "3":
        usual |= {"previous_address": ("1 FORMER ROAD", "OLDTOWN"), "previous_gp_name": "DR BEFORE"}
    if kind == "4":
        usual["date_of_uk_entry"] = on
    return Items(type=TransactionType.G1, **{**usual, **items})


def amendment(practice: DemoPractice, person: DemoPerson, **items: Any) -> Items:
    """An amendment of some items."""
    return Items(type=TransactionType.G2, **_sender(practice), number=_number(person), **items)


def removal(practice: DemoPractice, person: DemoPerson) -> Items:
    """The practice will not keep somebody who moved out of its area."""
    text = "NOW LIVES OUTSIDE OUR AREA"
    return Items(type=TransactionType.G3, **_sender(practice), number=_number(person), free_text=text)


def deduction(practice: DemoPractice, person: DemoPerson, reason: str, on: date, text: str | None = None) -> Items:
    """The practice asks for somebody to be taken off its list."""
    return Items(
        type=TransactionType.G5,
        **_sender(practice),
        number=_number(person),
        deduction_reason=reason,
        deduction_date=on,
        free_text=text,
    )


def lines_of(address: Address) -> tuple[str, ...]:
    """The five lines in upper case."""
    return tuple(line.upper() for line in address.lines)


def _sender(practice: DemoPractice) -> dict[str, Any]:
    return {
        "gp_trading_partner_code": practice.partner_code,
        "ha_cipher": practice.cipher,
        "gp_code": str(practice.gp_codes[0]),
    }


def _described(person: DemoPerson) -> dict[str, Any]:
    name = person.name
    return {
        "surname": name.surname.upper(),
        "first_forename": name.first_forename.upper() or None,
        "second_forename": name.second_forename.upper() or None,
        "title": name.title.upper() or None,
        "sex": person.sex,
        "date_of_birth": person.date_of_birth,
        "address": lines_of(person.address),
        "postcode": person.address.postcode,
    }


def _number(person: DemoPerson) -> str:
    return str(person.nhs_number)
