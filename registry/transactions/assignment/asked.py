"""What must be said to do each act of an assignment."""

from datetime import date
from uuid import UUID

from pydantic import ConfigDict, Field

from registry.transactions.acts.act import AboutPerson, Asked, OnMatter
from registry.transactions.rules.assignment_words import Circumstance, Facility, Ground, NotAssigned

_GROUNDS = ", ".join(ground.value for ground in Ground)
_PRACTICE = "The practice's ODS code."


class PracticeRefusal(AboutPerson):
    """A practice refused somebody of the register."""

    practice: str = Field(description=_PRACTICE, max_length=10)
    refused_on: date = Field(description="The day of its decision.")
    ground: Ground = Field(description=f"Its ground: {_GROUNDS}.")
    reasons_given_on: date | None = Field(None, description="The day on which its reasons were given in writing.")


class RefusalOfApplicant(OnMatter):
    """A practice refused an applicant who is not in the register."""

    practice: str = Field(description=_PRACTICE, max_length=10)
    refused_on: date = Field(description="The day of its decision.")
    ground: Ground = Field(description=f"Its ground: {_GROUNDS}.")
    reasons_given_on: date | None = Field(None, description="The day on which its reasons were given in writing.")


class ReasonsGiven(OnMatter):
    """The written reasons of a refusal have been given."""

    given_on: date = Field(description="The day on which the applicant had them.")


class Apply(AboutPerson):
    """Somebody of the register applies for a practice."""

    wanted: list[str] = Field(default_factory=list[str], max_length=20, description="Practices they would like.")
    unwanted: list[str] = Field(default_factory=list[str], max_length=20, description="Practices they would not like.")
    circumstances: list[Circumstance] = Field(
        default_factory=list[Circumstance],
        max_length=len(Circumstance),
        description=f"What bears on the choice: {', '.join(each.value for each in Circumstance)}.",
    )
    received_on: date | None = Field(None, description="The day on which the application came; today unless given.")


class ApplyUnknown(Asked):
    """Somebody whom the register does not hold applies for a practice."""

    surname: str = Field(min_length=1, max_length=35, description="As they give it.")
    first_forename: str = Field("", max_length=35, description="As they give it.")
    date_of_birth: date | None = Field(None, description="As they give it.")
    sex: str = Field("0", pattern="^[0129]$", description="1 male, 2 female, 9 not specified, 0 unknown.")
    stated_number: str = Field("", max_length=20, description="The NHS number that they give, if any.")
    house: str = Field("", max_length=35, description="House name or flat.")
    road: str = Field("", max_length=35, description="Number and road.")
    locality: str = Field("", max_length=35, description="Locality.")
    town: str = Field("", max_length=35, description="Post town.")
    county: str = Field("", max_length=35, description="County.")
    postcode: str = Field("", max_length=10, description="Postcode.")
    wanted: list[str] = Field(default_factory=list[str], max_length=20, description="Practices they would like.")
    unwanted: list[str] = Field(default_factory=list[str], max_length=20, description="Practices they would not like.")
    circumstances: list[Circumstance] = Field(
        default_factory=list[Circumstance],
        max_length=len(Circumstance),
        description=f"What bears on the choice: {', '.join(each.value for each in Circumstance)}.",
    )
    received_on: date | None = Field(None, description="The day on which the application came; today unless given.")
    reason: str = Field("", max_length=2000, description="Why they are none of those held who look alike.")


class Identify(OnMatter):
    """An applicant is found to be somebody of the register."""

    nhs_number: str = Field(description="Who they are.", examples=["9990000018"], max_length=20)


class Choose(OnMatter):
    """A practice is chosen."""

    practice: str = Field(
        description=f"{_PRACTICE} `assignments candidates` lists those that can be chosen.", max_length=10
    )


class RefuseApplication(OnMatter):
    """The office does not assign the applicant."""

    because: NotAssigned = Field(description=f"Why: {', '.join(each.value for each in NotAssigned)}. Kept, never told.")


class OfApplication(Asked):
    """One application."""

    id: UUID = Field(description="The application.")


class Facilities(Asked):
    """What a practice offers, in full: what is not named is taken away."""

    practice: str = Field(description=_PRACTICE, max_length=10)
    facility: list[Facility] = Field(
        default_factory=list[Facility],
        max_length=len(Facility),
        description=f"Each that it offers: {', '.join(each.value for each in Facility)}.",
    )


class Refusals(Asked):
    """Which refusals to list."""

    practice: str = Field("", max_length=10, description="Only this practice's.")
    overdue: bool = Field(False, description="Only those whose written reasons are late or came late.")
    after: UUID | None = Field(None, description="The last of the page before.")


class Fairness(Asked):
    """The period of a fairness report."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: date | None = Field(None, alias="from", description="The first day; a year before the last unless given.")
    to: date | None = Field(None, description="The last day; today unless given.")
