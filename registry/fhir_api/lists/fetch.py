"""How far an export is, its manifest, its files, and the end of it. Source: FHIR Bulk Data Access 2.0."""

import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.record import record
from registry.database import Writes
from registry.fhir import refusals
from registry.fhir.outcomes import Json
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.interaction import Interaction, Parameter, Told, interaction
from registry.fhir_api.lists.jobs import take_over
from registry.fhir_api.lists.kick_off import STATUS_PATH
from registry.fhir_api.lists.store import cancel, files_of, find, piece
from registry.http.answers import JSON
from registry.security.callers import Permission
from registry.values.clock import today

router = APIRouter()

FILE_PATH = "$export-file"
NDJSON = "application/fhir+ndjson"
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_EXPORT = Parameter(
    "export", "string", "The export, as Content-Location named it.", "0d7f4c1e-0c5b-4a83-9a55-3f6c7e1f0b11", _UUID
)
_NUMBER = Parameter("number", "string", "The file, as the manifest names it.", "1", "[1-9][0-9]{0,4}")
_SOON, _LATER = 1, 5
_SMALL = 20_000
"""People whose export is ready in a second or two."""


@interaction(
    router,
    Interaction(
        "GET",
        f"/{STATUS_PATH}/{{export}}",
        "operation",
        Permission.EXPORT_LISTS,
        "How far an export is, or its manifest",
        {
            200: Told("The manifest.", "object", media=JSON, headers=("Expires",)),
            202: Told("It is being made.", headers=("X-Progress", "Retry-After")),
        },
        operation="export-status",
        path_parameters=(_EXPORT,),
    ),
)
async def export_status(call: Call, connection: AsyncConnection) -> Answer:
    row = await _found(call, connection)
    if row["state"] == "failed":
        raise refusals.refusal(503, "FAILURE_TO_PROCESS_MESSAGE", "The export could not be made; ask for another")
    if row["state"] != "done":
        if row["waits"]:
            take_over(call.request, row["id"])
        return Answer(None, 202, headers=_progress(row))
    files = await files_of(connection, row["id"])
    expires = format_datetime(_expires(call, row), usegmt=True)
    return Answer(manifest(call, row, files), headers={"Expires": expires}, media=JSON)


@interaction(
    router,
    Interaction(
        "DELETE",
        f"/{STATUS_PATH}/{{export}}",
        "operation",
        Permission.EXPORT_LISTS,
        "End an export, or say that its files are not needed any longer",
        {202: Told("It is no longer there.")},
        operation="export-status",
        path_parameters=(_EXPORT,),
        changes=True,
    ),
)
async def cancel_export(call: Call, connection: AsyncConnection) -> Answer:
    export_id = _export_id(call)
    if not await cancel(connection, call.caller, export_id):
        raise refusals.not_found("export")
    writes = Writes()
    subject = {"export": str(export_id)}
    record(writes, call.caller.actor, "list-export.cancelled", call.clock.now(), subject=subject)
    await writes.flush(connection)
    return Answer(None, 202)


@interaction(
    router,
    Interaction(
        "GET",
        f"/{FILE_PATH}/{{export}}/{{number}}",
        "operation",
        Permission.EXPORT_LISTS,
        "A file of an export",
        {200: Told("A resource on each line.", "ndjson", media=NDJSON, headers=("Expires",))},
        operation="export-file",
        path_parameters=(_EXPORT, _NUMBER),
    ),
)
async def export_file(call: Call, connection: AsyncConnection) -> Answer:
    row = await _found(call, connection)
    number = call.path["number"]
    files = await files_of(connection, row["id"]) if row["state"] == "done" else ()
    file = next((each for each in files if str(each["number"]) == number), None)
    if file is None:
        raise refusals.not_found("file")
    writes = Writes()
    subject = {"export": str(row["id"]), "file": file["number"], "lines": file["lines"]}
    record(writes, call.caller.actor, "list-export.fetched", call.clock.now(), subject=subject)
    await writes.flush(connection)
    expires = format_datetime(_expires(call, row), usegmt=True)
    return Answer(stream=_lines(call, row["id"], file["number"]), headers={"Expires": expires}, media=NDJSON)


async def _lines(call: Call, export_id: UUID, number: int) -> AsyncIterator[bytes]:
    """The file piece by piece, with no connection held while the caller takes its time."""
    place = 0
    while True:
        async with call.engine.connect() as connection:
            found = await piece(connection, export_id, number, place)
        if found is None:
            return
        yield zlib.decompress(found)
        place += 1


async def _found(call: Call, connection: AsyncConnection) -> Mapping[str, Any]:
    row = await find(connection, call.caller, _export_id(call))
    if row is None or (row["done_at"] is not None and _expires(call, row) <= call.clock.now()):
        raise refusals.not_found("export")
    return row


def _export_id(call: Call) -> UUID:
    try:
        return UUID(call.path["export"])
    except ValueError:
        raise refusals.not_found("export") from None


def _expires(call: Call, row: Mapping[str, Any]) -> datetime:
    hours: int = call.context.policies.on("list_export_kept_hours", today(call.clock))
    return row["done_at"] + timedelta(hours=hours)


def _progress(row: Mapping[str, Any]) -> dict[str, str]:
    told = f"{row['people']} of {row['of']} people" if row["of"] else "waiting"
    return {"X-Progress": told, "Retry-After": str(_SOON if row["of"] < _SMALL else _LATER)}


def manifest(call: Call, row: Mapping[str, Any], files: Sequence[Mapping[str, Any]]) -> Json:
    """What there is to fetch, and of which instant it tells."""

    def part(name: str) -> list[Json]:
        return [
            {
                "type": each["type"],
                "url": call.url(f"{FILE_PATH}/{row['id']}/{each['number']}"),
                "count": each["lines"],
            }
            for each in files
            if each["part"] == name
        ]

    told: Json = {
        "transactionTime": row["snapshot_at"].isoformat(),
        "request": row["request"],
        "requiresAccessToken": True,
        "output": part("output"),
    }
    if row["since"] is not None:
        told["deleted"] = part("deleted")
    return {**told, "error": part("error")}
