"""One GP Links transaction as its items: what EDIFACT segments and façade documents both say.

Interchange text becomes items, items become a document, and back. Strings here are clean:
release characters belong to the wire and to the documents, not to us.
Source of names and formats: the GP systems specification's data dictionary as restated in
the public GP Links adaptor.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from registry.values.nhs_number import WIRE_LENGTH_READ
from registry.values.person import Sex


class TransactionType(Enum):
    """The code in RFF+950. G goes from practice to authority, F from authority to practice."""

    G1 = "G1"
    """Acceptance."""
    G2 = "G2"
    """Amendment by the practice."""
    G3 = "G3"
    """Removal, out of area."""
    G5 = "G5"
    """Deduction request."""
    F1 = "F1"
    """Amendment by the authority."""
    F2 = "F2"
    """Deduction."""
    F3 = "F3"
    """Rejection of an acceptance."""
    F4 = "F4"
    """Approval of an acceptance."""
    F8 = "F8"
    """Close quarter notification."""
    F9 = "F9"
    """FP69 prior notification."""
    F10 = "F10"
    """FP69 flag removal."""
    F11 = "F11"
    """Deduction request rejection."""

    @property
    def is_from_practice(self) -> bool:
        return self.value.startswith("G")

    @property
    def is_amendment(self) -> bool:
        """Whether its document is a patch body and not FHIR Parameters."""
        return self in (TransactionType.G2, TransactionType.F1)


class Erase(Enum):
    """`%` on the wire: the item is to be erased."""

    ERASE = "%"


ERASE = Erase.ERASE
TextOrErase = str | Erase


@dataclass(frozen=True, slots=True)
class Defect:
    """An item that was there but could not be taken. `field` is the document's name for it."""

    field: str
    problem: str


@dataclass(frozen=True, slots=True)
class Items:
    """The items of one transaction. None means the item was not sent.

    In an amendment an address is five lines, each a text (empty: a blank line) or ERASE;
    `first_forename=ERASE` erases all forenames; `drugs_dispensed=False` erases the marker.
    A previous address is its filled lines only. `gp_code` and the numbers are as written: old
    formats travel. Texts carry no blanks at their ends.
    """

    type: TransactionType
    gp_trading_partner_code: str
    ha_cipher: str
    gp_code: str | None = None
    number: str | None = None
    new_number: str | None = None
    surname: str | None = None
    first_forename: TextOrErase | None = None
    second_forename: TextOrErase | None = None
    other_forenames: TextOrErase | None = None
    title: TextOrErase | None = None
    previous_surname: TextOrErase | None = None
    date_of_birth: date | None = None
    sex: Sex | None = None
    address: tuple[TextOrErase, ...] | None = None
    postcode: TextOrErase | None = None
    previous_address: tuple[str, ...] | None = None
    residential_institute: TextOrErase | None = None
    drugs_dispensed: bool | None = None
    place_of_birth: str | None = None
    previous_gp_name: str | None = None
    previous_ha_cipher: str | None = None
    new_ha_cipher: str | None = None
    acceptance_code: str | None = None
    acceptance_type: str | None = None
    acceptance_date: date | None = None
    date_of_uk_entry: date | None = None
    date_of_uk_exit: date | None = None
    deduction_reason: str | None = None
    deduction_date: date | None = None
    fp69_reason: str | None = None
    fp69_expiry: date | None = None
    quarter_end: date | None = None
    free_text: str | None = None
    defects: tuple[Defect, ...] = ()


ADDRESS_LINES = 5
"""House name, number and road, locality, post town, county."""
POST_TOWN = 3
"""The position of the only line that may not be erased."""

ERASABLE = frozenset(
    {"first_forename", "title", "previous_surname", "postcode", "residential_institute", "drugs_dispensed"}
)
"""What an amendment may erase, beside the address lines other than the post town. Forenames go as a group."""

FIELDS: dict[str, str] = {
    "gp_trading_partner_code": "gpTradingPartnerCode",
    "ha_cipher": "patient.managingOrganization.identifier.value",
    "gp_code": "patient.generalPractitioner[0].identifier.value",
    "number": "patient.identifier[0].value",
    "new_number": "patient.identifier[0].value (new)",
    "surname": "patient.name[0].family",
    "first_forename": "patient.name[0].given[0]",
    "second_forename": "patient.name[0].given[1]",
    "other_forenames": "patient.name[0].given[2]",
    "title": "patient.name[0].prefix[0]",
    "previous_surname": "patient.name[1].family",
    "date_of_birth": "patient.birthDate",
    "sex": "patient.gender",
    "address": "patient.address[0].line",
    "postcode": "patient.address[0].postalCode",
    "previous_address": "patient.address[1].line",
    "residential_institute": "patient.extension(ResidentialInstituteCode)",
    "drugs_dispensed": "patient.extension(DrugsDispensedMarker)",
    "place_of_birth": "patient.extension(patient-birthPlace)",
    "previous_gp_name": "previousGpName",
    "previous_ha_cipher": "previousHaCipher",
    "new_ha_cipher": "newHaCipher",
    "acceptance_code": "acceptanceCode",
    "acceptance_type": "acceptanceType",
    "acceptance_date": "acceptanceDate",
    "date_of_uk_entry": "dateOfUkEntry",
    "date_of_uk_exit": "dateOfUkExit",
    "deduction_reason": "deductionReasonCode",
    "deduction_date": "dateOfDeduction",
    "fp69_reason": "fp69ReasonCode",
    "fp69_expiry": "fp69ExpiryDate",
    "quarter_end": "quarterEndDate",
    "free_text": "freeText",
}
"""The name by which a defect of an item is told to people: the document's name for it."""

_ACCEPTANCE_CODES = frozenset("ADRIS")
_ACCEPTANCE_TYPES = frozenset("12345")


def code_problem(item: str, text: str) -> str | None:
    """Why a text cannot be the value of an item, or None where it can.

    Obsolete codes (acceptance type 5) are readable; whether they are allowed is for the rules.
    The lists of reasons are open, so any whole number is a reason.
    """
    match item:
        case "acceptance_code" if text not in _ACCEPTANCE_CODES:
            return "not one of A, D, R, I, S"
        case "acceptance_type" if text not in _ACCEPTANCE_TYPES:
            return "not one of 1, 2, 3, 4, 5"
        case "deduction_reason" | "fp69_reason" if not (text.isascii() and text.isdigit()):
            return "not a whole number"
        case "number" | "new_number" if len(text) > WIRE_LENGTH_READ:
            return f"longer than {WIRE_LENGTH_READ} characters"
        case _:
            return None


def erase_problem(item: str, kind: TransactionType) -> str | None:
    """Why `%` cannot stand for an item, or None where it may: only amendments erase, and not everything."""
    if not kind.is_amendment:
        return "only an amendment may erase"
    return None if item in ERASABLE else "may not be erased"
