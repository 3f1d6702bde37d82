"""Numbers of interchanges and messages: those we give, and those we are sent.

Each pair of sender and recipient has its own series, 1 to 99,999,999 and then 1 again;
registrations and receipts draw from the same one. Source: GP Links adaptor, sequences.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Integer

LAST = 99_999_999
"""After this number comes 1, never 0."""
WIDEST_GAP = 1_000
"""A wider step is a series that was set anew: its first missing number is noted, not millions."""

_DRAW = text(
    """
    insert into link_sequences as s (sender, recipient, interchange, message)
    values (:sender, :recipient, 1, :messages)
    on conflict (sender, recipient) do update
      set interchange = s.interchange % :last + 1, message = (s.message + :messages - 1) % :last + 1
    returning interchange, message
    """
).bindparams(bindparam("messages", type_=Integer), bindparam("last", type_=Integer))

_TAKE_TURN = text("select pg_advisory_xact_lock(hashtextextended(:series, 0))")

_HIGHEST = text("select interchange from link_sequences where sender = :sender and recipient = :recipient")

_SET_HIGHEST = text(
    """
    insert into link_sequences (sender, recipient, interchange) values (:sender, :recipient, :number)
    on conflict (sender, recipient) do update set interchange = :number
    """
).bindparams(bindparam("number", type_=Integer))

_NOTE_GAPS = text(
    "insert into link_gaps (sender, recipient, sequence, noticed_at)"
    " select :sender, :recipient, number, :now from unnest(:numbers) number on conflict do nothing"
).bindparams(bindparam("now", type_=DateTime(timezone=True)), bindparam("numbers", type_=ARRAY(Integer)))

_FILL_GAP = text(
    "update link_gaps set filled_at = :now where sender = :sender and recipient = :recipient"
    " and sequence = :number and filled_at is null"
).bindparams(bindparam("now", type_=DateTime(timezone=True)), bindparam("number", type_=Integer))


@dataclass(frozen=True, slots=True)
class Drawn:
    """Numbers of ours: the interchange's, and one for each of its messages."""

    interchange: int
    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What a received number means for its series. `missing` are the numbers that it skipped."""

    highest: int
    missing: tuple[int, ...] = ()
    is_late: bool = False
    """It is below the highest: a filler of a gap, or a number used again."""
    skipped: int = 0
    """How many numbers it skipped; more than are listed where the series was set anew."""


def step(highest: int | None, number: int) -> Step:
    """The next state of a series whose highest number so far is known. The first number begins it.

    Forwards is the shorter way around the circle of numbers, so 3 after 99,999,998 skips two.
    """
    if highest is None:
        return Step(number)
    forwards = (number - highest) % LAST
    if forwards == 0 or forwards > LAST // 2:
        return Step(highest, is_late=True)
    skipped = forwards - 1
    listed = skipped if skipped <= WIDEST_GAP else 1
    return Step(number, tuple((highest + place) % LAST + 1 for place in range(listed)), skipped=skipped)


async def draw(connection: AsyncConnection, sender: str, recipient: str, messages: int) -> Drawn:
    """The next numbers of a series of ours. Others who draw from it wait until the unit of work ends."""
    values = {"sender": sender, "recipient": recipient, "messages": messages, "last": LAST}
    row = (await connection.execute(_DRAW, values)).one()
    numbers = tuple((row.message - messages + place) % LAST + 1 for place in range(messages))
    return Drawn(row.interchange, numbers)


async def take_turn(connection: AsyncConnection, sender: str, recipient: str) -> None:
    """Let nobody else store an interchange of a series until the unit of work ends."""
    await connection.execute(_TAKE_TURN, {"series": f"interchange|{sender}|{recipient}"})


async def note_received(
    connection: AsyncConnection, sender: str, recipient: str, number: int, now: datetime
) -> tuple[str, ...]:
    """Take a received number into its series; the caller has the turn. Returns what is to be told about it."""
    if not 1 <= number <= LAST:
        return ("the interchange number is outside 1 to 99,999,999 and counts in no series",)
    series = {"sender": sender, "recipient": recipient}
    stepped = step((await connection.execute(_HIGHEST, series)).scalar_one_or_none(), number)
    if stepped.is_late:
        filled = await connection.execute(_FILL_GAP, {**series, "number": number, "now": now})
        return (
            () if filled.rowcount else (f"the interchange number is not above {stepped.highest}, the highest so far",)
        )
    await connection.execute(_SET_HIGHEST, {**series, "number": stepped.highest})
    if not stepped.missing:
        return ()
    await connection.execute(_NOTE_GAPS, {**series, "numbers": list(stepped.missing), "now": now})
    return (f"{stepped.skipped} interchanges are missing, from {stepped.missing[0]}",)
