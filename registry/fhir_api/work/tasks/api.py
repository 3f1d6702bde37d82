"""Routes of Task."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir import refusals
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.interaction import Body, Interaction, Parameter, Told, interaction
from registry.fhir_api.paging import COUNT, PAGE
from registry.fhir_api.work.dates import date_parameter
from registry.fhir_api.work.page import Rows, page_of
from registry.fhir_api.work.tasks.cancel import cancel
from registry.fhir_api.work.tasks.change_status import change_status
from registry.fhir_api.work.tasks.codes import CODES
from registry.fhir_api.work.tasks.examples import ACCEPTANCE, RECEIVED
from registry.fhir_api.work.tasks.place import place, placed_by
from registry.fhir_api.work.tasks.read_patch import read_patch
from registry.fhir_api.work.tasks.read_task import read_task
from registry.fhir_api.work.tasks.states import BUSINESS_WORDS, STATUSES
from registry.fhir_api.work.tasks.store import find_task, find_tasks
from registry.fhir_api.work.tasks.to_fhir import task_resource
from registry.fhir_api.work.tasks.wanted import wanted_of
from registry.fhir_api.work.whom import person_parameter, practice_parameter
from registry.security.callers import Permission

router = APIRouter()

TASK_ID = Parameter(
    "id",
    "string",
    "The id of the Task.",
    "0197f2d4-0000-7000-8000-000000000001",
    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
    search=False,
)
_ID = Parameter("_id", "token", "The id of a Task.", None, TASK_ID.pattern)
_SORTS = ("-_id",)


def id_of(text: str, what: str) -> UUID:
    """The id of a resource of ours; what is none names nothing. Raises RequestError (404)."""
    try:
        found = UUID(text)
    except ValueError:
        raise refusals.not_found(what) from None
    if str(found) != text.lower():
        raise refusals.not_found(what)
    return found


@interaction(
    router,
    Interaction(
        "GET",
        "/Task/{id}",
        "read",
        Permission.READ_TRANSACTIONS,
        "One piece of work",
        {200: Told("The work as it stands.", "Task", headers=("ETag",))},
        resource="Task",
        path_parameters=(TASK_ID,),
        text="A practice sees what it placed and what it is asked; the office sees all.",
    ),
)
async def read_one_task(call: Call, connection: AsyncConnection) -> Answer:
    row = await find_task(connection, call.caller, id_of(call.path["id"], "task"))
    await _note(call, connection, "task", [row] if row else [])
    if row is None:
        raise refusals.not_found("task")
    return _answer(call, row)


@interaction(
    router,
    Interaction(
        "GET",
        "/Task",
        "search-type",
        Permission.READ_TRANSACTIONS,
        "Work, the newest first",
        {200: Told("A page of it. There is no total.", "Bundle")},
        resource="Task",
        parameters=(
            _ID,
            person_parameter("patient"),
            person_parameter("subject"),
            Parameter("code", "token", "The kind of work.", "acceptance", choices=tuple(CODES), repeats=True),
            Parameter("status", "token", "The status.", "completed", choices=STATUSES, repeats=True),
            Parameter(
                "business-status",
                "token",
                "The state in the words of the work.",
                "awaiting-number",
                choices=BUSINESS_WORDS,
                repeats=True,
            ),
            practice_parameter("owner", "The practice that is asked."),
            practice_parameter("requester", "The practice that placed it."),
            date_parameter("authored-on", "When it was placed.", "ge2026-01-01"),
            date_parameter("_lastUpdated", "When it changed last.", "ge2026-01-01"),
            Parameter("_sort", "string", "The newest first is the only order.", "-_id", choices=_SORTS, search=False),
            COUNT,
            PAGE,
        ),
        text="Values of `code`, `status` and `business-status` are given more than once for any of them.",
    ),
)
async def search_tasks(call: Call, connection: AsyncConnection) -> Answer:
    wanted = await wanted_of(call, connection)

    async def find(limit: int, after: UUID | None) -> Rows:
        return [] if wanted is None else await find_tasks(connection, call.caller, wanted, limit=limit, after=after)

    async def note(shown: Rows) -> None:
        await _note(call, connection, "tasks", shown)

    return await page_of(call, connection, "Task", find, note, lambda row: task_resource(row, own_code(call)))


@interaction(
    router,
    Interaction(
        "POST",
        "/Task",
        "create",
        Permission.WORK_TASKS,
        "Place work",
        {201: Told("Placed, considered, and told as it was decided.", "Task", headers=("ETag", "Location"))},
        resource="Task",
        body=Body(
            "An acceptance with a contained Patient, a deduction request, a removal, or the cancellation of a request.",
            ACCEPTANCE,
        ),
        refuses=(404, 422),
        changes=True,
        text="What is missing or wrong is told by its field, such as `input/2/valueDate`.",
    ),
)
async def place_task(call: Call, connection: AsyncConnection) -> Answer:
    placed = read_task(call.json())
    by = await placed_by(connection, call, placed.practice, call.context.today)
    does = cancel if placed.code == "cancellation-request" else place
    return await _told(call, connection, await does(connection, call, placed, by), status=201)


@interaction(
    router,
    Interaction(
        "PATCH",
        "/Task/{id}",
        "patch",
        Permission.WORK_TASKS,
        "Set the status of work that one owns",
        {200: Told("The work as it stands now.", "Task", headers=("ETag",))},
        resource="Task",
        path_parameters=(TASK_ID,),
        body=Body(
            "A JSON Patch of `status`, with `statusReason` where an FP69 is answered (address-confirmed, gone-away).",
            RECEIVED,
            media=("application/json-patch+json",),
            schema={"anyOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]},
        ),
        refuses=(404, 422),
        changes=True,
        needs_if_match=True,
        text="Only the owner sets a status, by the steps of docs/fhir-work.md.",
    ),
)
async def patch_task(call: Call, connection: AsyncConnection) -> Answer:
    call.expected_version()
    row = await find_task(connection, call.caller, id_of(call.path["id"], "task"))
    if row is None:
        raise refusals.not_found("task")
    await change_status(connection, call, row, read_patch(call.json()))
    return await _told(call, connection, row["id"], status=200)


def own_code(call: Call) -> str | None:
    """The code of the caller's practice; None for the office."""
    return None if call.caller.is_office else call.caller.actor.practice_ods


async def _told(call: Call, connection: AsyncConnection, task_id: UUID, status: int) -> Answer:
    row = await find_task(connection, call.caller, task_id)
    if row is None:
        raise RuntimeError("work that was just written is not there")
    await _note(call, connection, "task", [row])
    return _answer(call, row, status)


def _answer(call: Call, row: dict[str, Any], status: int = 200) -> Answer:
    location = f"Task/{row['id']}" if status == 201 else None
    return Answer(task_resource(row, own_code(call)), status, row["version"], location)


async def _note(call: Call, connection: AsyncConnection, what: str, rows: list[dict[str, Any]]) -> None:
    people = {row["person"] for row in rows if row["person"] is not None}
    await call.note_read(connection, what, people, {"tasks": len(rows)})
