"""A posted Communication: what a practice or the office says in a query."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir import refusals
from registry.fhir.outcomes import Json
from registry.fhir_api.call import Call
from registry.fhir_api.people.to_fhir import ODS_CODE
from registry.fhir_api.work.tasks.store import find_task
from registry.fhir_api.work.whom import ods_code_of
from registry.transactions.matters.in_hand import take_in_hand
from registry.transactions.queries.say import Saying, Unsaid, say

_READ = frozenset(
    {
        "resourceType", "id", "meta", "implicitRules", "language", "text", "partOf", "inResponseTo", "status",
        "priority", "subject", "recipient", "sender", "sent", "payload",
    }
)  # fmt: skip
_FIELDS = {"text": "payload/0/contentString", "in_response_to": "inResponseTo/0/reference"}


async def say_in_query(connection: AsyncConnection, call: Call, said: Json) -> UUID:
    """Say it, and take the step that it is; returns its id.

    Raises RequestError: 400 that names the field, 403 for another practice's words, 404 where there is no such
    query within the scope, 422 where the query is not in a state for it.
    """
    unread = sorted(name for name in said if name.lstrip("_") not in _READ)
    if unread:
        raise refusals.additional(*unread)
    if said["status"] != "completed":
        raise refusals.invalid(said["status"], "status")
    task_id = _referred(said, "partOf", "Task")
    question = _referred(said, "inResponseTo", "Communication") if said.get("inResponseTo") else None
    text = _text(said)
    if task_id is None:
        raise refusals.missing("partOf/0/reference")
    _check_sender(call, said)
    row = await find_task(connection, call.caller, task_id)
    if row is None:
        raise refusals.not_found("task")
    work = await take_in_hand(connection, call.context, task_id) if row["code"] == "query" else None
    if work is None:
        raise refusals.invalid_resource("Only a query is answered by a Communication", "partOf/0/reference")
    done = await say(work, Saying(text, call.caller.is_office, question))
    if isinstance(done, Unsaid):
        if done.field == "state":
            raise refusals.wrong_step(done.sentence, "partOf/0/reference")
        raise refusals.refusal(400, "INVALID_VALUE", f"Invalid value - {done.sentence}", _FIELDS[done.field])
    await work.writes.flush(connection)
    return done.id


def _referred(said: Json, name: str, kind: str) -> UUID | None:
    references: list[Any] = said.get(name) or []
    if len(references) > 1:
        raise refusals.refusal(400, "TOO_MANY_VALUES_SUBMITTED", f"Too many values submitted - '{name}'", name)
    if not references:
        return None
    address = references[0].get("reference") or ""
    try:
        if not address.startswith(f"{kind}/"):
            raise ValueError
        return UUID(address.removeprefix(f"{kind}/"))
    except ValueError:
        raise refusals.invalid(address, f"{name}/0/reference") from None


def _text(said: Json) -> str:
    payload: list[Any] = said.get("payload") or []
    if len(payload) > 1:
        raise refusals.refusal(400, "TOO_MANY_VALUES_SUBMITTED", "Too many values submitted - 'payload'", "payload")
    text = payload[0].get("contentString") if payload else None
    if text is None:
        raise refusals.missing("payload/0/contentString")
    return text


def _check_sender(call: Call, said: Json) -> None:
    """A practice speaks for itself; the office's word has no sender that could be named."""
    identifier: Json = (said.get("sender") or {}).get("identifier") or {}
    if not identifier:
        return
    if identifier.get("system") != ODS_CODE or not identifier.get("value"):
        raise refusals.invalid(identifier.get("system"), "sender/identifier/system")
    code = ods_code_of(identifier["value"], "sender/identifier/value")
    if call.caller.is_office or code != call.caller.actor.practice_ods:
        raise refusals.denied("This token speaks for another than the sender")
