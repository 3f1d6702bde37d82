"""An item of a shared record: one registration, message, address or number, with what it says of somebody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Key = tuple[str, str]
"""A row: its table and its primary key as text."""

WORDS = {
    "list_movements": "movement",
    "list_memberships": "stay",
    "transactions": "transaction",
    "practice_messages": "message",
    "letters": "letter",
    "patient_former_names": "former-name",
    "patient_former_addresses": "former-address",
    "patient_numbers": "number",
    "pending_deductions": "pending-deduction",
    "matters": "matter",
    "anomalies": "case",
    "practice_refusals": "refusal",
    "assignment_decisions": "assignment",
    "scheme_incidents": "incident",
    "scheme_notes": "note",
    "patients": "record",
}
"""By table: what a clerk calls its rows. `record` are the record's present name, address and death."""
_TABLES = {word: table for table, word in WORDS.items()}

PLACES = ("first", "second", "third", "fourth", "fifth")
"""The people of a confusion by their places, from 1."""


@dataclass(frozen=True, slots=True)
class Item:
    """A row about the shared record. `says` are words of the item about a person, by the names of their columns."""

    table: str
    key: str
    what: str
    on: date | None = None
    practice: str | None = None
    """The ODS code of the practice that it concerns."""
    is_open: bool = False
    goes_with: Key | None = None
    """The item from which it follows: what belongs to that one's person belongs to theirs."""
    says: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def row(self) -> Key:
        return (self.table, self.key)

    @property
    def name(self) -> str:
        """As a clerk names it."""
        return f"{WORDS[self.table]}:{self.key}"


def row_named(name: str) -> Key | None:
    """The row that a clerk names; None where that is no name of an item."""
    word, colon, key = name.strip().partition(":")
    table = _TABLES.get(word)
    return (table, key) if table and colon and key else None


def roots(items: Iterable[Item]) -> dict[Key, Key]:
    """By row: the item that it follows in the end, itself where it follows none."""
    above = {item.row: item.goes_with for item in items}
    found: dict[Key, Key] = {}
    for row in above:
        seen, at = {row}, row
        while (up := above.get(at)) is not None and up in above and up not in seen:
            seen.add(up)
            at = up
        found[row] = at
    return found
