"""What must be said for the acts of the scheme. Times without an offset are London's."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from registry.transactions.acts.act import AboutPerson, Asked, OnMatter
from registry.values.period import LONDON


def _in_london(instant: datetime) -> datetime:
    return instant.replace(tzinfo=LONDON) if instant.tzinfo is None else instant


Instant = Annotated[datetime, AfterValidator(_in_london)]

_WORDS = "Why; kept among the restricted notes of the scheme, and never sent."
Channel = Literal["telephone", "in-person", "email", "post", "form"]
SPOKEN = frozenset({"telephone", "in-person"})


class OnPlace(OnMatter):
    """An act on a matter of the scheme."""

    reason: str = Field("", max_length=4000, description=_WORDS)


class Incident(Asked):
    """What happened, as told."""

    happened_at: Instant = Field(description="When it happened.", examples=["2025-02-07T16:40"])
    narrative: str = Field(
        "", max_length=10000, description="What happened, as told; restricted, read only by those entrusted with it."
    )
    incident_number: str = Field(
        "", max_length=60, description="The police's number of the incident (not of a crime report)."
    )
    persons_affected: int = Field(0, ge=0, le=999, description="How many people were affected.")
    notifier: str = Field("", max_length=200, description="Who gave the notice; restricted.")


class Notice(AboutPerson, Incident):
    """A practice's notice of violence."""

    practice: str = Field(description="The practice that gives the notice, by its ODS code.", examples=["Y90001"])
    channel: Channel = Field("telephone", description="How the notice came: telephone, in-person, email, post or form.")
    noticed_at: Instant | None = Field(
        None, description="The instant of the call, or of the sending; now unless given.", examples=["2025-02-07T17:55"]
    )
    ground: Literal["incident", "previously-removed"] = Field(
        "incident",
        description="incident, or previously-removed: the practice found that the person was removed for violence.",
    )
    patient_told: Literal["told", "impracticable", "harmful", "unsafe", "not-said"] = Field(
        "not-said", description="Whether the practice told the patient, or why not."
    )
    reason: str = Field("", max_length=4000, description=_WORDS)


class AnotherIncident(OnPlace, Incident):
    """Another incident of somebody on the scheme."""


class Confirm(OnPlace):
    """The notice came in writing."""

    received_on: date | None = Field(None, description="The day on which it was here; today unless given.")


class Convert(OnPlace):
    """An ordinary removal instead. With the reasons given it is requested at once; else the practice is told to ask."""

    reasons_given: bool = Field(False, description="Whether the practice gave the patient its reasons in writing.")
    warned_on: date | None = Field(None, description="The day on which the patient was warned.")
    exemption: Literal["address-change", "risk-of-harm", "not-reasonable"] | None = Field(
        None, description="Why no warning was given, where that is so."
    )


class Allocate(OnPlace):
    """A place is found."""

    practice: str = Field(description="A practice of the scheme that serves the area, by its ODS code.")
    gp_code: str = Field("", max_length=20, description="A doctor of the practice; its first unless given.")


class Move(OnPlace):
    """They moved."""

    area: str = Field(description="The authority of the area to which they moved, by its cipher.", max_length=3)


class Return(OnPlace):
    """They are back."""

    area: str = Field("", max_length=3, description="The authority of the area, where it is another than before.")


class Review(OnPlace):
    """A clinical review."""

    reviewed_on: date | None = Field(None, description="The day of the review; today unless given.")


class BringForward(OnPlace):
    """An earlier review."""

    on: date = Field(description="The day by which the review is wanted.")


class OpenAppeal(AboutPerson):
    """An appeal."""

    against: Literal["placement", "remaining"] = Field(
        description="placement: against being put on the scheme; remaining: against staying on it after a review."
    )
    received_on: date | None = Field(None, description="The day on which it was here; today unless given.")
    reason: str = Field("", max_length=4000, description=_WORDS)


class Form(OnPlace):
    """A form for the panel."""

    of: Literal["patient", "practice"] = Field(description="Whose form came: patient or practice.")


class Panel(OnPlace):
    """The panel has a day."""

    on: date = Field(description="The day on which the panel meets.")


class Decide(OnPlace):
    """The panel's outcome."""

    outcome: Literal["upheld", "dismissed"] = Field(description="upheld (released to free choice) or dismissed.")


class AddProvider(Asked):
    """A practice takes people of the scheme."""

    practice: str = Field(description="The practice, by its ODS code.", examples=["Y90004"])
    area: str = Field(description="The authority whose people it takes, by its cipher.", examples=["XD1"], max_length=3)
    contact: str = Field(description="How a patient reaches it first, as the letter says it.", max_length=500)
    since: date | None = Field(None, description="The first day; today unless given.")


class EndProvider(Asked):
    """A practice takes nobody of the scheme any more."""

    practice: str = Field(description="The practice, by its ODS code.")
    area: str = Field(description="The authority whose people it took, by its cipher.", max_length=3)


class Providers(Asked):
    """Which practices are the scheme's."""

    area: str = Field("", max_length=3, description="Only for this authority.")


class ReadNarrative(AboutPerson):
    """Read what happened."""

    reason: str = Field(min_length=5, max_length=2000, description="Why you read it; kept with your name.")


class Reads(Asked):
    """Who read, and why."""

    since: date = Field(description="From this day on.")
