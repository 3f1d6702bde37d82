"""Asking that work be cancelled: a Task with the work as its focus, by the practice that placed it.

A request that still waits for its day is taken back at the practice's word. What was carried out only the office
takes back (domain rules R2): that is refused with a sentence, and so is what is being considered. Nothing of the
person is told in it.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.errors import RequestError
from registry.fhir import refusals
from registry.fhir.outcomes import Json
from registry.fhir_api.call import Call
from registry.fhir_api.work.tasks.codes import CODES
from registry.fhir_api.work.tasks.place import PlacedBy
from registry.fhir_api.work.tasks.read_task import PlacedTask
from registry.fhir_api.work.tasks.states import STATES
from registry.fhir_api.work.tasks.store import find_task
from registry.transactions.acts.act import Done, Stale
from registry.transactions.removals.cancel import CANCEL, Cancel

_LONGEST_REASON = 2000

# The act takes the person's one pending removal: where there are two, somebody must look.
_PENDING = text(
    "select version, (select count(*) from pending_deductions x where x.patient_id = d.patient_id"
    " and x.state = 'pending') as open from pending_deductions d where transaction_id = :id and state = 'pending'"
).bindparams(bindparam("id", type_=Uuid))


async def cancel(connection: AsyncConnection, call: Call, placed: PlacedTask, by: PlacedBy) -> UUID:
    """Take back the work that a Task is about; returns the id of what took it back, which is the new Task's.

    Raises RequestError: 400 without a focus, 404 where there is no such work within the scope, 403 where another
    placed it, 422 where it cannot be taken back.
    """
    row = await find_task(connection, call.caller, _focus(placed))
    if row is None:
        raise refusals.not_found("task")
    if not _was_placed_by(row, call, by):
        raise refusals.denied("Only who placed the work may ask for its cancellation")
    reason = placed.text("free-text") or ""
    if len(reason) > _LONGEST_REASON:
        raise refusals.invalid("…", placed.field_of("free-text"))
    pending = (await connection.execute(_PENDING, {"id": row["id"]})).one_or_none()
    if pending is None or pending.open > 1 or row["nhs_number"] is None:
        raise _cannot(_why_not(row))
    asked = Cancel(
        nhs_number=row["nhs_number"], reason=reason, version=pending.version, asked_by="practice",
        told_by="the practice's system", told_on=call.context.today, medium="page",
    )  # fmt: skip
    answer = await CANCEL.run(connection, call.context, asked)
    if isinstance(answer, Done) and answer.transaction_id is not None:
        return answer.transaction_id
    raise _cannot("It has changed just now: look at it again" if isinstance(answer, Stale) else _why_not(row))


def _was_placed_by(row: dict[str, Any], call: Call, by: PlacedBy) -> bool:
    """Within a practice's scope all that practices place is its own, although who did may be hidden."""
    if CODES[row["code"]].source != "transactions":
        return False
    return row["placer"] == by.id or (row["placer"] is None and not call.caller.is_office)


def _why_not(row: dict[str, Any]) -> str:
    match STATES[row["code"]][row["state"]].status:
        case "completed":
            return "It was carried out, and only the office takes that back: ring it"
        case "rejected" | "cancelled":
            return "It is at its end, and there is nothing to be cancelled"
        case _:
            return "It is being considered, and cannot be cancelled now: ring the office"


def _focus(placed: PlacedTask) -> UUID:
    focus: Json = placed.task.get("focus") or {}
    address = focus.get("reference")
    if not address:
        raise refusals.missing("focus/reference")
    try:
        if not address.startswith("Task/"):
            raise ValueError
        return UUID(address.removeprefix("Task/"))
    except ValueError:
        raise refusals.invalid(address, "focus/reference") from None


def _cannot(sentence: str) -> RequestError:
    return refusals.wrong_step(sentence, "focus/reference")
