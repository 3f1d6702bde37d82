"""Façade documents: FHIR Parameters, and the patch body of an amendment, from items and into items."""

from collections.abc import Mapping
from typing import Any, cast

from registry.links.documents.draft import Draft
from registry.links.documents.normal_form import normal_form
from registry.links.documents.read_parameters import read_parameters
from registry.links.documents.read_patches import read_patches
from registry.links.documents.write_parameters import write_parameters
from registry.links.documents.write_patches import write_patches
from registry.links.edifact.syntax import escape
from registry.links.items import FIELDS, Items, TransactionType

__all__ = ["from_document", "normal_form", "to_document"]


def to_document(items: Items, *, released: bool = True) -> dict[str, Any]:
    """The document of a transaction: a patch body for an amendment, FHIR Parameters for the others.

    With `released` the four special characters carry a release character, as the public
    adaptor leaves them; without it texts are clean.
    """
    text = escape if released else str
    return write_patches(items, text) if items.type.is_amendment else write_parameters(items, text)


def from_document(document: object, type: TransactionType, *, released: bool = True) -> Items:  # noqa: A002
    """The items of a document. What is wrong in it becomes defects that name the field.

    Presence by transaction type is for others to judge; only the partner code and the
    authority, without which nothing can be sent, are told as missing here. Raises ValueError
    where the document is no JSON object.
    """
    if not isinstance(document, Mapping):
        raise ValueError("the document is not a JSON object")
    body = cast("dict[str, object]", document)
    draft = Draft(type, released)
    if type.is_amendment:
        read_patches(body, draft)
    else:
        read_parameters(body, draft)
    named = {defect.field for defect in draft.defects}
    for item, field in (
        ("gp_trading_partner_code", "gpTradingPartnerCode"),
        ("ha_cipher", "healthcarePartyCode" if type.is_amendment else FIELDS["ha_cipher"]),
    ):
        if item not in draft.values:
            draft.values[item] = ""
            if field not in named:
                draft.refuse(field, "missing")
    return Items(type=type, defects=tuple(draft.defects), **draft.values)
