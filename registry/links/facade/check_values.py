"""Values that no register need be asked about: arithmetic, the calendar, closed lists of codes, lengths.

What depends on who is registered where is never decided here: it travels, and is answered by
a message.
"""

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date

from registry.links.facade.faults import Fault
from registry.links.facade.required import field_of
from registry.links.items import Items, TransactionType
from registry.transactions.rules.deduction_request import REASONS
from registry.values.nhs_number import NumberKind, kind_of

LONGEST_ITEM = 200
"""Characters. The exchange gives most items 35; senders cut longer ones, and nobody needs more."""
LONGEST_TEXT = 4000
"""Characters of a free text, whose length the exchange leaves open."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_TEXTS = tuple(each.name for each in fields(Items) if each.name not in ("type", "defects"))
_WRONG_NUMBERS = {
    NumberKind.WRONG_CHECK_DIGIT: "its check digit is wrong",
    NumberKind.UNREADABLE: "not a number in any format",
}


def faulty_values(items: Items, today: date) -> Iterator[Fault]:
    """Every value that can be refused by itself."""
    yield from _faulty_texts(items)
    problem = _WRONG_NUMBERS.get(kind_of(items.number)) if items.number is not None else None
    if problem is not None:
        yield Fault("invalid", field_of("number", items.type), problem)
    if items.date_of_birth is not None and items.date_of_birth > today:
        yield Fault("invalid", field_of("date_of_birth", items.type), "in the future")
    if items.acceptance_type == "5":
        yield Fault("invalid", "acceptanceType", "type 5 is no longer taken: send type 3")
    if items.type is TransactionType.G5 and items.deduction_reason not in (None, *REASONS):
        known = ", ".join(sorted(REASONS, key=int))
        yield Fault("invalid", "deductionReasonCode", f"not one of {known}")


def _faulty_texts(items: Items) -> Iterator[Fault]:
    for item in _TEXTS:
        value = getattr(items, item)
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and (problem := _text_problem(item, text)):
                yield Fault("invalid", field_of(item, items.type), problem)


def _text_problem(item: str, text: str) -> str | None:
    longest = LONGEST_TEXT if item == "free_text" else LONGEST_ITEM
    if len(text) > longest:
        return f"longer than {longest} characters"
    return "holds a control character" if _CONTROL.search(text) else None
