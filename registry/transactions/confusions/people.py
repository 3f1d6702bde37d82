"""The people of a confusion as they are described: read, and in the forms in which they are used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.transactions.confusions.rules import NumberRuling, Ruled
from registry.transactions.confusions.suggest import Described
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex

LINES = ("line_1", "line_2", "line_3", "line_4", "line_5")
PARTICULARS = (
    "surname", "first_forename", "second_forename", "other_forenames", "title", "previous_surname", "sex",
    "date_of_birth", "place_of_birth", *LINES, "postcode", "drugs_dispensed", "residential_institute",
)  # fmt: skip
"""The columns that both a description and a person have."""

_PEOPLE = text("select * from confusion_people where matter_id = :id order by place").bindparams(
    bindparam("id", type_=Uuid)
)


@dataclass(frozen=True, slots=True)
class OnePerson:
    """A person of a confusion: the row that describes them."""

    id: UUID
    place: int
    patient_id: UUID
    ruling: NumberRuling
    given: str | None
    columns: dict[str, Any]
    """Their particulars, by the names of the columns of `patients`; dates as dates."""

    @property
    def date_of_birth(self) -> date | None:
        return self.columns["date_of_birth"]

    @property
    def address(self) -> Address:
        return Address.of([self.columns[line] for line in LINES], self.columns["postcode"])

    @property
    def name(self) -> Name:
        values = self.columns
        return Name(
            values["surname"], values["first_forename"], values["second_forename"], values["other_forenames"],
            values["title"],
        )  # fmt: skip

    def row(self) -> dict[str, Any]:
        """The particulars as a row of `patients` takes them: plain JSON values."""
        born = self.date_of_birth
        return {**self.columns, "date_of_birth": None if born is None else born.isoformat()}

    def demographics(self, number: str | None) -> Demographics:
        """As they are found by, with a number."""
        values = self.columns
        return Demographics(
            name=self.name,
            sex=Sex(values["sex"]),
            date_of_birth=self.date_of_birth,
            number=number,
            previous_surname=values["previous_surname"],
            address=self.address,
            place_of_birth=values["place_of_birth"],
        )

    def ruled(self) -> Ruled:
        sex = self.columns["sex"] != Sex.UNKNOWN.value
        return Ruled(self.place, self.ruling, self.given, self.date_of_birth is not None, sex)

    def compared(self) -> Described:
        """As items are compared with them."""
        values = self.columns
        return Described(
            self.place, values["surname"], values["first_forename"], values["sex"], self.date_of_birth,
            values["previous_surname"], self.address, self.given,
        )  # fmt: skip


async def people_of(connection: AsyncConnection, matter_id: UUID) -> Sequence[OnePerson]:
    """The people of a confusion, as they are described so far, by their places."""
    rows = (await connection.execute(_PEOPLE, {"id": matter_id})).mappings()
    return [
        OnePerson(
            row["id"],
            row["place"],
            row["patient_id"],
            row["number_ruling"],
            row["given_number"],
            {name: row[name] for name in PARTICULARS},
        )
        for row in rows
    ]
