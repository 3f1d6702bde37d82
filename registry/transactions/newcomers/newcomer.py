"""Somebody described who asks for a number, and what came of it."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from registry.matching.decide import ScoredCandidate
from registry.patients.record import PersonRecord
from registry.values.person import Demographics


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person without a number. The authority is whoever vouches for them: a kind of body, and its code."""

    record: PersonRecord
    authority_type: str
    authority: str

    def described(self) -> Demographics:
        """As the matcher compares them."""
        record = self.record
        return Demographics(
            name=record.name,
            sex=record.sex,
            date_of_birth=record.date_of_birth,
            previous_surname=record.previous_surname,
            address=record.address,
            place_of_birth=record.place_of_birth,
        )


Standing = Literal["open", "restricted", "apart"]


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the register who fits a description.

    `standing` is who may be told of them: `open` everybody, `restricted` the office, `apart` nobody.
    """

    patient_id: UUID
    version: int
    number: str | None
    standing: Standing
    scored: ScoredCandidate

    def number_for(self, *, office: bool) -> str | None:
        """Their number, where it may be told."""
        may_be_told = self.standing == "open" or (self.standing == "restricted" and office)
        return self.number if may_be_told else None


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Whom somebody of the office has looked at and holds to be others, by number; and why."""

    numbers: frozenset[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Made:
    """A new person, with a number."""

    patient_id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class Alike:
    """Nobody was made: these fit. `single` is the one who is meant, where that can be told."""

    known: tuple[Known, ...]
    single: Known | None


@dataclass(frozen=True, slots=True)
class NoNumber:
    """Nobody was made: there is no number to give. `untold`: it cannot be told which numbers nobody may have."""

    untold: bool = False
