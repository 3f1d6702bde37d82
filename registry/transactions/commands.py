"""What can be asked of the register: values only, nothing raw.

Commands are stored as JSON with their transaction, so that work which waits for an answer
or for a person is decided from exactly what was asked.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from registry.values.person import Demographics, Sex

Source = Literal["edifact", "facade", "fhir", "paper", "office"]


@dataclass(frozen=True, slots=True)
class Defect:
    """An item that was sent but cannot be taken. `field` is its name in the practice's format."""

    field: str
    problem: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a transaction came from.

    `document_at` is when the practice says it was written, `received_at` when it came.
    `authority_cipher` is the one the sender named, `gp_code` the doctor as written.
    """

    source: Source
    practice_id: UUID
    partner_code: str
    authority_cipher: str
    transaction_number: int
    received_at: datetime
    document_at: datetime
    gp_code: str
    interchange_id: UUID | None = None
    message_reference: int | None = None


@dataclass(frozen=True, slots=True)
class RegisterPatient:
    """An acceptance: the practice has taken a person on (G1)."""

    origin: Origin
    demographics: Demographics
    acceptance_type: str
    acceptance_code: str
    accepted_on: date | None
    entered_uk_on: date | None = None
    left_uk_on: date | None = None
    previous_gp_name: str | None = None
    previous_authority: str | None = None
    residential_institute: str | None = None
    drugs_dispensed: bool | None = None
    free_text: str | None = None
    defects: tuple[Defect, ...] = ()


Erased = Literal["%"]
ERASED: Erased = "%"


@dataclass(frozen=True, slots=True)
class Changes:
    """What an amendment changes; None leaves an item as it is, `%` erases it.

    `forenames` are all three at once. `address` is five lines; an empty one is blank. Where
    the post town was sent the lines replace the address, else only filled lines change.
    """

    surname: str | None = None
    forenames: tuple[str, str, str] | Erased | None = None
    title: str | None = None
    previous_surname: str | None = None
    sex: Sex | None = None
    date_of_birth: date | None = None
    address: tuple[str, str, str, str, str] | None = None
    postcode: str | None = None
    drugs_dispensed: bool | None = None
    residential_institute: str | None = None

    def named(self) -> tuple[str, ...]:
        """The names of the items that change."""
        return tuple(name for name in self.__dataclass_fields__ if getattr(self, name) is not None)


@dataclass(frozen=True, slots=True)
class AmendPatient:
    """An amendment by the practice (G2)."""

    origin: Origin
    number: str
    changes: Changes
    free_text: str | None = None
    defects: tuple[Defect, ...] = ()


@dataclass(frozen=True, slots=True)
class RemovePatient:
    """The practice will not keep a person who moved out of its area (G3)."""

    origin: Origin
    number: str
    free_text: str
    defects: tuple[Defect, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestDeduction:
    """The practice asks for a person to be taken off its list (G5)."""

    origin: Origin
    number: str
    reason: str
    happened_on: date | None
    free_text: str | None = None
    defects: tuple[Defect, ...] = ()


Command = RegisterPatient | AmendPatient | RemovePatient | RequestDeduction

KINDS: dict[str, type[Command]] = {
    "acceptance": RegisterPatient,
    "amendment": AmendPatient,
    "removal": RemovePatient,
    "deduction-request": RequestDeduction,
}
_KIND_OF = {command: kind for kind, command in KINDS.items()}
_ADAPTERS: dict[str, TypeAdapter[Any]] = {kind: TypeAdapter(command) for kind, command in KINDS.items()}


def kind_of(command: Command) -> str:
    """The stored name of a command's kind."""
    return _KIND_OF[type(command)]


def to_stored(command: Command) -> Any:
    """A command as plain JSON data."""
    return orjson.loads(_ADAPTERS[kind_of(command)].dump_json(command, exclude_defaults=True))


def from_stored(kind: str, data: Any) -> Command:
    """The command that was stored."""
    return _ADAPTERS[kind].validate_python(data, strict=False)


@dataclass(frozen=True, slots=True)
class TraceAnswer:
    """What the national side said: the answer to a trace, or `allocated` with a new number."""

    outcome: Literal["single", "several", "none", "dead", "unanswered", "allocated"]
    number: str | None = None
    """The number of the one person found; another than was asked when it was superseded."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person decided about a referred transaction."""

    action: Literal["accept", "create", "reject"]
    reason: str
    patient_id: UUID | None = None
    code: str | None = None
    by: str = field(default="")
    seen: tuple[UUID, ...] = ()
    """Who was shown as perhaps meant; somebody who turns up later has not been ruled upon."""
