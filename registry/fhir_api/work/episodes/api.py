"""Routes of EpisodeOfCare."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir import refusals
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.interaction import Interaction, Parameter, Told, interaction
from registry.fhir_api.paging import COUNT, PAGE
from registry.fhir_api.work.dates import between, date_parameter
from registry.fhir_api.work.episodes.store import STATUSES, Wanted, find_episode, find_episodes
from registry.fhir_api.work.episodes.to_fhir import episode_resource
from registry.fhir_api.work.page import Rows, page_of
from registry.fhir_api.work.tasks.api import TASK_ID, id_of
from registry.fhir_api.work.whom import (
    number_asked,
    ods_code_of,
    people_of,
    person_parameter,
    practice_of,
    practice_parameter,
)
from registry.security.callers import Permission
from registry.values.period import london_date

router = APIRouter()

_INSTANT = timedelta(microseconds=1)

_ID = Parameter("id", "string", "The id of the EpisodeOfCare.", TASK_ID.example, TASK_ID.pattern, search=False)


@interaction(
    router,
    Interaction(
        "GET",
        "/EpisodeOfCare/{id}",
        "read",
        Permission.READ_PATIENTS,
        "One registration",
        {200: Told("A spell on a list.", "EpisodeOfCare")},
        resource="EpisodeOfCare",
        path_parameters=(_ID,),
        text="A practice sees the spells on its own list; nobody those of people whose whereabouts are protected.",
    ),
)
async def read_episode(call: Call, connection: AsyncConnection) -> Answer:
    row = await find_episode(connection, call.caller, id_of(call.path["id"], "registration"))
    await _note(call, connection, "registration", [row] if row else [])
    if row is None:
        raise refusals.not_found("registration")
    return Answer(episode_resource(row))


@interaction(
    router,
    Interaction(
        "GET",
        "/EpisodeOfCare",
        "search-type",
        Permission.READ_PATIENTS,
        "Registrations",
        {200: Told("A page of them. There is no total.", "Bundle")},
        resource="EpisodeOfCare",
        parameters=(
            Parameter("_id", "token", "The id of an EpisodeOfCare.", None, TASK_ID.pattern),
            person_parameter("patient"),
            practice_parameter("organization", "The practice on whose list."),
            Parameter("status", "token", "The status.", "active", choices=STATUSES, repeats=True),
            date_parameter("date", "A time within the spell.", "ge2026-01-01"),
            date_parameter("_lastUpdated", "When it changed last.", "ge2026-01-01"),
            COUNT,
            PAGE,
        ),
    ),
)
async def search_episodes(call: Call, connection: AsyncConnection) -> Answer:
    wanted = await _wanted(call, connection)

    async def find(limit: int, after: UUID | None) -> Rows:
        return [] if wanted is None else await find_episodes(connection, call.caller, wanted, limit=limit, after=after)

    async def note(shown: Rows) -> None:
        await _note(call, connection, "registrations", shown)

    return await page_of(call, connection, "EpisodeOfCare", find, note, episode_resource)


async def _wanted(call: Call, connection: AsyncConnection) -> Wanted | None:
    """What is asked for; None where nothing can be found. Raises RequestError (400)."""
    number, code = number_asked(call, "patient"), call.one("organization")
    statuses = [each for given in call.all("status") for each in given.split(",")]
    unknown = next((each for each in statuses if each not in STATUSES), None)
    if unknown is not None:
        raise refusals.invalid(unknown, "status")
    days, changed, id_ = between(call, "date"), between(call, "_lastUpdated"), _id(call)
    practice = None
    if code is not None:
        practice = await practice_of(connection, ods_code_of(code, "organization"))
        if practice is None or call.caller.practice_id not in (None, practice):
            return None
    return Wanted(
        id=id_,
        people=None if number is None else await people_of(connection, number),
        practice=None if practice == call.caller.practice_id else practice,
        statuses=statuses or STATUSES,
        from_day=None if days.since is None else london_date(days.since),
        before_day=None if days.until is None else london_date(days.until - _INSTANT) + timedelta(days=1),
        changed=changed,
    )


def _id(call: Call) -> UUID | None:
    value = call.one("_id")
    try:
        return None if value is None else UUID(value)
    except ValueError:
        raise refusals.invalid(value, "_id") from None


async def _note(call: Call, connection: AsyncConnection, what: str, rows: list[dict[str, Any]]) -> None:
    people = {row["person"] for row in rows if row["person"] is not None}
    await call.note_read(connection, what, people)
