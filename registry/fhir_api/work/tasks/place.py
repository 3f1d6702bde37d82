"""Placing work: a posted Task becomes a command, and is considered in the same unit of work.

It takes the next number of the practice's own series, as what comes by the façade does; what answers it goes to
the one outbox, whoever reads that. So the Task is answered as it was decided.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Date, Text

from registry.fhir import refusals
from registry.fhir_api.call import Call
from registry.fhir_api.work.tasks.read_items import Sender, read_items
from registry.fhir_api.work.tasks.read_task import PlacedTask
from registry.links.to_commands import Arrival, to_command
from registry.practices.store import complete_practices, number_series
from registry.transactions.commands import Origin, RequestDeduction
from registry.transactions.receive import consider
from registry.transactions.rules.deduction_request import OTHER

# The oldest entry is the practice's first doctor.
_SENDER = text(
    """
    select p.id, p.trading_partner_code, p.authority_cipher, coalesce((
      select d.gmc_number || ',' || d.local_code from practice_doctors d
      where d.practice_id = p.id and d.period @> cast(:day as date)
      order by lower(d.period) nulls first, d.local_code limit 1), '') as gp_code
    from practices p where p.ods_code = :code
    """
).bindparams(bindparam("day", type_=Date), bindparam("code", type_=Text))
_HAS_SERIES = text("select to_regclass(:series) is not null").bindparams(bindparam("series", type_=Text))
_NEXT = text("select nextval(cast(:series as regclass))").bindparams(bindparam("series", type_=Text))


@dataclass(frozen=True, slots=True)
class PlacedBy:
    """The practice that places work."""

    id: UUID
    code: str
    sender: Sender


async def placed_by(connection: AsyncConnection, call: Call, code: str, day: date) -> PlacedBy:
    """The practice of an ODS code that the caller may act for.

    Raises RequestError: 400 where no practice has it, 403 where it is not that of the token.
    """
    row = (await connection.execute(_SENDER, {"code": code, "day": day})).one_or_none()
    if call.caller.practice_id is not None and (row is None or row.id != call.caller.practice_id):
        raise refusals.denied("This token acts for another practice than the requester")
    if row is None:
        raise refusals.invalid(code, "requester/identifier/value")
    return PlacedBy(row.id, code, Sender(row.trading_partner_code, row.authority_cipher, row.gp_code))


async def place(connection: AsyncConnection, call: Call, placed: PlacedTask, by: PlacedBy) -> UUID:
    """Have a Task considered; returns the id of its transaction, which is the Task's. Raises RequestError (400)."""
    items = read_items(placed, by.sender, call.context.today)
    now = call.context.now
    arrival = Arrival("fhir", by.id, by.sender.partner_code, await _number(connection, by.id), now, now)
    outcome = await consider(connection, call.context, to_command(items, arrival))
    return outcome.transaction_id


async def say_gone_away(connection: AsyncConnection, call: Call, number: str) -> str:
    """The caller's practice answers an FP69 as it would on the link: by a request that says so. Returns what became
    of the request, which takes the person off its list at once or is to be forgotten."""
    by = await placed_by(connection, call, call.caller.actor.practice_ods or "", call.context.today)
    now, sender = call.context.now, by.sender
    origin = Origin(
        "fhir", by.id, sender.partner_code, sender.authority_cipher, await _number(connection, by.id), now, now,
        sender.gp_code,
    )  # fmt: skip
    command = RequestDeduction(origin, number, OTHER, call.context.today, "GONE AWAY")
    return (await consider(connection, call.context, command)).state


async def _number(connection: AsyncConnection, practice_id: UUID) -> int:
    """The next number of the practice's own series, which is made where an import left it out."""
    series = {"series": number_series(practice_id)}
    if not (await connection.execute(_HAS_SERIES, series)).scalar_one():
        await complete_practices(connection, [practice_id])
    return (await connection.execute(_NEXT, series)).scalar_one()
