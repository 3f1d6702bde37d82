"""Numbers that nobody gets. What follows each other in the register must not be what belongs together.

In a quiet register two movements of the same week would bear neighbouring numbers. So before each of
ours some numbers are drawn and thrown away; and now and then at any other time too, so that a gap
is a sign of nothing. Gaps are nothing new: whatever is rolled back leaves one.
"""

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Integer

from registry.transactions.identities import draw

_SERIES = (
    ("list_movements", "id"),
    ("practice_messages", "id"),
    ("audit_events", "id"),
    ("matter_events", "id"),
    ("letters", "reference"),
    ("practice_events", "id"),
)
_MOST = 7

_DRAW = {
    series: text(
        f"select count(nextval(pg_get_serial_sequence('{series[0]}', '{series[1]}'))) from generate_series(1, :times)"
    ).bindparams(bindparam("times", type_=Integer))
    for series in _SERIES
}


async def leave_gaps(connection: AsyncConnection) -> None:
    """Throw away one to seven numbers of each series."""
    for series in _DRAW.values():
        await connection.execute(series, {"times": 1 + draw.below(_MOST)})


def is_time_for_gaps() -> bool:
    """About once an hour, where the clock strikes every minute."""
    return draw.below(60) == 0
