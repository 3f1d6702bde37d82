"""What the office does about people of the armed forces: register, discharge, note that the record is back."""

from datetime import date, timedelta
from uuid import UUID

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.acts.act import AboutPerson, Act, Answer, Done, Impossible, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.acts.on_person import person_of
from registry.transactions.acts.on_practice import practice_of
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.kind import Work
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance, open_matter
from registry.transactions.special_registrations.forces import FORCES, REGISTERED
from registry.transactions.special_registrations.placing import open_practice, place_specially
from registry.transactions.special_registrations.rules import (
    Fault,
    asks_otherwise,
    authorised_until,
    last_day,
    unfit_for_placing,
)
from registry.values.period import start_of_day

_WHAT_FIRST = "that registration ends first, by its last day, by a deduction, or by a discharge."


class RegisterForces(AboutPerson):
    practice: str = Field(description="ODS code of the practice.", examples=["Y90001"])
    reference: str = Field(
        min_length=1, max_length=60, description="Reference of the written authorisation of Defence Medical Services."
    )
    authorised_on: date = Field(description="The day of the authorisation.")
    until: date | None = Field(None, description="The last day; left out: as long as the law allows.")
    gp_code: str = Field("", max_length=20, description="The doctor; the practice's first unless given.")


async def _register(connection: AsyncConnection, context: Context, what: RegisterForces) -> Answer:
    practice = await practice_of(connection, what.practice)
    if isinstance(practice, Impossible):
        return practice
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    open_one = person.matter(FORCES.kind)
    if open_one is not None:
        return _again(context, open_one, practice.id, what)
    unfit = unfit_for_placing(person)
    if unfit is not None:
        return Impossible(unfit, "nhs_number")
    now = person.membership
    is_there = now is not None and now.practice_id == practice.id
    begins_on = now.since if now is not None and is_there else context.today
    years = context.policies.on("forces_list_years", begins_on)
    until = authorised_until(begins_on, what.until, what.authorised_on, context.today, years=years)
    if isinstance(until, Fault):
        return Impossible(until.sentence, until.field)
    return await _open(connection, context, person, what, begins_on, until, is_there=is_there)


def _again(context: Context, noted: Matter, practice_id: UUID, what: RegisterForces) -> Answer:
    """Asked a second time: done already where it is the same authorisation, refused where it is not."""
    if noted.state != REGISTERED:
        return Impossible("An earlier such registration is open: see that one to its end first.", "nhs_number")
    begins_on = date.fromisoformat(noted.facts["begins_on"])
    until = what.until or last_day(begins_on, 12 * context.policies.on("forces_list_years", begins_on))
    asked = {"reference": what.reference, "authorised_on": what.authorised_on, "until": until}
    fault = asks_otherwise(noted, asked, _WHAT_FIRST, practice_id)
    if fault is not None:
        return Impossible(fault.sentence, fault.field)
    return Done("It is recorded already.", noted.id, noted.version, noted.state)


async def _open(
    connection: AsyncConnection,
    context: Context,
    person: PersonFacts,
    what: RegisterForces,
    begins_on: date,
    until: date,
    *,
    is_there: bool,
) -> Answer:
    """The matter; and the place, where an ordinary acceptance has not given it already."""
    writes, transaction = Writes(), None
    if is_there and person.membership is not None:
        practice_id = person.membership.practice_id
    else:
        practice = await open_practice(connection, context, what.practice, what.gp_code)
        if isinstance(practice, Impossible):
            return practice
        practice_id = practice.facts.id
        transaction = place_specially(writes, context, person, practice, "forces-registered")
    matter_id = open_matter(
        writes,
        context,
        FORCES,
        due_at=start_of_day(until + timedelta(days=1)),
        patient_id=person.id,
        practice_id=practice_id,
        facts={
            "reference": what.reference,
            "authorised_on": what.authorised_on.isoformat(),
            "begins_on": begins_on.isoformat(),
            "until": until.isoformat(),
        },
        trigger_on=begins_on,
        reason=what.reason,
        transaction_id=transaction,
    )
    await writes.flush(connection)
    return Done(f"On the list until {until}.", matter_id, 1, REGISTERED, transaction)


async def _discharge(work: Work, what: OnMatter) -> str | Impossible:
    advance(work.writes, work.context, FORCES, work.matter, "discharge", reason=what.reason)
    return "They stay on the list as anybody."


async def _returned(work: Work, what: OnMatter) -> str | Impossible:
    advance(work.writes, work.context, FORCES, work.matter, "record-returned", reason=what.reason)
    return "The record has gone back to Defence Medical Services."


REGISTER_FORCES = Act(
    "stays",
    "forces",
    "Register somebody in the armed forces with an ordinary practice, by written authorisation.",
    RegisterForces,
    _register,
    example="stays forces 9990000018 --practice Y90001 --reference DMS-118 --authorised-on 2026-10-30",
)
DISCHARGE = matter_act(
    FORCES,
    "stays",
    "discharge",
    OnMatter,
    _discharge,
    summary="They left the armed forces, and stay on the list as anybody.",
    example="stays discharge 0197b0de-0000-7000-8000-000000000001 --version 1",
)
RECORD_RETURNED = matter_act(
    FORCES,
    "stays",
    "record-returned",
    OnMatter,
    _returned,
    summary="The record has gone back to Defence Medical Services.",
    example="stays record-returned 0197b0de-0000-7000-8000-000000000001 --version 2",
)
