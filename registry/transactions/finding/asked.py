"""A person as somebody asks about them over the API."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex

_SEXES = {"male": Sex.MALE, "female": Sex.FEMALE, "unknown": Sex.UNKNOWN, "other": Sex.NOT_SPECIFIED}


class DescribedPerson(BaseModel):
    """What is known of somebody. Everything may be left out; what is absurd counts as left out."""

    model_config = ConfigDict(extra="forbid")

    surname: str = Field("", max_length=500, examples=["PRITCHARD"])
    first_forename: str = Field("", max_length=500, examples=["OLWEN"])
    second_forename: str = Field("", max_length=500)
    previous_surname: str = Field("", max_length=500)
    date_of_birth: date | None = Field(None, examples=["1980-03-25"])
    sex: Literal["male", "female", "unknown", "other"] | None = None
    address_lines: list[str] = Field(
        [], max_length=5, description="By position: house name, number and road, locality, post town, county."
    )
    postcode: str = Field("", max_length=100)
    previous_postcode: str = Field("", max_length=100)
    nhs_number: str = Field("", max_length=100, description="In any format; what is no NHS number identifies nobody.")

    def demographics(self) -> Demographics:
        """The same in the register's words."""
        return described(
            self.surname,
            self.first_forename,
            self.second_forename,
            previous_surname=self.previous_surname,
            born=self.date_of_birth,
            sex=self.sex,
            lines=self.address_lines,
            postcode=self.postcode,
            previous_postcode=self.previous_postcode,
            number=self.nhs_number,
        )


class NumberedPair(BaseModel):
    """Two people by their NHS numbers, present or superseded."""

    model_config = ConfigDict(extra="forbid")

    first: str = Field(max_length=100, examples=["9990000018"])
    second: str = Field(max_length=100, examples=["9990000026"])


def described(
    surname: str,
    first_forename: str,
    second_forename: str = "",
    *,
    previous_surname: str = "",
    born: date | None = None,
    sex: str | None = None,
    lines: list[str] | None = None,
    postcode: str = "",
    previous_postcode: str = "",
    number: str = "",
) -> Demographics:
    """Somebody described; an empty text is not given."""
    return Demographics(
        Name(surname, first_forename, second_forename),
        _SEXES[sex] if sex else None,
        born,
        number or None,
        previous_surname or None,
        Address.of(lines or [], postcode or None),
        Address.of([], previous_postcode or None),
    )
