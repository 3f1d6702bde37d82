"""What must be said to do something about a case with another body."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from registry.transactions.acts.act import Asked, OnMatter
from registry.transactions.liaison.people import MOST_PEOPLE
from registry.transactions.liaison.rules import Body, Outcome, Topic

Way = Literal["letter", "telephone", "e-mail", "portal", "service-desk"]
"""How something is said to them."""

_THEIRS = "Their reference, as they write it."


class OpenCase(Asked):
    """A new case."""

    with_whom: Body = Field(description="With whom it is.")
    asks: Topic = Field(description="What it is about.")
    nhs_numbers: list[str] = Field(
        default_factory=list[str], max_length=MOST_PEOPLE, description="Whom it is about; none, one or several."
    )
    practice: str = Field("", max_length=10, description="The practice that it is about, by ODS code.")
    about_matter: UUID | None = Field(None, description="The matter that waits for the answer.")
    about_case: UUID | None = Field(None, description="The anomaly that waits for the answer.")
    their_reference: str = Field("", max_length=30, description=_THEIRS)
    reason: str = Field("", max_length=2000, description="Why; kept, and never sent.")


class Evidence(OnMatter):
    """Things that are put into the index."""

    items: list[str] = Field(
        min_length=1,
        max_length=100,
        description="Each as kind:id (transaction, movement, matter, case, letter, message), or document:REFERENCE.",
    )


class TakeOut(OnMatter):
    """An item that is taken out before it is sent."""

    number: int = Field(description="Its number in the index.", ge=1)


class NamePeople(OnMatter):
    """People who are concerned too."""

    nhs_numbers: list[str] = Field(min_length=1, max_length=MOST_PEOPLE, description="Their NHS numbers.")


class Theirs(OnMatter):
    """Their reference."""

    their_reference: str = Field(min_length=1, max_length=30, description=_THEIRS)


class Send(OnMatter):
    """Something that is said to them."""

    way: Way = Field("letter", description="How. A letter goes with the evening's post and carries the index.")
    their_reference: str = Field("", max_length=30, description=_THEIRS)


class Said(OnMatter):
    """Something that they said, or that was said to them."""

    way: Way = Field("e-mail", description="How.")
    their_reference: str = Field("", max_length=30, description=_THEIRS)


class Answered(Said):
    """Their answer."""

    outcome: Outcome = Field(description="What they answered.")


class Close(OnMatter):
    """The end of a case."""


class CaseOf(Asked):
    """A case to look at."""

    id: UUID = Field(description="The case.")


class Cases(Asked):
    """Which cases to list."""

    with_whom: str = Field("", max_length=30, description="Only those with this body.")
    nhs: str = Field("", max_length=20, description="Only those about this person, by NHS number.")
    practice: str = Field("", max_length=10, description="Only those about this practice, by ODS code.")
    closed: bool = Field(False, description="Those at their end too.")
