"""What must be said to protect somebody's whereabouts, to end it, and to look behind it."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from registry.transactions.acts.act import Asked, OnMatter

_WHY = "Why; kept with the protection, read by those entrusted with it, and never sent."
_ENOUGH = 10
"""Characters: less says nothing that somebody could review."""

WORDS = {
    "national-back-office": "the National Back Office",
    "pds": "the PDS record",
    "practice": "the person, through their practice",
    "person": "the person",
    "agency": "an agency that protects the person",
}

Code = Literal[
    "post-returned", "registration", "identity", "safeguarding", "emergency", "legal-order", "person-asks", "placing"
]
"""What looking was for, as the review sorts it."""


class Protect(Asked):
    """Protect somebody's whereabouts from now on."""

    nhs_number: str = Field(description="The person.", examples=["9990000018"], max_length=20)
    on_the_word_of: Literal["national-back-office", "pds", "practice", "person", "agency"] = Field(
        description="Who asked for it.", examples=["practice"]
    )
    reason: str = Field(description=_WHY, min_length=_ENOUGH, max_length=2000)
    reference: str = Field("", max_length=60, description="Their reference, where they have one.")
    route: Literal["practice", "office"] = Field(
        "practice", description="By which way post goes: the practice that holds them, or the office."
    )


class OnProtection(OnMatter):
    """A step of a protection, with words."""

    reason: str = Field(description=_WHY, min_length=_ENOUGH, max_length=2000)


class Reroute(OnProtection):
    """Send post by another way."""

    route: Literal["practice", "office"] = Field(description="The practice that holds them, or the office.")


class Look(Asked):
    """See where somebody is whose whereabouts are protected."""

    nhs_number: str = Field(description="The person.", examples=["9990000018"], max_length=20)
    code: Code = Field(description="What it is for.", examples=["post-returned"])
    reason: str = Field(
        description="Why, with the case or reference that it serves; kept, and reviewed by somebody else.",
        min_length=_ENOUGH,
        max_length=2000,
    )


class Candidates(Asked):
    """See the practices for an application by somebody protected, which tells where they live."""

    id: UUID = Field(description="The application.")
    code: Code = Field("placing", description="What it is for.")
    reason: str = Field(description="Why; kept, and reviewed by somebody else.", min_length=_ENOUGH, max_length=2000)


class Protected(Asked):
    """Who is protected."""

    after: UUID | None = Field(None, description="The last person of the page before.")


class Openings(Asked):
    """Who looked."""

    since: date | None = Field(None, description="From this day on; the last 90 days unless given.")
    unreviewed: bool = Field(False, description="Only those that nobody has reviewed.")


class Review(Asked):
    """What a second person finds of a look."""

    id: UUID = Field(description="The opening, as `protected openings` names it.")
    finding: Literal["justified", "questioned"] = Field(description="Whether it was right to look.")
    remark: str = Field("", max_length=2000, description="What there is to say of it.")
