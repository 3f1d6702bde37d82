"""From a message of the outbox to the items that travel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from registry.links.items import ERASE, Items, TransactionType
from registry.values.address import wire_postcode
from registry.values.person import Sex

_DATES = frozenset({"date_of_birth", "deduction_date", "fp69_expiry", "quarter_end"})


@dataclass(frozen=True, slots=True)
class PracticeMessage:
    """One message to a practice, as the outbox holds it."""

    id: int
    uuid: UUID
    practice_id: UUID
    partner_code: str
    authority_cipher: str
    kind: str
    content: Mapping[str, Any]
    transaction_number: int
    created_at: datetime
    position: int | None


def to_items(message: PracticeMessage) -> Items:
    """The items of a message, as frozen when it was decided."""
    return Items(
        type=TransactionType(message.kind),
        gp_trading_partner_code=message.partner_code,
        ha_cipher=message.authority_cipher,
        **{name: _value(name, value) for name, value in message.content.items()},
    )


def _value(name: str, value: Any) -> Any:
    if name in _DATES:
        return date.fromisoformat(value)
    if name == "sex":
        return Sex(value)
    if name == "address":
        return tuple(ERASE if line == "%" else line for line in value)
    if name == "postcode" and value != "%":
        return wire_postcode(value)
    return ERASE if value == "%" else value
