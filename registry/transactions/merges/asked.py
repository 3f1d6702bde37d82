"""What must be said to do each act on duplicates and merges."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from registry.transactions.acts.act import Asked, OnMatter

_RECORD = "NHS number, or the id of a record (a record may have no number)."


class Suspect(Asked):
    one: str = Field(description=f"One of the two: {_RECORD}", max_length=40, examples=["9990000018"])
    other: str = Field(description=f"The other: {_RECORD}", max_length=40, examples=["9990000026"])
    source: Literal["matching", "practice", "back-office", "returned-mail", "list-comparison", "patient", "office"] = (
        Field("office", description="Who or what says so.")
    )
    again: bool = Field(False, description="Though somebody judged that they are two people.")
    reason: str = Field("", max_length=2000, description="Why; kept, and never sent. Required with again.")


class LookAtDuplicates(Asked):
    record: str = Field(description=_RECORD, max_length=40, examples=["9990000018"])


class _Choice(Asked):
    retained: str | None = Field(
        None, max_length=40, description="The record that is to survive, where that is not the one by rule: " + _RECORD
    )
    national_ruling: bool = Field(False, description="The National Back Office ruled which record survives.")
    death_stands: bool = Field(False, description="Where only one is recorded as dead: the person has died.")


class Preview(_Choice):
    id: UUID = Field(description="The matter.")


class Ask(OnMatter):
    details_check: bool = Field(
        True, description="Also have the practices pass on a letter that asks the patient to check their details."
    )


class Evidence(OnMatter):
    said_by: Literal["practice", "patient", "back-office", "home-office", "office", "other"] = Field(
        description="Who said it."
    )
    says: Literal["same", "different", "unclear"] = Field(description="One person, two, or neither plainly.")
    reference: str = Field("", max_length=40, description="Under which reference.")


class Refer(OnMatter):
    reference: str = Field(
        description="The National Back Office's reference.", max_length=40, examples=["NBO-2026-0417"]
    )


class NotDuplicate(OnMatter):
    household: bool = Field(False, description="Two people of one household: a father and his son, twins.")


class Propose(_Choice, OnMatter):
    case_reference: str = Field(
        description="The outside case that the merge rests on.", max_length=40, examples=["INC0123456"]
    )
    fingerprint: str = Field(description="Of the preview that you looked at.", max_length=64)


class Approve(OnMatter):
    fingerprint: str = Field(description="Of the preview that you looked at.", max_length=64)


class Undo(Asked):
    id: UUID = Field(description="The merge, as `registry duplicates look` names it.")
    reason: str = Field(description="Why; kept, and never sent.", min_length=1, max_length=2000)
    verdict: Literal["different", "open"] = Field(
        "different", description="They are different people; or it stays open, and the pair is looked at again."
    )
    choices: list[str] = Field(
        default_factory=list,
        max_length=500,
        description="For each thing that changed since, as the first answer lists them: ITEM=keep or ITEM=give-back.",
    )
