"""The one door for commands: whatever way a transaction came, it is considered here."""

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions import amend, deduct, register
from registry.transactions.commands import (
    AmendPatient,
    Command,
    RegisterPatient,
    RemovePatient,
    RequestDeduction,
)
from registry.transactions.context import Context
from registry.transactions.outcome import Outcome


async def consider(connection: AsyncConnection, context: Context, command: Command) -> Outcome:
    """Decide a command and write what follows, in the caller's unit of work.

    Every command is decided, waits with a due time, or stands in the queue; none is lost and
    none raises for what it asks.
    """
    match command:
        case RegisterPatient():
            return await register.register(connection, context, command)
        case AmendPatient():
            return await amend.amend(connection, context, command)
        case RemovePatient():
            return await deduct.remove(connection, context, command)
        case RequestDeduction():
            return await deduct.request_deduction(connection, context, command)
