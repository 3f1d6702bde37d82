"""What fails again and again is put before a person, and taken back when it succeeds.

A clock that strikes, an interchange that is taken on, an update that the national side refuses:
each is tried again without end. Somebody must hear of it.
"""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Text, Uuid

from registry.anomalies.close_case import close_cases
from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.due.chase import open_chaser

CASE = "work-failing"
_SENTENCE = "Something that the register must do fails every time; the log says why. Tell whoever runs it."
_QUIET_AFTER_A_PERSON = timedelta(days=1)
"""For so long a case that a person has closed is not opened again, though the work fails still."""

_NOTE = text(
    """
    insert into failing_work as f (what, item, attempts, first_at, last_at, error)
    values (:what, :item, 1, :now, :now, :error)
    on conflict (what, item) do update set attempts = f.attempts + 1, last_at = :now, error = :error
    returning attempts, case_id,
      (select a.decided_at from anomalies a where a.id = f.case_id and a.state = 'decided') as decided_at
    """
).bindparams(bindparam("now", type_=DateTime(timezone=True)))

_FAILING = text("select item from failing_work where what = :what")

_NAME_CASE = text("update failing_work set case_id = :case where what = :what and item = :item").bindparams(
    bindparam("case", type_=Uuid)
)

_COUNT_ON = text(
    "update anomalies set evidence = evidence || jsonb_build_object('attempts', cast(:attempts as int),"
    " 'error', cast(:error as text)) where id = :case and state = 'open'"
).bindparams(bindparam("case", type_=Uuid))

_MENDED = text("delete from failing_work where what = :what and item = any(:items) returning item, case_id").bindparams(
    bindparam("items", type_=ARRAY(Text))
)


async def note_failing(
    connection: AsyncConnection,
    context: Context,
    what: str,
    item: str,
    error: str,
    often: str = "failing_work_attempts",
) -> int:
    """Count a failure of an act on an item; returns how often it has failed. `error` is a kind, without data.

    When that is often enough (`often` names the policy) a case is opened, one for each item.
    """
    values = {"what": what, "item": item, "error": error, "now": context.now}
    row = (await connection.execute(_NOTE, values)).one()
    if row.attempts < context.policies.on(often, context.today):
        return row.attempts
    seen = row.decided_at
    if row.case_id is not None and (seen is None or context.now < seen + _QUIET_AFTER_A_PERSON):
        await connection.execute(_COUNT_ON, {"case": row.case_id, "attempts": row.attempts, "error": error})
        return row.attempts
    writes = Writes()
    evidence = {"what": what, "item": item, "attempts": row.attempts, "error": error}
    case_id = open_chaser(writes, context, CASE, _SENTENCE, evidence=evidence)
    await writes.flush(connection)
    await connection.execute(_NAME_CASE, {"case": case_id, "what": what, "item": item})
    return row.attempts


async def failing(connection: AsyncConnection, what: str) -> set[str]:
    """The items on which an act has failed and not yet succeeded."""
    return set((await connection.execute(_FAILING, {"what": what})).scalars())


async def note_mended(connection: AsyncConnection, context: Context, what: str, items: Collection[str]) -> None:
    """The act has succeeded on items, or they are no longer to be done: their cases are closed."""
    rows = (await connection.execute(_MENDED, {"what": what, "items": sorted(items)})).all() if items else []
    for row in rows:
        if row.case_id is not None:
            await close_cases(
                connection, CASE, {"what": what, "item": row.item},
                by=context.actor, now=context.now, reason="It has succeeded.",
            )  # fmt: skip
