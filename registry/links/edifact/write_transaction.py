"""The items of one transaction into its segments, in the order of the specification's samples."""

from collections.abc import Iterator

from registry.links.edifact.alphabet import wire_text
from registry.links.edifact.wire_time import write_date
from registry.links.items import ADDRESS_LINES, ERASE, Items, TextOrErase
from registry.values.address import wire_postcode
from registry.values.nhs_number import WIRE_LENGTH_WRITTEN

TEXT_LIMIT = 35
"""Characters in a part of a name or a line of an address; longer ones are cut, never refused."""


def write_transaction(items: Items, number: int, pad_postcode: bool) -> list[str]:
    """The segments of a transaction that begins with S01, without terminators.

    Items that were not sent leave no trace, nor does a drugs marker of False outside
    amendments, where there is nothing to erase. `pad_postcode` gives a postcode of known shape
    the eight characters of the specification; without it the postcode is carried as it is.
    """
    segments = ["S01+1", f"RFF+TN:{number}", *_registration(items)]
    patient = [segment for segment in _patient(items, pad_postcode) if segment]
    if patient:
        segments.append("S02+2")
        if not patient[0].startswith("PNA+PAT"):
            segments.append("PNA+PAT")
        segments += patient
    former = _former(items)
    if former:
        segments += ("S02+2", former)
    return segments


def _registration(items: Items) -> Iterator[str]:
    """From the doctor to the free text."""
    if items.gp_code:
        yield f"NAD+GP+{wire_text(items.gp_code)}:900"
    if items.residential_institute:
        yield f"NAD+RIC+{_value(items.residential_institute)}:956"
    if items.previous_gp_name:
        yield f"NAD+PGP+++{wire_text(items.previous_gp_name)}"
    if items.previous_ha_cipher:
        yield f"NAD+PFH+{wire_text(items.previous_ha_cipher)}:954"
    if items.new_ha_cipher:
        yield f"NAD+NFH+{wire_text(items.new_ha_cipher)}:954"
    if items.deduction_reason:
        yield f"GIS+{wire_text(items.deduction_reason)}:ZZZ"
    if items.acceptance_code:
        yield f"HEA+ACD+{wire_text(items.acceptance_code)}:ZZZ"
    if items.acceptance_type:
        yield f"HEA+ATP+{wire_text(items.acceptance_type)}:ZZZ"
    if items.drugs_dispensed:
        yield "HEA+DM+Y:ZZZ"
    elif items.drugs_dispensed is False and items.type.is_amendment:
        yield "HEA+DM+%:ZZZ"
    if items.fp69_reason:
        yield f"HEA+FRN+{wire_text(items.fp69_reason)}:ZZZ"
    for qualifier, day in (
        ("956", items.acceptance_date),
        ("957", items.date_of_uk_entry),
        ("958", items.date_of_uk_exit),
        ("961", items.deduction_date),
        ("962", items.fp69_expiry),
    ):
        if day is not None:
            yield f"DTM+{qualifier}:{write_date(day)}:102"
    if items.place_of_birth:
        yield f"LOC+950+{wire_text(items.place_of_birth)}"
    if items.free_text:
        yield f"FTX+RGI+++{wire_text(items.free_text)}"


def _patient(items: Items, pad_postcode: bool) -> Iterator[str]:
    yield _identity(items)
    if items.date_of_birth is not None:
        yield f"DTM+329:{write_date(items.date_of_birth)}:102"
    if items.sex is not None:
        yield f"PDI+{items.sex.value}"
    yield _address(items, pad_postcode)
    lines = [wire_text(line, TEXT_LIMIT) for line in items.previous_address or () if line]
    if lines:
        yield f"NAD+PER++{':'.join(lines)}"


def _identity(items: Items) -> str:
    """Number and name parts; parts have fixed places, empty ones are kept inside and cut at the end."""
    parts = [
        f"{prefix}:{_value(value, TEXT_LIMIT)}" if value else ""
        for prefix, value in (
            ("SU", items.surname),
            ("FO", items.first_forename),
            ("TI", items.title),
            ("MI", items.second_forename),
            ("FS", items.other_forenames),
        )
    ]
    number = f"{wire_text(items.number, WIRE_LENGTH_WRITTEN)}:OPI" if items.number else ""
    if not number and not any(parts):
        return ""
    return _joined("+", ["PNA", "PAT", number, "", "", *parts])


def _address(items: Items, pad_postcode: bool) -> str:
    written = ""
    if items.address is not None:
        lines = [_value(line, TEXT_LIMIT) for line in items.address]
        # An empty first line is not allowed on the wire; one question mark, released, stands in.
        lines[0] = lines[0] or "??"
        lines += [""] * (ADDRESS_LINES - len(lines))
        # Practices write every line, the authority stops after the last filled one.
        written = ":".join(lines) if items.type.is_from_practice else _joined(":", lines)
    postcode = items.postcode
    if postcode and postcode is not ERASE and pad_postcode:
        postcode = wire_postcode(postcode)
    if not written and not postcode:
        return ""
    return f"NAD+PAT++{written}" + (f"+++++{_value(postcode)}" if postcode else "")


def _former(items: Items) -> str:
    """The amended number and the previous surname, in a group of their own."""
    number = f"{wire_text(items.new_number, WIRE_LENGTH_WRITTEN)}:API" if items.new_number else ""
    surname = f"SU:{_value(items.previous_surname, TEXT_LIMIT)}" if items.previous_surname else ""
    if not number and not surname:
        return ""
    return _joined("+", ["PNA", "PER", number, "", "", surname])


def _joined(separator: str, parts: list[str]) -> str:
    """The parts up to the last that is not empty. A separator at the end of a part is data, and stays."""
    filled = [place for place, part in enumerate(parts, start=1) if part]
    return separator.join(parts[: filled[-1]])


def _value(value: TextOrErase, limit: int | None = None) -> str:
    return "%" if value is ERASE else wire_text(str(value), limit)
