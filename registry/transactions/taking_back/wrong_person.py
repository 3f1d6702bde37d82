"""Which acceptance was put onto the wrong person, and who was meant."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.transactions.acts.act import Impossible
from registry.transactions.commands import RegisterPatient, Ruling, from_stored
from registry.transactions.facts import PersonFacts
from registry.values.nhs_number import NHSNumber

_ACCEPTANCE = text(
    "select t.id, t.outcome, t.command, t.taken_back_by, t.practice_id, t.posted_at from transactions t"
    " where t.patient_id = :patient_id and t.practice_id = :practice_id and t.kind = 'acceptance'"
    " and t.state = 'accepted' and (cast(:id as uuid) is null or t.id = :id)"
    " order by t.posted_at desc, t.id desc limit 1"
).bindparams(bindparam("patient_id", type_=Uuid), bindparam("practice_id", type_=Uuid), bindparam("id", type_=Uuid))

_HOLDER = text(
    "select id, status from patients where nhs_number = :number or id = ("
    " select patient_id from patient_numbers where nhs_number = :number)"
)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """An acceptance that was taken for somebody. `moved` says that it changed their list."""

    id: UUID
    outcome: str
    form: RegisterPatient
    taken_back_by: UUID | None

    @property
    def moved(self) -> bool:
        return self.outcome == "registered"


@dataclass(frozen=True, slots=True)
class Meant:
    """Who was really meant: somebody of the register, or whoever has a number, or somebody without one."""

    patient_id: UUID | None = None
    number: str | None = None

    def facts(self) -> dict[str, Any]:
        """As a matter keeps it."""
        return {"right_person": None if self.patient_id is None else str(self.patient_id), "right_number": self.number}


async def acceptance_of(
    connection: AsyncConnection, patient_id: UUID, practice_id: UUID, transaction_id: UUID | None = None
) -> Acceptance | None:
    """A practice's acceptance that was taken for a person: the one named, or the latest."""
    values = {"patient_id": patient_id, "practice_id": practice_id, "id": transaction_id}
    row = (await connection.execute(_ACCEPTANCE, values)).one_or_none()
    if row is None:
        return None
    form = from_stored("acceptance", row.command)
    if not isinstance(form, RegisterPatient):
        raise TypeError("an acceptance is stored as one")
    return Acceptance(row.id, row.outcome, form, row.taken_back_by)


async def who_is_meant(
    connection: AsyncConnection, wrong: PersonFacts, form: RegisterPatient, number: str | None
) -> Meant | Impossible:
    """Who an acceptance is about, by the number that the office found, or by the form's own.

    A form that bears the wrong person's number, or none, is about somebody without a number.
    """
    given = NHSNumber.parse(number or form.demographics.number or "")
    if number and given is None:
        return Impossible("The NHS number is not one: ten digits of which the last checks the others.", "right_number")
    theirs = {wrong.nhs_number, *wrong.superseded_numbers}
    if given is None or given.value in theirs:
        if number:
            return Impossible("This is a number of the wrong person.", "right_number")
        return Meant()
    holder = (await connection.execute(_HOLDER, {"number": given.value})).one_or_none()
    if holder is None:
        return Meant(number=given.value)
    if holder.status != "live":
        return Impossible(
            "The right person is recorded as dead or no longer in use: put that right first.", "right_number"
        )
    return Meant(patient_id=holder.id)


def form_anew(acceptance: Acceptance, meant: Meant) -> RegisterPatient:
    """The form as it is to be decided again: the office's, about whoever was meant.

    It keeps the practice's own number, date and words, so that the answer reaches the practice's transaction.
    """
    form = acceptance.form
    number = meant.number if meant.patient_id is None else form.demographics.number
    origin = replace(form.origin, source="office", interchange_id=None, message_reference=None)
    return replace(form, origin=origin, demographics=replace(form.demographics, number=number))


def ruling_for(meant: Meant, wrong: UUID, reason: str, by: str) -> Ruling:
    """What the two people decided, in the terms of an acceptance."""
    if meant.patient_id is not None:
        return Ruling("accept", reason, patient_id=meant.patient_id, by=by)
    return Ruling("create", reason, by=by, seen=(wrong,))
