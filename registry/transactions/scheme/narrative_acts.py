"""Reading what is restricted: by those entrusted with the scheme, with a reason, each reading kept.

Domain rules 5.4: a separate grant, with a reason for each access and a monthly look at who read.
"""

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Uuid

from registry.audit.record import record_read
from registry.database import Writes
from registry.security.callers import Permission
from registry.transactions.acts.act import Act, Answer, Done, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.context import Context
from registry.transactions.scheme.asked import ReadNarrative, Reads
from registry.transactions.scheme.keep import keep_note
from registry.values.period import start_of_day

READ = "narrative-read"

_INCIDENTS = text(
    """
    select i.id, case when h.id is null then r.ods_code end as practice, i.ground, i.happened_at, i.noticed_at,
      i.channel, i.notifier, i.incident_number, i.persons_affected, i.patient_told, i.narrative,
      i.confirmed_on, i.recorded_at, i.recorded_by
    from scheme_incidents i join practices r on r.id = i.practice_id left join (select distinct id from hidden_people) h
      on h.id = i.patient_id
    where i.patient_id = :id order by i.recorded_at
    """
).bindparams(bindparam("id", type_=Uuid))

_NOTES = text(
    "select event, at, by, text from scheme_notes where patient_id = :id and event <> 'narrative-read' order by at, id"
).bindparams(bindparam("id", type_=Uuid))

_READS = text(
    "select n.at, n.by, n.text as reason, p.nhs_number from scheme_notes n join patients p on p.id = n.patient_id"
    " where n.event = 'narrative-read' and n.at >= :since order by n.at"
).bindparams(bindparam("since", type_=DateTime(timezone=True)))


async def read_narrative(connection: AsyncConnection, context: Context, asked: ReadNarrative) -> Answer:
    """What is told of a person's incidents, and why things were done. The reading is kept, whatever it finds."""
    person = await person_of(connection, asked.nhs_number)
    if isinstance(person, Impossible):
        return person
    incidents = [dict(row) for row in (await connection.execute(_INCIDENTS, {"id": person.id})).mappings()]
    notes = [dict(row) for row in (await connection.execute(_NOTES, {"id": person.id})).mappings()]
    writes = Writes()
    keep_note(writes, context, READ, asked.reason, patient_id=person.id, matter_id=None)
    subject = {"incidents": [each["id"] for each in incidents]}
    record_read(writes, context.actor, "narrative", context.now, [person.id], subject=subject)
    await writes.flush(connection)
    return Done(f"{len(incidents)} incidents; your reading is kept.", data={"incidents": incidents, "notes": notes})


async def read_reads(connection: AsyncConnection, context: Context, asked: Reads) -> Answer:
    """Who read narratives since a day, and why: for the monthly look at them."""
    rows = (await connection.execute(_READS, {"since": start_of_day(asked.since)})).mappings().all()
    return Done(f"{len(rows)} readings.", data=[dict(row) for row in rows])


NARRATIVE_ACTS = (
    Act(
        "scheme",
        "narrative",
        "Read what happened, with a reason; the reading is kept.",
        ReadNarrative,
        read_narrative,
        'scheme narrative 9990000018 --reason "papers for the panel"',
        Permission.READ_NARRATIVES,
    ),
    Act("scheme", "reads", "Who read narratives, and why.", Reads, read_reads, "scheme reads --since 2025-02-01",
        Permission.READ_NARRATIVES),
)  # fmt: skip
