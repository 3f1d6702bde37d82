"""What the office may do with letters."""

from datetime import date
from typing import Any

from pydantic import Field
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger

from registry.transactions.acts.act import Act, Answer, Asked, Done, Group, Impossible, Nothing, WrongState
from registry.transactions.context import Context
from registry.transactions.letters.posted import batch_posted
from registry.values.period import london_date

_BATCH = text("select id, handed_over_at, posted_on, letters from letter_batches where id = :id").bindparams(
    bindparam("id", type_=BigInteger)
)


class Posted(Asked):
    """The print room's word."""

    batch: int = Field(description="The batch, as the print room's list and `letters list` number it.", ge=1, lt=2**63)
    on: date = Field(description="The day on which it was posted.", examples=["2026-11-02"])


async def _posted(connection: AsyncConnection, context: Context, what: Posted) -> Answer:
    row: Any = (await connection.execute(_BATCH, {"id": what.batch})).one_or_none()
    if row is None:
        return Nothing("batch of letters")
    if row.posted_on is not None:
        return _known(row.posted_on, what.on)
    handed_over_on = london_date(row.handed_over_at)
    if not handed_over_on <= what.on <= context.today:
        days = f"from {handed_over_on.isoformat()}, when it was handed over, until today"
        return Impossible(f"A batch is posted on a day {days}.", "on")
    if not await batch_posted(connection, context, what.batch, what.on):
        return WrongState("posted", ("handed-over",))
    return Done(f"{row.letters} letters were posted on {what.on.isoformat()}; what begins with it has begun.")


def _known(posted_on: date, on: date) -> Answer:
    """Said twice it is done once; another day than before is refused."""
    if posted_on == on:
        return Done(f"It is known already that it was posted on {on.isoformat()}.")
    return WrongState(f"posted on {posted_on.isoformat()}", ("handed-over",))


LETTERS = Group(
    "letters",
    "Letters: what is to be sent, what was posted, what was not sent and why.",
    (
        Act(
            "letters",
            "posted",
            "The print room says that a batch was posted: the clocks that begin with it begin.",
            Posted,
            _posted,
            example="letters posted 17 --on 2026-11-02",
        ),
    ),
)
