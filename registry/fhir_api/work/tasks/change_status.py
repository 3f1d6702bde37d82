"""PATCH of a Task: its owner sets the status, and what that means is done by the operations of the register."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir import refusals
from registry.fhir_api.call import Call, stale
from registry.fhir_api.work.tasks.place import say_gone_away
from registry.fhir_api.work.tasks.read_patch import Asked
from registry.fhir_api.work.tasks.transitions import Act, NeedsReason, NoStep, NotOwner, judge
from registry.links.outbox import acknowledge_one
from registry.transactions.acts.act import Impossible
from registry.transactions.fp69.decide import Confirm, confirm
from registry.transactions.fp69.machine import FP69
from registry.transactions.matters.in_hand import take_in_hand
from registry.transactions.matters.step import advance
from registry.transactions.queries.machine import QUERY

Row = Mapping[str, Any]
_BY_SYSTEM = "Confirmed by the practice's system."


async def change_status(connection: AsyncConnection, call: Call, row: Row, asked: Asked) -> None:
    """Do what a status of a Task means. Raises RequestError: 400, 403 for another's move, 409, 422."""
    if call.expected_version() != row["version"]:
        raise stale()
    who = "office" if call.caller.is_office else "practice"
    match judge(row["code"], row["state"], asked.status, who, asked.reason):
        case NotOwner():
            raise refusals.denied("Only the owner of a Task sets its status; who placed it may ask for cancellation")
        case NoStep(sentence=sentence):
            raise refusals.wrong_step(sentence, "status")
        case NeedsReason(codes=codes):
            text = f"Missing value - 'statusReason' must have one of the codes {', '.join(codes)}"
            raise refusals.refusal(400, "MISSING_VALUE", text, "statusReason/coding/0/code")
        case transition:
            await _ACTS[transition.act](connection, call, row, asked)


async def _read_query(connection: AsyncConnection, call: Call, row: Row, asked: Asked) -> None:
    work = await take_in_hand(connection, call.context, row["id"])
    if work is None or QUERY.step(work.matter.state, "read") is None:
        raise stale()
    advance(work.writes, call.context, QUERY, work.matter, "read")
    await work.writes.flush(connection)


async def _receive_message(connection: AsyncConnection, call: Call, row: Row, asked: Asked) -> None:
    await acknowledge_one(connection, row["id"], call.caller.actor, call.clock.now())


async def _receive_notice(connection: AsyncConnection, call: Call, row: Row, asked: Asked) -> None:
    """The F9 by which the practice was told is what it has received."""
    notice = row["more"].get("notice")
    if notice is None:
        raise refusals.wrong_step("What was told of this person is not shown: acknowledge it in the inbox", "status")
    await acknowledge_one(connection, UUID(notice), call.caller.actor, call.clock.now())


async def _confirm_address(connection: AsyncConnection, call: Call, row: Row, asked: Asked) -> None:
    work = await take_in_hand(connection, call.context, row["id"])
    if work is None or FP69.step(work.matter.state, "confirmed") is None:
        raise stale()
    said = Confirm(id=work.matter.id, version=work.matter.version, reason=asked.text or _BY_SYSTEM, seen_on=None)
    if isinstance(done := await confirm(work, said), Impossible):
        raise refusals.wrong_step(done.sentence, "status")
    await work.writes.flush(connection)


async def _gone_away(connection: AsyncConnection, call: Call, row: Row, asked: Asked) -> None:
    if row["nhs_number"] is None or await say_gone_away(connection, call, row["nhs_number"]) != "accepted":
        raise refusals.wrong_step("It is not followed at once: send a deduction request", "status")


_Does = Callable[[AsyncConnection, Call, Row, Asked], Awaitable[None]]
_ACTS: Mapping[Act, _Does] = {
    "read-query": _read_query,
    "receive-message": _receive_message,
    "receive-notice": _receive_notice,
    "confirm-address": _confirm_address,
    "say-gone-away": _gone_away,
}
