"""An application for a practice is received, and recorded whatever becomes of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.database import Writes, iso
from registry.matching.candidates import find_and_lock, load_keys
from registry.matching.decide import Candidate, decide
from registry.matching.incoming import incoming_from
from registry.matching.locks import lock_keys as keys_to_lock
from registry.matching.population import population
from registry.transactions.acts.act import Answer, Done, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.assignment.asked import Apply, ApplyUnknown
from registry.transactions.assignment.machine import APPLICATION
from registry.transactions.assignment.models import assignment_applicants
from registry.transactions.assignment.practices import ids_of
from registry.transactions.context import Context
from registry.transactions.gather import lock_keys
from registry.transactions.matters.step import open_matter
from registry.transactions.numbers_in_use import is_in_use
from registry.values.address import Address
from registry.values.nhs_number import NHSNumber
from registry.values.person import Demographics, Name, Sex

_ALREADY = "An application of theirs is open already: `registry matters list --kind assignment` shows it."


async def apply(connection: AsyncConnection, context: Context, what: Apply) -> Answer:
    """Receive the application of somebody of the register."""
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    if person.status != "live":
        return Impossible("The record is of somebody who has died, or is no longer in use.", "nhs_number")
    if person.matter(APPLICATION.kind) is not None:
        return Impossible(_ALREADY, "nhs_number")
    facts = await _facts(connection, context, what)
    if isinstance(facts, Impossible):
        return facts
    writes = Writes()
    matter_id = _open(writes, context, facts, what.received_on, what.reason, patient_id=person.id)
    await writes.flush(connection)
    return _received(matter_id)


async def apply_unknown(connection: AsyncConnection, context: Context, what: ApplyUnknown) -> Answer:
    """Receive the application of somebody whom the register does not hold.

    Whoever is certainly held applies by NHS number; of those who merely look alike a clerk says why it
    is none of them. Once a practice is chosen its acceptance creates the person, by way of the trace.
    A number that is no longer in use is not kept: it is nobody's, and would find nobody.
    """
    stated = NHSNumber.parse(what.stated_number)
    if what.stated_number and stated is None:
        return Impossible("The NHS number is not one: ten digits of which the last checks the others.", "stated_number")
    facts = await _facts(connection, context, what)
    if isinstance(facts, Impossible):
        return facts
    number = None if stated is None or not await is_in_use(connection, stated.value, ()) else stated.value
    held = await _who_is_held(connection, _described(what, number))
    if held == "certain":
        return Impossible("The register holds this person: look them up, and use `assignments apply`.")
    if held == "possible" and not what.reason:
        return Impossible("The register holds somebody alike: look, and say in `reason` why it is not they.", "reason")
    writes = Writes()
    matter_id = _open(writes, context, facts, what.received_on, what.reason)
    _keep_applicant(writes, context, matter_id, what, number)
    await writes.flush(connection)
    return _received(matter_id)


def _received(matter_id: UUID) -> Done:
    return Done("The application is received, and to be looked at.", matter_id, 1, APPLICATION.stages[0].name)


async def _facts(
    connection: AsyncConnection, context: Context, what: Apply | ApplyUnknown
) -> dict[str, Any] | Impossible:
    """Wishes as ids and circumstances as codes, checked."""
    if what.received_on is not None and what.received_on > context.today:
        return Impossible("The application cannot come in the future.", "received_on")
    wishes: dict[str, Sequence[UUID]] = {}
    for field, codes in (("wanted", what.wanted), ("unwanted", what.unwanted)):
        ids = await ids_of(connection, codes, field)
        if isinstance(ids, Impossible):
            return ids
        wishes[field] = ids
    if {*wishes["wanted"]} & {*wishes["unwanted"]}:
        return Impossible("A practice is both wanted and unwanted.", "unwanted")
    return {
        **{field: [str(each) for each in ids] for field, ids in wishes.items()},
        "circumstances": list(dict.fromkeys(each.value for each in what.circumstances)),
    }


def _open(
    writes: Writes,
    context: Context,
    facts: dict[str, Any],
    received_on: date | None,
    reason: str,
    patient_id: UUID | None = None,
) -> UUID:
    day = received_on or context.today
    touch = context.policies.on("assignment_first_touch_working_days", day)
    return open_matter(
        writes,
        context,
        APPLICATION,
        due_at=context.after_working_days(touch, day),
        patient_id=patient_id,
        facts=facts,
        trigger_on=day,
        reason=reason or None,
    )


def _described(what: ApplyUnknown, number: str | None) -> Demographics:
    return Demographics(
        Name(what.surname, what.first_forename),
        Sex(what.sex),
        what.date_of_birth,
        number,
        address=Address((what.house, what.road, what.locality, what.town, what.county), what.postcode or None),
    )


async def _who_is_held(connection: AsyncConnection, described: Demographics) -> str:
    """What the matcher says: `certain`, `possible` or `none`. Locks as an acceptance does, so that none slips in."""
    incoming = incoming_from(described)
    await lock_keys(connection, keys_to_lock(incoming))
    ids = await find_and_lock(connection, incoming)
    keys = await load_keys(connection, ids)
    candidates = [Candidate(each, tuple(keys[each])) for each in ids]
    return decide(incoming, candidates, population=await population(connection)).outcome


def _keep_applicant(writes: Writes, context: Context, matter_id: UUID, what: ApplyUnknown, number: str | None) -> None:
    lines = (what.house, what.road, what.locality, what.town, what.county)
    writes.insert(
        assignment_applicants,
        id=uuid7(),
        matter_id=matter_id,
        stated_number=number,
        surname=what.surname,
        first_forename=what.first_forename,
        date_of_birth=iso(what.date_of_birth),
        sex=what.sex,
        **{f"line_{position}": line for position, line in enumerate(lines, start=1)},
        postcode=what.postcode or None,
        created_at=context.now,
    )
