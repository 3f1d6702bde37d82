"""What must be said to do something about a suspicion of fraud."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from registry.transactions.acts.act import Asked, OnMatter
from registry.transactions.liaison.people import MOST_PEOPLE
from registry.transactions.liaison.rules import FraudBody

Explanation = Literal[
    "care-home", "students", "new-housing", "secure-setting", "merger-or-closure", "campaign", "resettlement",
    "error-of-ours", "other",
]  # fmt: skip
"""What harmless thing looked like fraud."""


class Raise(Asked):
    """A new suspicion."""

    with_whom: FraudBody = Field("local-specialist", description="Who is to look into it.")
    asks: Literal["pattern", "registration", "identity", "residence", "size", "stolen-forms"] = Field(
        "registration", description="What it is about."
    )
    nhs_numbers: list[str] = Field(
        default_factory=list[str], max_length=MOST_PEOPLE, description="Whom it is about; none, one or several."
    )
    practice: str = Field("", max_length=10, description="The practice that it is about, by ODS code.")
    about_matter: UUID | None = Field(None, description="The matter from which it came.")
    about_case: UUID | None = Field(None, description="The anomaly from which it came.")
    their_reference: str = Field("", max_length=30, description="Their reference, as they write it.")
    reason: str = Field(min_length=3, max_length=2000, description="What gives rise to it; kept, and never sent.")


class Propose(OnMatter):
    """A referral that another person is to approve."""


class Annex(OnMatter):
    """The people whom they asked for by their numbers in the case."""

    people: list[int] = Field(min_length=1, max_length=MOST_PEOPLE, description="Numbers of the case: 1 is P1.")
    reason: str = Field(min_length=3, max_length=2000, description="Why they need to know; kept, and never sent.")


class Explain(OnMatter):
    """The harmless reason."""

    explanation: Explanation = Field(description="What it was.")


class LookAt(Asked):
    """A case to look at, and why."""

    id: UUID = Field(description="The case.")
    reason: str = Field(min_length=3, max_length=2000, description="Why you look; your looking is kept.")


class Looks(Asked):
    """Since when."""

    since: date = Field(description="The first London day.")


class Patterns(Asked):
    """The period of the pattern report."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, populate_by_name=True)

    from_: date | None = Field(None, alias="from", description="The first day; each pattern's own months unless given.")
    to: date | None = Field(None, description="The last day; the end of the month before this one unless given.")
    practice: str = Field("", max_length=10, description="Only this practice, and all its figures, by ODS code.")
