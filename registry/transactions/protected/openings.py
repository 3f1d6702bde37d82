"""Who is protected, who looked, and what a second person finds of it."""

from datetime import timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, DateTime, Integer, Uuid

from registry.audit.record import record, record_read
from registry.database import Writes
from registry.transactions.acts.act import Answer, Done, Impossible, Nothing
from registry.transactions.context import Context
from registry.transactions.protected.asked import Openings, Protected, Review
from registry.transactions.protected.models import protected_openings
from registry.values.period import start_of_day

MOST_AT_ONCE = 200
_USUAL_DAYS = 90

_COUNT = text("select count(*) from patients where restricted and status <> 'superseded'")

_PROTECTED = text(
    """
    select p.id as patient_id, m.id as matter, m.version, m.state, m.due_at, m.facts ->> 'route' as route,
      m.facts ->> 'on_the_word_of' as on_the_word_of
    from patients p left join matters m on m.patient_id = p.id and m.kind = 'protection' and m.closed_at is null
    where p.restricted and p.status <> 'superseded' and (cast(:after as uuid) is null or p.id > :after)
    order by p.id limit :limit
    """
).bindparams(bindparam("after", type_=Uuid), bindparam("limit", type_=Integer))

_OPENINGS = text(
    """
    select o.id, p.nhs_number, o.patient_id, o.opened_at, o.opened_by, o.code, o.reason, o.reviewed_at, o.reviewed_by,
      o.finding, o.remark
    from protected_openings o join patients p on p.id = o.patient_id
    where (:unreviewed or o.opened_at >= :since) and (not :unreviewed or o.reviewed_at is null)
    order by o.opened_at, o.id limit :limit
    """
).bindparams(
    bindparam("since", type_=DateTime(timezone=True)),
    bindparam("unreviewed", type_=Boolean),
    bindparam("limit", type_=Integer),
)

_ONE = text(
    "select id, patient_id, opened_by, reviewed_at from protected_openings where id = :id for update"
).bindparams(bindparam("id", type_=Uuid))


async def list_protected(connection: AsyncConnection, context: Context, asked: Protected) -> Answer:
    """How many are protected, and which records: ids, and how far their review is. At most 200 at once.

    Those without a matter came protected, by an import, and were never reviewed.
    """
    count = (await connection.execute(_COUNT)).scalar_one()
    rows = (await connection.execute(_PROTECTED, {"after": asked.after, "limit": MOST_AT_ONCE})).mappings()
    found = [dict(row) for row in rows]
    writes = Writes()
    record_read(writes, context.actor, "protected", context.now, [each["patient_id"] for each in found])
    await writes.flush(connection)
    return Done(f"{count} people are protected.", data={"count": count, "people": found})


async def list_openings(connection: AsyncConnection, context: Context, asked: Openings) -> Answer:
    """Who looked at whom and why, the oldest first; at most 200. Where anybody is, is not told."""
    since = asked.since or context.today - timedelta(days=_USUAL_DAYS)
    values = {"since": start_of_day(since), "unreviewed": asked.unreviewed, "limit": MOST_AT_ONCE}
    rows = [dict(row) for row in (await connection.execute(_OPENINGS, values)).mappings()]
    writes = Writes()
    record_read(writes, context.actor, "openings", context.now, {row["patient_id"] for row in rows})
    await writes.flush(connection)
    waiting = sum(row["reviewed_at"] is None for row in rows)
    return Done(f"{len(rows)} looks, {waiting} of which nobody has reviewed.", data=rows)


async def review_opening(connection: AsyncConnection, context: Context, asked: Review) -> Answer:
    """Say whether it was right to look; by somebody else than who did. Once."""
    row = (await connection.execute(_ONE, {"id": asked.id})).one_or_none()
    if row is None:
        return Nothing("opening")
    if row.opened_by == context.actor.name:
        return Impossible("You looked yourself: another person reviews it.")
    if row.reviewed_at is not None:
        return Impossible("It was reviewed already.", "id")
    if asked.finding == "questioned" and not asked.remark:
        return Impossible("Say what there is to question.", "remark")
    writes = Writes()
    writes.update(
        protected_openings,
        row.id,
        reviewed_at=context.now,
        reviewed_by=context.actor.name,
        finding=asked.finding,
        remark=asked.remark or None,
    )
    record(
        writes,
        context.actor,
        "protected.reviewed",
        context.now,
        patient_ids=[row.patient_id],
        subject={"opening": row.id, "finding": asked.finding},
        request_id=context.request_id,
    )
    await writes.flush(connection)
    return Done(f"Reviewed: {asked.finding}.", asked.id)
