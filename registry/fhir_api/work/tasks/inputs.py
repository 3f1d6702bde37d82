"""What a Task may carry as input, by kind of work: its name, the type of its value, and the item that it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Value = Literal["valueDate", "valueString", "valueBoolean", "valueAddress"]


@dataclass(frozen=True, slots=True)
class Input:
    """An input: the element of its value, and the item of a transaction (`registry.links.items`) that it becomes."""

    value: Value
    item: str


_GP_CODE = {"gp-code": Input("valueString", "gp_code")}
_TEXT = {"free-text": Input("valueString", "free_text")}

INPUTS: Mapping[str, Mapping[str, Input]] = {
    "acceptance": {
        "acceptance-date": Input("valueDate", "acceptance_date"),
        "uk-entry-date": Input("valueDate", "date_of_uk_entry"),
        "uk-exit-date": Input("valueDate", "date_of_uk_exit"),
        "previous-gp-name": Input("valueString", "previous_gp_name"),
        "previous-authority": Input("valueString", "previous_ha_cipher"),
        "previous-address": Input("valueAddress", "previous_address"),
        "birth-place": Input("valueString", "place_of_birth"),
        "residential-institute": Input("valueString", "residential_institute"),
        "drugs-dispensed": Input("valueBoolean", "drugs_dispensed"),
        **_TEXT,
        **_GP_CODE,
    },
    "deduction-request": {"deduction-date": Input("valueDate", "deduction_date"), **_TEXT, **_GP_CODE},
    "removal": {**_TEXT, **_GP_CODE},
    "cancellation-request": {**_TEXT},
}
"""By kind of work; `registration-work-input` is the system of the names."""

DATES: Mapping[str, str] = {
    "acceptance-date": "accepted_on",
    "uk-entry-date": "entered_uk_on",
    "uk-exit-date": "left_uk_on",
    "deduction-date": "happened_on",
}
TEXTS: Mapping[str, str] = {
    "previous-gp-name": "previous_gp_name",
    "previous-authority": "previous_authority",
    "residential-institute": "residential_institute",
    "free-text": "free_text",
}
"""Inputs that are shown again, and the names that a stored command has for them."""
