"""What must be said to change an identity, step by step. None of it is answered back, logged, or kept in the open."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from registry.transactions.acts.act import AboutPerson, Asked
from registry.transactions.identities.kinds import Authority, IdentityChange
from registry.values.person import Sex


class Notify(AboutPerson):
    """An identity is to be changed."""

    kind: IdentityChange = Field(description="What for: adoption, gender, protected.")
    authority: Authority = Field(description="On whose word: practice, nbo, protection-agency.")
    reference: str = Field(description="Their reference of the case.", max_length=100)
    evidence: str = Field(description="What shows it: a letter, the weekly list, a form.", max_length=2000)
    notified_on: date | None = Field(None, description="When it came; else today.", examples=["2026-11-02"])
    by_practice: str = Field("", description="The ODS code of the practice that asks.", max_length=10)
    practice: str = Field("", description="The practice of the new identity, where it is another.", max_length=10)
    counselled: bool = Field(False, description="Whether the practice has told the patient what it means.")
    consented_on: date | None = Field(None, description="When the patient consented.", examples=["2026-10-30"])


class OnCase(Asked):
    """About a case, at the version that was looked at."""

    id: UUID = Field(description="The case.")
    version: int = Field(description="The version that you looked at.", ge=1)
    reason: str = Field("", max_length=2000, description="Why; kept in the vault.")


class Number(OnCase):
    """The new number, and who the person is to be. Without a number: it was asked for again."""

    new_number: str = Field("", description="The new NHS number; none: it was asked for again.", max_length=20)
    surname: str = Field("", description="The new surname.", max_length=35)
    first_forename: str = Field("", description="The new forename.", max_length=35)
    second_forename: str = Field("", max_length=35, description="The second.")
    other_forenames: str = Field("", max_length=70, description="The others.")
    title: str = Field("", max_length=35, description="The title.")
    sex: Sex | None = Field(None, description="1 male, 2 female, 0 not known, 9 not specified; else as before.")
    date_of_birth: date | None = Field(None, description="Where it is another.", examples=["1984-05-17"])
    address: list[str] = Field(
        default_factory=list,
        max_length=5,
        description="Up to five lines; else as before, but for protection.",
    )
    postcode: str | None = Field(None, max_length=8, description="Its postcode.")
    gp_code: str = Field("", max_length=17, description="The doctor; else the practice's first.")


class Approve(OnCase):
    """Another person approves."""


class Registered(OnCase):
    """The practice has registered the new number."""


class Envelope(OnCase):
    """Envelope and labels were issued."""


class Carried(OnCase):
    """Something was carried over by hand."""

    task: str = Field(description="Which of the tasks that `look` lists.", max_length=40)


class Close(OnCase):
    """Nothing is left to be done."""


class Withdraw(OnCase):
    """It is not done, as long as nothing was."""

    because: Literal["withdrawn", "refused"] = Field("withdrawn", description="Who ended it: whoever asked, or we.")


class ListCases(Asked):
    """Every open case."""


class Look(Asked):
    """One case."""

    id: UUID = Field(description="The case.")
    reason: str = Field(description="Why you look; kept in the vault.", min_length=1, max_length=2000)
