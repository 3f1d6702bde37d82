"""Group/{ods}/$export: a whole list, to be fetched when it is ready."""

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.record import record
from registry.database import Writes
from registry.fhir import refusals
from registry.fhir.spine import spine_outcome
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.interaction import Body, Interaction, Told, interaction
from registry.fhir_api.lists.group import GROUP, list_asked_for
from registry.fhir_api.lists.store import ask
from registry.fhir_api.lists.wanted import PARAMETERS, Wanted, wanted_by_body, wanted_by_query
from registry.fhir_api.rates import too_many
from registry.jobs import names
from registry.jobs.enqueue import enqueue
from registry.security.callers import Permission
from registry.values.clock import today

router = APIRouter()

STATUS_PATH = "$export-status"
_COME_AGAIN = 30
_ACCEPTED = {
    202: Told("It will be made: Content-Location is where to ask.", "OperationOutcome", headers=("Content-Location",))
}
_TEXT = (
    "Send `Prefer: respond-async`. All files are of one instant, the manifest's `transactionTime`. A practice has its"
    " own list; its restricted people are on it without whatever tells where they live. Asked for again while it is"
    " being made, it is the same export."
)


@interaction(
    router,
    Interaction(
        "GET",
        "/Group/{id}/$export",
        "operation",
        Permission.EXPORT_LISTS,
        "Have a list made ready to be fetched",
        _ACCEPTED,
        resource="Group",
        operation="export",
        path_parameters=(GROUP,),
        parameters=PARAMETERS,
        text=_TEXT,
    ),
)
async def export_list(call: Call, connection: AsyncConnection) -> Answer:
    return await _kick_off(call, connection, wanted_by_query(call))


@interaction(
    router,
    Interaction(
        "POST",
        "/Group/{id}/$export",
        "operation",
        Permission.EXPORT_LISTS,
        "Have a list made ready to be fetched, by Parameters",
        _ACCEPTED,
        resource="Group",
        operation="export",
        path_parameters=(GROUP,),
        body=Body(
            "Parameters with `_type`, `_since`, `_outputFormat`.",
            {"resourceType": "Parameters", "parameter": [{"name": "_type", "valueString": "Patient"}]},
        ),
        changes=True,
        text=_TEXT,
    ),
)
async def export_list_by_parameters(call: Call, connection: AsyncConnection) -> Answer:
    return await _kick_off(call, connection, wanted_by_body(call))


async def _kick_off(call: Call, connection: AsyncConnection, wanted: Wanted) -> Answer:
    _check_prefer(call)
    practice = await list_asked_for(call, connection)
    now = call.clock.now()
    at_once: int = call.context.policies.on("list_exports_at_once", today(call.clock))
    asked = await ask(connection, call.caller, practice.id, wanted.types, wanted.since, call.self_url, now, at_once)
    if asked is None:
        raise too_many(_COME_AGAIN, f"{at_once} exports are being made for you: fetch these first")
    export_id, is_new = asked
    if is_new:
        writes = Writes()
        subject = {"export": str(export_id), "list": str(practice.id), "types": list(wanted.types)}
        record(writes, call.caller.actor, "list-export.asked", now, subject=subject)
        await writes.flush(connection)
        await enqueue(connection, names.EXPORT_LIST, {"export_id": str(export_id)})
    headers = {"Content-Location": call.url(f"{STATUS_PATH}/{export_id}")}
    return Answer(_told(), 202, headers=headers)


def _check_prefer(call: Call) -> None:
    wishes = {each.strip() for each in (call.header("prefer") or "").replace(";", ",").split(",")}
    if "respond-async" not in wishes:
        if "prefer" not in call.request.headers:
            raise refusals.missing_header("Prefer")
        raise refusals.invalid_header(call.header("prefer"), "Prefer")


def _told() -> dict[str, object]:
    outcome = spine_outcome("UNSUPPORTED_REQUEST")
    outcome["issue"][0] = {
        "severity": "information",
        "code": "informational",
        "diagnostics": "The export was accepted; ask at the address in Content-Location",
    }
    return outcome
