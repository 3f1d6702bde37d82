"""What each transaction must bring.

Source: the field tables of the public GP Links adaptor. A birth needs number and date of
birth; the other acceptances need a number or a place of birth, so that nobody comes without
anything to find them by.
"""

from collections.abc import Mapping

from registry.links.items import FIELDS, Items, TransactionType

_ACCEPTANCE = (
    "gp_code",
    "acceptance_type",
    "acceptance_code",
    "acceptance_date",
    "surname",
    "sex",
    "address",
)
_BY_ACCEPTANCE_TYPE: Mapping[str, tuple[str, ...]] = {
    "1": ("number", "date_of_birth"),
    "3": ("previous_address", "previous_gp_name"),
    "4": ("date_of_uk_entry",),
}
_BY_TYPE: Mapping[TransactionType, tuple[str, ...]] = {
    TransactionType.G1: _ACCEPTANCE,
    TransactionType.G2: ("number", "gp_code"),
    TransactionType.G3: ("gp_code", "number", "free_text"),
    TransactionType.G5: ("gp_code", "number", "deduction_date", "deduction_reason"),
}
_AMENDMENT_FIELDS = {"number": "nhsNumber", "gp_code": "gpCode"}

NUMBER_OR_BIRTHPLACE = "missing, and there is no place of birth: one of the two is needed"


def required_items(items: Items) -> tuple[str, ...]:
    """The names of the items that must be there, partner code and authority apart."""
    extra = _BY_ACCEPTANCE_TYPE.get(_acceptance_type(items), ())
    return _BY_TYPE[items.type] + extra


def missing(items: Items) -> list[tuple[str, str]]:
    """Fields that a transaction lacks, each with what to say of it."""
    lacking = [
        (field_of(item, items.type), "missing") for item in required_items(items) if getattr(items, item) is None
    ]
    if _acceptance_type(items) in ("2", "3", "4") and items.number is None and items.place_of_birth is None:
        lacking.append((FIELDS["number"], NUMBER_OR_BIRTHPLACE))
    return lacking


def _acceptance_type(items: Items) -> str:
    """Empty where it is missing, and for a transaction in which it means nothing."""
    return items.acceptance_type or "" if items.type is TransactionType.G1 else ""


def field_of(item: str, kind: TransactionType) -> str:
    """The name of an item in the document of a transaction."""
    return _AMENDMENT_FIELDS.get(item, FIELDS[item]) if kind.is_amendment else FIELDS[item]
