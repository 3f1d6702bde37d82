"""What an export holds, put into its files: people, their registrations, and, of a later one, what is gone."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.record import record_read
from registry.database import Writes
from registry.fhir.outcomes import Json
from registry.fhir.spine import spine_outcome
from registry.fhir_api.lists.episodes import registrations_of
from registry.fhir_api.lists.lines import Lines, Numbers
from registry.fhir_api.lists.members import FIRST, Asked, counts, gone_numbers, hidden_among, on_list, who_left
from registry.fhir_api.people.store import people_by_id
from registry.fhir_api.people.to_fhir import patient_resource
from registry.values.actor import Actor

AT_ONCE = 500
"""People who are read, and noted as read, in one go."""
_GONE_IN_ONE_BUNDLE = 100

Tell = Callable[[int, int], Awaitable[None]]


async def fill(
    connection: AsyncConnection,
    export_id: UUID,
    asked: Asked,
    types: Sequence[str],
    actor: Actor,
    now: datetime,
    tell: Tell,
) -> None:
    """Write every file of an export, and who was on it into the audit. `tell` hears how many of how many are done."""
    numbers = Numbers()

    def lines(part: str, kind: str) -> Lines:
        return Lines(connection, export_id, numbers, part, kind)

    people, episodes = lines("output", "Patient"), lines("output", "EpisodeOfCare")
    of, without_number = await counts(connection, asked)
    done, after = 0, FIRST
    await tell(0, of)
    while ids := await on_list(connection, asked, after, AT_ONCE):
        after = ids[-1]
        if "Patient" in types:
            await _patients(connection, people, ids)
        if "EpisodeOfCare" in types:
            await _episodes(connection, episodes, actor, asked, ids)
        await _note(connection, actor, now, export_id, ids)
        done += len(ids)
        await tell(done, of)
    if asked.since is not None:
        after = FIRST
        while "EpisodeOfCare" in types and (ids := await who_left(connection, asked, after, AT_ONCE)):
            after = ids[-1]
            await _episodes(connection, episodes, actor, asked, ids)
            await _note(connection, actor, now, export_id, ids)
        if "Patient" in types:
            await _gone(connection, lines("deleted", "Bundle"), asked)
    await people.close()
    await episodes.close()
    if without_number:
        told = lines("error", "OperationOutcome")
        await told.add(_left_out(without_number))
        await told.close()


async def _patients(connection: AsyncConnection, lines: Lines, ids: Sequence[UUID]) -> None:
    rows = await people_by_id(connection, ids)
    for person in ids:
        await lines.add(patient_resource(rows[person]))


async def _episodes(connection: AsyncConnection, lines: Lines, actor: Actor, asked: Asked, ids: Sequence[UUID]) -> None:
    for resource in await registrations_of(connection, actor, asked.list_id, ids, asked.since):
        await lines.add(resource)


async def _gone(connection: AsyncConnection, lines: Lines, asked: Asked) -> None:
    after = ""
    while numbers := await gone_numbers(connection, asked, after, _GONE_IN_ONE_BUNDLE):
        after = numbers[-1]
        await lines.add(gone_bundle(numbers))
    await lines.close()


def gone_bundle(numbers: Iterable[str]) -> Json:
    """The Bundle that says of people that they are to be taken off whoever's copy of the list."""
    gone = [{"request": {"method": "DELETE", "url": f"Patient/{number}"}} for number in numbers]
    return {"resourceType": "Bundle", "type": "transaction", "entry": gone}


def _left_out(people: int) -> Json:
    text = f"People on the list whose NHS number has not come yet, and who are left out: {people}"
    outcome = spine_outcome("RESOURCE_NOT_FOUND", text)
    outcome["issue"][0] |= {"severity": "information", "code": "incomplete"}
    return outcome


async def _note(connection: AsyncConnection, actor: Actor, now: datetime, export_id: UUID, ids: Sequence[UUID]) -> None:
    # Whoever sees the trail of somebody is not told who else looked where somebody hidden is named beside them.
    hidden = await hidden_among(connection, ids)
    writes = Writes()
    for some in ([each for each in ids if each not in hidden], [each for each in ids if each in hidden]):
        if some:
            record_read(writes, actor, "list-export", now, some, subject={"export": str(export_id)})
    await writes.flush(connection)
