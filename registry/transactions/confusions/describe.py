"""Describing one of the people, as they are to be after the split, and ruling which number they have."""

from datetime import date
from typing import Literal

from pydantic import Field
from uuid_utils.compat import uuid7

from registry.database import iso
from registry.transactions.acts.act import Impossible, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.confusions.items import PLACES
from registry.transactions.confusions.machine import CONFUSION
from registry.transactions.confusions.models import confusion_people
from registry.transactions.confusions.numbers import not_to_be_given
from registry.transactions.confusions.people import LINES, people_of
from registry.transactions.confusions.rules import NumberRuling
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance
from registry.values.nhs_number import NHSNumber

Person = Literal["first", "second", "third", "fourth", "fifth"]


class Describe(OnMatter):
    person: Person = Field(description="Which of the people.")
    surname: str = Field(min_length=1, max_length=35)
    first_forename: str = Field("", max_length=35)
    second_forename: str = Field("", max_length=35)
    other_forenames: str = Field("", max_length=35)
    title: str = Field("", max_length=35)
    previous_surname: str | None = Field(None, max_length=35)
    sex: Literal["0", "1", "2", "9"] = Field("0", description="0 unknown, 1 male, 2 female, 9 not specified.")
    date_of_birth: date | None = Field(None, examples=["1984-05-17"])
    place_of_birth: str | None = Field(None, max_length=35)
    address: list[str] = Field(
        default_factory=list, max_length=5, description="Up to five lines: house name, road, locality, town, county."
    )
    postcode: str | None = Field(None, max_length=8)
    drugs_dispensed: bool = Field(False, description="Whether the practice dispenses to them.")
    residential_institute: str | None = Field(None, max_length=2)
    ruling: NumberRuling = Field(
        description="keep the record's number, one given by the National Back Office, or one to-be-allotted."
    )
    number: str | None = Field(None, max_length=20, description="The number that is given.")
    evidence: str = Field(min_length=1, max_length=2000, description="On what evidence they are described so; kept.")


async def _describe(work: Work, what: Describe) -> str | Impossible:
    place = PLACES.index(what.person) + 1
    if what.date_of_birth is not None and what.date_of_birth > work.context.today:
        return Impossible("The date of birth is still to come.", "date_of_birth")
    people = await people_of(work.connection, work.matter.id)
    wrong = await _wrong_number(work, what) or _taken([each.place for each in people if each.ruling == "keep"], what)
    if wrong is not None:
        return wrong
    known = next((each for each in people if each.place == place), None)
    columns = _columns(work, what)
    if known is None:
        writes = {"id": uuid7(), "matter_id": work.matter.id, "place": place, "patient_id": work.matter.patient_id}
        work.writes.insert(confusion_people, **writes, **columns)
    else:
        work.writes.update(confusion_people, known.id, **columns)
    advance(
        work.writes, work.context, CONFUSION, work.matter, "describe", reason=what.reason or None,
        details={"person": what.person, "number": what.ruling},
    )  # fmt: skip
    return f"The {what.person} is described; {len({*(each.place for each in people), place})} people so far."


async def _wrong_number(work: Work, what: Describe) -> Impossible | None:
    if (what.ruling == "given") != (what.number is not None):
        return Impossible("Give the number with the ruling given, and with no other.", "number")
    if what.number is None:
        return None
    number = NHSNumber.parse(what.number)
    if number is None:
        return Impossible("The NHS number is not one: ten digits of which the last checks the others.", "number")
    reason = await not_to_be_given(work.connection, number.value)
    return None if reason is None else Impossible(reason, "number")


def _taken(keepers: list[int], what: Describe) -> Impossible | None:
    other = next((place for place in keepers if PLACES[place - 1] != what.person), None)
    if what.ruling != "keep" or other is None:
        return None
    return Impossible(f"The {PLACES[other - 1]} keeps the number already: describe them anew first.", "ruling")


def _columns(work: Work, what: Describe) -> dict[str, object]:
    lines = dict(zip(LINES, [*what.address, *[""] * 5], strict=False))
    number = None if what.number is None else NHSNumber.parse(what.number)
    return {
        "surname": what.surname,
        "first_forename": what.first_forename,
        "second_forename": what.second_forename,
        "other_forenames": what.other_forenames,
        "title": what.title,
        "previous_surname": what.previous_surname,
        "sex": what.sex,
        "date_of_birth": iso(what.date_of_birth),
        "place_of_birth": what.place_of_birth,
        **lines,
        "postcode": what.postcode,
        "drugs_dispensed": what.drugs_dispensed,
        "residential_institute": what.residential_institute,
        "number_ruling": what.ruling,
        "given_number": None if number is None else number.value,
        "evidence": what.evidence,
        "described_by": work.context.actor.name,
        "described_at": work.context.now,
    }


DESCRIBE = matter_act(
    CONFUSION,
    "confusions",
    "describe",
    Describe,
    _describe,
    summary="Describe one of the people as they are to be after the split, and say which number they have.",
    example="confusions describe 0197b0de-0000-7000-8000-000000000001 --version 7 --person second --surname Harrowgate"
    " --first-forename Anne --sex 2 --date-of-birth 1961-02-03 --ruling to-be-allotted"
    ' --evidence "birth certificate seen by Y90002"',
)
