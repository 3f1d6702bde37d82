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
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.taking_back.agreement import Agreement, agreement
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

_REVERSED_FOR = text(
    "select facts from matters where patient_id = :patient_id and kind = 'reversal' and state = 'reversed'"
    " and facts ->> 'acceptance' = cast(cast(:acceptance as uuid) as text) order by closed_at desc limit 1"
).bindparams(bindparam("patient_id", type_=Uuid), bindparam("acceptance", type_=Uuid))


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

    @classmethod
    def of(cls, facts: Any) -> "Meant":
        """From the facts of a matter."""
        person = facts["right_person"]
        return cls(None if person is None else UUID(person), facts["right_number"])


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
    given = _given(form, number)
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
        return Impossible(_NOT_LIVE, "right_number")
    return Meant(patient_id=holder.id)


_NOT_LIVE = "The right person is recorded as dead or no longer in use: put that right first."


def _given(form: RegisterPatient, number: str | None) -> NHSNumber | None:
    """The number that the office typed, or the form's own."""
    return NHSNumber.parse(number or form.demographics.number or "")


def is_same(asked: Meant, noted: Meant, form: RegisterPatient, number: str | None) -> bool:
    """Whether the same person is meant as is noted already. Whoever was new then may be in the register by now."""
    given = _given(form, number)
    return asked == noted or (noted.number is not None and given is not None and given.value == noted.number)


async def reversed_for(connection: AsyncConnection, patient_id: UUID, acceptance: UUID) -> Meant | None:
    """For whom an acceptance was decided anew when it was reversed; None where it was not reversed."""
    values = {"patient_id": patient_id, "acceptance": acceptance}
    facts = (await connection.execute(_REVERSED_FOR, values)).scalar_one_or_none()
    return None if facts is None else Meant.of(facts)


async def agrees(
    connection: AsyncConnection, form: RegisterPatient, meant: Meant, *, lock: bool = False
) -> Agreement | Impossible | None:
    """How the form agrees with the person who is meant, as they are in the register now; None for nobody of it.

    Impossible where they clearly disagree, or where the person is no longer live. `lock` holds them
    as they are until the form is decided for them.
    """
    if meant.patient_id is None:
        return None
    if lock:
        await lock_people(connection, [meant.patient_id])
    right = await gather_person(connection, meant.patient_id)
    if right.status != "live":
        return Impossible(_NOT_LIVE, "right_number")
    found = agreement(form.demographics, right)
    if found.against:
        return Impossible(f"{found.sentence} {_WHAT_THEN}", "right_number")
    return found


_WHAT_THEN = (
    "Read the number again. Where it is right, put the particulars of the register right first; where the form has"
    " the wrong person's particulars, cancel the acceptance, and the practice sends another."
)


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
