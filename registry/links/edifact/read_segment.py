"""What each segment of a transaction gives: a table by tag and qualifier, and a reader for each kind.

What is there but cannot be taken becomes a defect of the item.
"""

from collections.abc import Callable
from typing import Any

from registry.links.edifact.syntax import Segment
from registry.links.edifact.wire_time import read_date, read_minute
from registry.links.items import (
    ADDRESS_LINES,
    ERASE,
    FIELDS,
    POST_TOWN,
    Defect,
    TextOrErase,
    TransactionType,
    code_problem,
    erase_problem,
)
from registry.values.person import Sex

_SEXES = {sex.value: sex for sex in Sex}
_NAME_PARTS = {
    "SU": "surname",
    "FO": "first_forename",
    "TI": "title",
    "MI": "second_forename",
    "FS": "other_forenames",
}
_FIRST_NAME_PART = 5


class Draft:
    """Items in the making."""

    __slots__ = ("defects", "type", "values", "warnings")

    def __init__(self, kind: TransactionType) -> None:
        self.type = kind
        self.values: dict[str, Any] = {}
        self.defects: list[Defect] = []
        self.warnings: list[str] = []

    def refuse(self, item: str, problem: str, part: str = "") -> None:
        self.defects.append(Defect(FIELDS[item] + part, problem))

    def take(self, item: str, text: str) -> None:
        """A text or a code; an empty one was not sent."""
        if text == "%":
            problem = erase_problem(item, self.type)
            if problem is None:
                self.values[item] = ERASE
            else:
                self.refuse(item, problem)
        elif text:
            problem = code_problem(item, text)
            if problem is None:
                self.values[item] = text
            else:
                self.refuse(item, problem)


Reader = Callable[[Segment, Draft], None]


def _code(item: str, element: int) -> Reader:
    return lambda segment, draft: draft.take(item, segment.component(element))


def _text(item: str, element: int) -> Reader:
    return lambda segment, draft: draft.take(item, segment.text(element))


def _day(item: str) -> Reader:
    def read(segment: Segment, draft: Draft) -> None:
        text = segment.component(1, 1)
        if not text:
            return
        day = read_date(text[:8] if len(text) == 12 and read_minute(text) else text)
        if day is None:
            draft.refuse(item, "not a date (CCYYMMDD)")
        else:
            draft.values[item] = day

    return read


def _sex(segment: Segment, draft: Draft) -> None:
    text = segment.component(1)
    if text in _SEXES:
        draft.values["sex"] = _SEXES[text]
    elif text:
        draft.refuse("sex", "not one of 0, 1, 2, 9")


def _reason(segment: Segment, draft: Draft) -> None:
    # A close quarter notification says Q here and nothing else.
    if draft.type is not TransactionType.F8:
        draft.take("deduction_reason", segment.component(1))


def _drugs(segment: Segment, draft: Draft) -> None:
    text = segment.component(2)
    problem = erase_problem("drugs_dispensed", draft.type)
    if text == "Y":
        draft.values["drugs_dispensed"] = True
    elif text == "%" and problem is None:
        draft.values["drugs_dispensed"] = False
    elif text:
        draft.refuse("drugs_dispensed", problem if text == "%" and problem else "not Y")


def _free_text(segment: Segment, draft: Draft) -> None:
    # Never an erasure: the sign is an ordinary character of the free text set.
    text = segment.text(4)
    if text:
        draft.values["free_text"] = text


def _patient(segment: Segment, draft: Draft) -> None:
    draft.take("number", segment.component(2))
    for position, (prefix, item) in enumerate(_NAME_PARTS.items(), start=_FIRST_NAME_PART):
        components = segment.components(position)
        if not components[0] and len(components) == 1:
            continue
        if components[0] != prefix:
            # Looked for by prefix among the name parts only: an old number may begin like one.
            item = _NAME_PARTS.get(components[0], item)
            draft.warnings.append(f"name part at the place of {prefix} is not marked so")
        marked = components[0] in _NAME_PARTS
        draft.take(item, " ".join(part for part in components[1 if marked else 0 :] if part))


def _former(segment: Segment, draft: Draft) -> None:
    if segment.component(2, 1) == "API":
        draft.take("new_number", segment.component(2))
    elif segment.component(2):
        draft.warnings.append("a number in PNA+PER that is not marked API was ignored")
    components = segment.components(_FIRST_NAME_PART)
    if components[0] == "SU":
        draft.take("previous_surname", " ".join(part for part in components[1:] if part))
    elif components != [""]:
        draft.warnings.append("a name part in PNA+PER that is not marked SU was ignored")


def _address(segment: Segment, draft: Draft) -> None:
    draft.take("postcode", segment.component(8))
    components = segment.components(3)
    if components == [""]:
        return
    if len(components) > ADDRESS_LINES:
        draft.refuse("address", "more than five lines")
        components = components[:ADDRESS_LINES]
    # An empty first line travels as one question mark.
    lines: list[TextOrErase] = ["" if components[0] == "?" else components[0], *components[1:]]
    lines += [""] * (ADDRESS_LINES - len(lines))
    for position, line in enumerate(lines):
        if line == "%":
            lines[position] = _erased_line(position, draft)
    draft.values["address"] = tuple(lines)


def _erased_line(position: int, draft: Draft) -> TextOrErase:
    if draft.type.is_amendment and position != POST_TOWN:
        return ERASE
    problem = "may not be erased" if draft.type.is_amendment else "only an amendment may erase"
    draft.refuse("address", problem, f"[{position}]")
    return ""


def _previous_address(segment: Segment, draft: Draft) -> None:
    filled = [line for line in segment.components(3) if line]
    if "%" in filled:
        draft.refuse("previous_address", "may not be erased")
    elif len(filled) > ADDRESS_LINES:
        draft.refuse("previous_address", "more than five lines")
    elif filled:
        draft.values["previous_address"] = tuple(filled)


READERS: dict[str, tuple[str, Reader]] = {
    "NAD+GP": ("gp_code", _code("gp_code", 2)),
    "NAD+RIC": ("residential_institute", _code("residential_institute", 2)),
    "NAD+PGP": ("previous_gp_name", _text("previous_gp_name", 4)),
    "NAD+PFH": ("previous_ha_cipher", _code("previous_ha_cipher", 2)),
    "NAD+NFH": ("new_ha_cipher", _code("new_ha_cipher", 2)),
    "GIS": ("deduction_reason", _reason),
    "HEA+ACD": ("acceptance_code", _code("acceptance_code", 2)),
    "HEA+ATP": ("acceptance_type", _code("acceptance_type", 2)),
    "HEA+DM": ("drugs_dispensed", _drugs),
    "HEA+FRN": ("fp69_reason", _code("fp69_reason", 2)),
    "DTM+956": ("acceptance_date", _day("acceptance_date")),
    "DTM+957": ("date_of_uk_entry", _day("date_of_uk_entry")),
    "DTM+958": ("date_of_uk_exit", _day("date_of_uk_exit")),
    "DTM+961": ("deduction_date", _day("deduction_date")),
    "DTM+962": ("fp69_expiry", _day("fp69_expiry")),
    "DTM+206": ("quarter_end", _day("quarter_end")),
    "LOC+950": ("place_of_birth", _text("place_of_birth", 2)),
    "FTX+RGI": ("free_text", _free_text),
    "PNA+PAT": ("number", _patient),
    "DTM+329": ("date_of_birth", _day("date_of_birth")),
    "PDI": ("sex", _sex),
    "NAD+PAT": ("address", _address),
    "NAD+PER": ("previous_address", _previous_address),
    "PNA+PER": ("previous_surname", _former),
}
"""By tag and qualifier: the item that a contradicting repetition spoils, and what reads the segment."""
