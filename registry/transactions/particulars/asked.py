"""What must be said of a change of particulars."""

from datetime import date
from typing import Literal

from pydantic import Field

from registry.transactions.acts.act import AboutPerson
from registry.transactions.commands import Changes
from registry.transactions.rules.particulars import Fault, read_items

Told = Literal[
    "patient-letter",
    "practice-letter",
    "national-back-office",
    "council",
    "post-office",
    "screening-return",
    "office-correction",
]
Seen = Literal["certificate", "deed", "court-order", "seen-document", "practice-said", "patient-said", "none"]

ITEMS = (
    "surname",
    "forenames",
    "title",
    "previous_surname",
    "sex",
    "date_of_birth",
    "address",
    "postcode",
    "drugs_dispensed",
    "residential_institute",
)


class Items(AboutPerson):
    """The items of a change, as somebody types them."""

    effective_on: date = Field(description="From which day it holds; where that is not said, the day of writing.")
    surname: str | None = Field(None, max_length=100, description="The new surname.")
    forenames: str | None = Field(None, max_length=200, description="All of them, divided by commas; % erases them.")
    title: str | None = Field(None, max_length=50, description="% erases it.")
    previous_surname: str | None = Field(
        None, max_length=100, description="Where it is not the present one; % erases it, and it still finds the person."
    )
    sex: str | None = Field(None, max_length=10, description="0 not known, 1 male, 2 female, 9 not specified.")
    date_of_birth: str | None = Field(None, max_length=10, description="YYYY-MM-DD.")
    address: str | None = Field(
        None,
        max_length=300,
        description="Five lines, divided by commas: house name, number and road, locality, post town, county.",
    )
    postcode: str | None = Field(None, max_length=10, description="% erases it; ZZ99 3VZ, NFA and ANK are allowed.")
    drugs_dispensed: str | None = Field(None, max_length=5, description="yes or no.")
    residential_institute: str | None = Field(None, max_length=20, description="Its code; % erases it.")

    def changes(self, today: date) -> Changes | Fault:
        """What is asked for, or why it cannot be taken."""
        named = {name: value for name in ITEMS if (value := getattr(self, name)) is not None}
        return read_items(named, today)


class Change(Items):
    """What a letter, a list or a telephone call said."""

    source: Told = Field(description="Who said it.")
    told_by: str = Field(
        "", max_length=100, description="The body: the practice's ODS code, the council; left out: the source itself."
    )
    evidence: Seen = Field("none", description="What was seen.")
    reference: str | None = Field(None, max_length=100, description="Their own; needed of the National Back Office.")


class National(Items):
    """What the Personal Demographics Service says otherwise."""

    reference: str | None = Field(None, max_length=100, description="Of the update there, where it is known.")
