"""What is wrong with a request, in the adaptor's two codes and in words that name the field.

A text never repeats what was sent: it may be about a patient, and texts reach logs. A name of
a field that the caller invented is what was sent too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from registry.errors import RequestError
from registry.links.documents.names import DATE_PARAMETERS, TEXT_PARAMETERS
from registry.links.documents.read_patches import BODY_FIELDS
from registry.links.items import FIELDS

Code = Literal["structure", "invalid"]
"""`structure`: something is absent, of a wrong kind, or a patch that is not allowed. `invalid`: a value that is."""

_MOST_TOLD = 5

_WORDS = {
    FIELDS["number"]: "NHS number",
    "nhsNumber": "NHS number",
    FIELDS["gp_code"]: "GP code of the general practitioner",
    "gpCode": "GP code",
    FIELDS["ha_cipher"]: "destination HA cipher of the managing organization",
    "healthcarePartyCode": "destination HA cipher",
    FIELDS["gp_trading_partner_code"]: "GP trading partner code",
    FIELDS["surname"]: "surname",
    FIELDS["sex"]: "sex",
    FIELDS["date_of_birth"]: "date of birth",
    FIELDS["address"]: "address",
    FIELDS["previous_address"]: "previous address",
    FIELDS["place_of_birth"]: "place of birth",
}
"""What people call a field whose path does not say it."""

_KNOWN_NAMES = frozenset(
    {
        *FIELDS.values(),
        *BODY_FIELDS,
        *TEXT_PARAMETERS,
        *DATE_PARAMETERS,
        "destinationHaCipher",
        "message",
        "parameter",
        "parameter.name",
        "patches",
        "patient",
        "resourceType",
        "ConversationId",
        "_count",
    }
)
_OUR_PATH = re.compile(
    r"patches\[[0-9]+\](\.(path|op|value)(\.(valueBoolean|valueString|url))?)?\Z"
    r"|parameter(\[[0-9]+\])?(\.[a-z][A-Za-z]{1,30}(\[[0-9]+\])?)*\Z"
    r"|patient\.address\[[01]\]\.line\[[0-4]\]\Z"
)
"""Paths that are put together from names of ours and of FHIR, never from the caller's."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the code, the field's name in the request, and what is wrong with it."""

    code: Code
    field: str
    problem: str

    def told(self) -> str:
        """The fault in words."""
        name = self.field if self.field in _KNOWN_NAMES or _OUR_PATH.match(self.field) else "parameter"
        words = _WORDS.get(name)
        return f"{name} ({words}): {self.problem}" if words else f"{name}: {self.problem}"


def refusal_of(faults: Sequence[Fault]) -> RequestError:
    """The 400 that tells the faults: the code and field of the first one, the text of all (five at most)."""
    told = list(dict.fromkeys(fault.told() for fault in faults))
    more = len(told) - _MOST_TOLD
    text = "; ".join(told[:_MOST_TOLD]) + (f"; and {more} more" if more > 0 else "")
    field = told[0].partition(":")[0].partition(" (")[0]
    return RequestError(400, faults[0].code, text + ".", field)
