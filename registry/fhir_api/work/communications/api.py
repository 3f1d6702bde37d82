"""Routes of Communication."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir import refusals
from registry.fhir.outcomes import Json
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.interaction import Body, Interaction, Parameter, Told, interaction
from registry.fhir_api.paging import COUNT, PAGE
from registry.fhir_api.work.communications.answer import say_in_query
from registry.fhir_api.work.communications.store import Wanted, find_communication, find_communications
from registry.fhir_api.work.communications.to_fhir import communication_resource
from registry.fhir_api.work.dates import between, date_parameter
from registry.fhir_api.work.page import Rows, page_of
from registry.fhir_api.work.tasks.api import TASK_ID, id_of, own_code
from registry.fhir_api.work.whom import (
    number_asked,
    ods_code_of,
    people_of,
    person_parameter,
    practice_of,
    practice_parameter,
)
from registry.security.callers import Permission

router = APIRouter()

_ID = Parameter("id", "string", "The id of the Communication.", TASK_ID.example, TASK_ID.pattern, search=False)
_EXAMPLE: Json = {
    "resourceType": "Communication",
    "status": "completed",
    "partOf": [{"reference": "Task/0197f2d4-0000-7000-8000-000000000001"}],
    "inResponseTo": [{"reference": "Communication/0197f2d4-0000-7000-8000-000000000002"}],
    "payload": [{"contentString": "SEEN HERE LAST WEEK"}],
}


@interaction(
    router,
    Interaction(
        "GET",
        "/Communication/{id}",
        "read",
        Permission.READ_TRANSACTIONS,
        "One question, answer or remark",
        {200: Told("What was said.", "Communication", headers=("ETag",))},
        resource="Communication",
        path_parameters=(_ID,),
    ),
)
async def read_communication(call: Call, connection: AsyncConnection) -> Answer:
    row = await find_communication(connection, call.caller, id_of(call.path["id"], "communication"))
    await _note(call, connection, "communication", [row] if row else [])
    if row is None:
        raise refusals.not_found("communication")
    return Answer(communication_resource(row, own_code(call)), version=1)


@interaction(
    router,
    Interaction(
        "GET",
        "/Communication",
        "search-type",
        Permission.READ_TRANSACTIONS,
        "What was asked and answered, the newest first",
        {200: Told("A page of it. There is no total.", "Bundle")},
        resource="Communication",
        parameters=(
            Parameter("_id", "token", "The id of a Communication.", None, TASK_ID.pattern),
            Parameter("part-of", "reference", "The query, as `Task/…`.", None, f"(Task/)?{TASK_ID.pattern}"),
            person_parameter("patient"),
            person_parameter("subject"),
            practice_parameter("sender", "The practice that said it."),
            practice_parameter("recipient", "The practice that was asked."),
            date_parameter("sent", "When it was said.", "ge2026-01-01"),
            COUNT,
            PAGE,
        ),
    ),
)
async def search_communications(call: Call, connection: AsyncConnection) -> Answer:
    wanted = await _wanted(call, connection)

    async def find(limit: int, after: UUID | None) -> Rows:
        return (
            []
            if wanted is None
            else await find_communications(connection, call.caller, wanted, limit=limit, after=after)
        )

    async def note(shown: Rows) -> None:
        await _note(call, connection, "communications", shown)

    return await page_of(
        call, connection, "Communication", find, note, lambda row: communication_resource(row, own_code(call))
    )


@interaction(
    router,
    Interaction(
        "POST",
        "/Communication",
        "create",
        Permission.WORK_TASKS,
        "Answer a query, remark upon it, or ask once more",
        {201: Told("It was said.", "Communication", headers=("ETag", "Location"))},
        resource="Communication",
        body=Body("Text in the characters that GP Links carries. `inResponseTo` names the question.", _EXAMPLE),
        refuses=(404, 422),
        changes=True,
        text="A query is answered by a practice's Communication in response to its question, and by nothing else.",
    ),
)
async def post_communication(call: Call, connection: AsyncConnection) -> Answer:
    made = await say_in_query(connection, call, call.resource("Communication"))
    row = await find_communication(connection, call.caller, made)
    if row is None:
        raise RuntimeError("what was just said is not there")
    await _note(call, connection, "communication", [row])
    return Answer(communication_resource(row, own_code(call)), 201, 1, f"Communication/{made}")


async def _wanted(call: Call, connection: AsyncConnection) -> Wanted | None:
    """What is asked for; None where nothing can be found. Raises RequestError (400)."""
    number = number_asked(call, "patient", "subject")
    sender, recipient = call.one("sender"), call.one("recipient")
    ids = {name: _id_in(call, name) for name in ("_id", "part-of")}
    sent = between(call, "sent")
    practices = {ods_code_of(each, name) for each, name in ((sender, "sender"), (recipient, "recipient")) if each}
    if sender and recipient:
        return None
    practice = None
    if practices:
        practice = await practice_of(connection, practices.pop())
        if practice is None or call.caller.practice_id not in (None, practice):
            return None
    return Wanted(
        id=ids["_id"],
        task=ids["part-of"],
        people=None if number is None else await people_of(connection, number),
        from_office=None if not (sender or recipient) else sender is None,
        practice=None if practice == call.caller.practice_id else practice,
        sent=sent,
    )


def _id_in(call: Call, name: str) -> UUID | None:
    value = call.one(name)
    if value is None:
        return None
    try:
        return UUID(value.removeprefix("Task/") if name == "part-of" else value)
    except ValueError:
        raise refusals.invalid(value, name) from None


async def _note(call: Call, connection: AsyncConnection, what: str, rows: list[dict[str, Any]]) -> None:
    people = {row["person"] for row in rows if row["person"] is not None}
    await call.note_read(connection, what, people)
