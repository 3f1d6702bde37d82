"""What must be said to open a batch, to key a form, to turn one away, and to close."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from registry.transactions.acts.act import Asked
from registry.values.person import Sex

FormReference = Annotated[
    str, Field(max_length=40, min_length=1, pattern=r"^[A-Za-z0-9][A-Za-z0-9./-]*$"), AfterValidator(str.upper)
]


def address_lines(text: str) -> list[str]:
    """The lines of an address: with commas between them or, where a line has one itself, semicolons."""
    return [line.strip() for line in text.split(";" if ";" in text else ",")] if text else []


def _at_most_five(text: str) -> str:
    if len(address_lines(text)) > 5:
        raise ValueError("an address has at most five lines, with commas or semicolons between them")
    return text


def _at_most_three(text: str) -> str:
    if text.count(",") > 2:
        raise ValueError("at most three forenames, with commas between them")
    return text


def _sex(value: Any) -> Any:
    return Sex(value) if isinstance(value, str) and value in {each.value for each in Sex} else value


AddressText = Annotated[str, Field(max_length=200), AfterValidator(_at_most_five)]
Forenames = Annotated[str, Field(max_length=110), AfterValidator(_at_most_three)]
SexDigit = Annotated[Sex, BeforeValidator(_sex)]


class OpenBatch(Asked):
    """A batch of forms as the post room counted it."""

    practice: str = Field(
        description="ODS code of the practice that sent the forms.", examples=["Y90001"], max_length=10
    )
    received_on: date = Field(description="The day on which they came: YYYY-MM-DD.")
    forms: int = Field(description="How many forms were counted: the control total.", ge=1, le=5_000)
    scans: list[FormReference] = Field(
        default_factory=list, description="References of the scanned images.", max_length=5_000
    )
    owner: Literal["registration", "post-room", "supervisor"] = Field(
        "registration", description="Who keys them: registration, post-room or supervisor."
    )


class OnBatch(Asked):
    """Something about a batch."""

    id: UUID = Field(description="The batch.")


class OnForm(OnBatch):
    """Something about one form of a batch."""

    form: FormReference = Field(description="The reference under the form's barcode.")


class Key(OnForm):
    """What every form that is keyed has."""

    doctor: str = Field("", max_length=15, description="GMC code and local code, as on the form: 9900001,1.")
    written_on: date | None = Field(
        None, description="The day on which it was signed; that of its coming unless given."
    )
    replaces: FormReference | None = Field(
        None, description="The form that was turned away before, and that this one mends."
    )
    notes: str | None = Field(None, max_length=200, description="What else is written on it; a person will read it.")


class KeyAcceptance(Key):
    """An acceptance on paper: what the form says of the person."""

    type: str = Field(description="1 birth, 2 first registration, 3 transfer, 4 from abroad.", max_length=2)
    code: str = Field("A", description="A, D, R, I or S.", max_length=2)
    accepted_on: date | None = Field(None, description="The acceptance date.")
    number: str | None = Field(None, max_length=20, description="The NHS number as written.")
    surname: str = Field("", max_length=40, description="The surname.")
    forenames: Forenames = Field("", description="Up to three forenames, with commas between them.")
    title: str = Field("", max_length=35, description="The title.")
    previous_surname: str | None = Field(None, max_length=40, description="The former surname.")
    sex: SexDigit | None = Field(None, description="0 unknown, 1 male, 2 female, 9 not specified.")
    date_of_birth: date | None = Field(None, description="The date of birth.")
    address: AddressText = Field("", description="The address: five lines, with commas (or semicolons) between them.")
    postcode: str | None = Field(None, max_length=10, description="The postcode.")
    previous_address: AddressText = Field("", description="The address before.")
    place_of_birth: str | None = Field(None, max_length=40, description="The town or country of birth.")
    previous_gp: str | None = Field(None, max_length=40, description="The name of the doctor before.")
    entered_uk_on: date | None = Field(None, description="When they came to the country.")
    left_uk_on: date | None = Field(None, description="When they had left it.")
    residential_institute: str | None = Field(None, max_length=5, description="The code of a residential institute.")
    dispensed: bool | None = Field(None, description="Whether the practice dispenses to them.")


class KeyAmendment(Key):
    """A change of particulars on paper; % erases what may be erased."""

    number: str = Field(description="The NHS number.", max_length=20)
    surname: str | None = Field(None, max_length=40, description="The new surname.")
    forenames: Forenames | None = Field(None, description="All forenames, with commas between them.")
    title: str | None = Field(None, max_length=35, description="The new title.")
    previous_surname: str | None = Field(None, max_length=40, description="The former surname.")
    sex: SexDigit | None = Field(None, description="0 unknown, 1 male, 2 female, 9 not specified.")
    date_of_birth: date | None = Field(None, description="The date of birth.")
    address: AddressText | None = Field(
        None, description="The new address: five lines, with commas (or semicolons) between them."
    )
    postcode: str | None = Field(None, max_length=10, description="The postcode.")


class KeyDeduction(Key):
    """A request on paper to take somebody off the practice's list."""

    number: str = Field(description="The NHS number.", max_length=20)
    cause: str = Field(description="The deduction reason as the link has it: 1 death, 5 abroad, 13 left.", max_length=3)
    happened_on: date | None = Field(None, description="The day on which it happened.")


class KeyRemoval(Key):
    """A practice says on paper that somebody moved out of its area."""

    number: str = Field(description="The NHS number.", max_length=20)


class TurnAway(OnForm):
    """A form that is not keyed."""

    reason: str = Field(description="Why it cannot be keyed; kept, and never sent.", min_length=3, max_length=500)


class Recount(OnBatch):
    """The post room counted wrongly."""

    forms: int = Field(description="How many there really are.", ge=1, le=5_000)
    reason: str = Field(description="Who counted again, and when.", min_length=3, max_length=500)
