"""Items in the making from a document: texts are released, checked, and taken or refused by name."""

import re
from datetime import date
from typing import Any

from registry.links.documents.names import SEXES
from registry.links.edifact.syntax import unescape
from registry.links.items import ERASE, Defect, TransactionType, code_problem, erase_problem

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class Draft:
    """Collects the values and the defects of a document.

    `released` says that its texts carry release characters, as the adaptor's do.
    """

    def __init__(self, kind: TransactionType, released: bool) -> None:
        self.type = kind
        self.values: dict[str, Any] = {}
        self.defects: list[Defect] = []
        self._released = released

    def refuse(self, field: str, problem: str) -> None:
        self.defects.append(Defect(field, problem))

    def text(self, value: object, field: str) -> str | None:
        """A clean text, or None where there is none. What is there but no text, or blank, is refused."""
        if value is None:
            return None
        if not isinstance(value, str):
            self.refuse(field, "must be text")
            return None
        stripped = value.strip()
        if not stripped:
            self.refuse(field, "must not be blank")
            return None
        return unescape(stripped) if self._released else stripped

    def take_text(self, item: str, value: object, field: str) -> None:
        """A text or a code as the value of an item; `%` erases where that is allowed."""
        text = self.text(value, field)
        if text is None:
            return
        erases = text == "%" and item != "free_text"
        problem = erase_problem(item, self.type) if erases else code_problem(item, text)
        if problem is not None:
            self.refuse(field, problem)
        else:
            self.values[item] = ERASE if erases else text

    def take_date(self, item: str, value: object, field: str) -> None:
        text = self.text(value, field)
        if text is None:
            return
        day = _day(text)
        if day is None:
            self.refuse(field, "not a date (YYYY-MM-DD)")
        else:
            self.values[item] = day

    def take_sex(self, value: object, field: str) -> None:
        text = self.text(value, field)
        if text is None:
            return
        if text in SEXES:
            self.values["sex"] = SEXES[text]
        else:
            self.refuse(field, "not one of male, female, other, unknown")

    def take_drugs(self, extension: dict[str, object], field: str) -> None:
        value = extension.get("valueBoolean")
        if isinstance(value, bool):
            self.values["drugs_dispensed"] = value
        else:
            self.refuse(field, "needs a valueBoolean")


def _day(text: str) -> date | None:
    if not _ISO_DATE.match(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
