"""Breaking the glass: where a protected person is, for whoever has the right and says why.

The one place that shows what is hidden. Domain rules 5.4 (a separate grant, a reason for each access,
a look at who read); fhir-and-nhs-apis b.6 (only in the office, never by a practice's API).
"""

from typing import Any

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.audit.record import record
from registry.database import Writes
from registry.transactions.acts.act import Answer, Done, Impossible, Nothing
from registry.transactions.acts.on_person import person_of
from registry.transactions.assignment.look import candidates_of
from registry.transactions.assignment.machine import APPLICATION
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.in_hand import take_in_hand
from registry.transactions.protected.asked import Candidates, Look
from registry.transactions.protected.keep import keep_opening

_WHERE = text(
    """
    select json_build_object(
      'place_of_birth', p.place_of_birth, 'residential_institute', p.residential_institute,
      'drugs_dispensed', p.drugs_dispensed,
      'address', json_build_object('lines', array[p.line_1, p.line_2, p.line_3, p.line_4, p.line_5],
        'postcode', p.postcode),
      'registration', (
        select json_build_object('practice', r.ods_code, 'practice_name', r.name, 'since', lower(m.period),
          'accepted_on', m.accepted_on, 'gp_code', m.gp_code, 'out_of_area', m.out_of_area)
        from list_memberships m join practices r on r.id = m.list_id where m.patient_id = p.id and upper_inf(m.period)),
      'former_addresses', (
        select json_agg(json_build_object('lines', array[a.line_1, a.line_2, a.line_3, a.line_4, a.line_5],
          'postcode', a.postcode, 'since', lower(a.period), 'until', upper(a.period)) order by upper(a.period), a.id)
        from patient_former_addresses a where a.patient_id = p.id),
      'movements', (
        select json_agg(json_build_object('on', v.effective_on, 'from', f.code, 'to', t.code, 'reason', v.reason)
          order by v.id)
        from list_movements v join lists f on f.id = v.from_list join lists t on t.id = v.to_list
        where v.patient_id = p.id),
      'stays', (
        select json_agg(json_build_object('practice', r.ods_code, 'since', lower(m.period), 'until', upper(m.period),
          'accepted_on', m.accepted_on, 'gp_code', m.gp_code) order by lower(m.period))
        from list_memberships m join practices r on r.id = m.list_id where m.patient_id = p.id),
      'pending_deductions', (
        select json_agg(json_build_object('practice', r.ods_code, 'reason', d.reason, 'due_on', d.due_on))
        from pending_deductions d join practices r on r.id = d.practice_id
        where d.patient_id = p.id and d.state = 'pending'),
      'open_forms', (
        select json_agg(json_build_object('transaction', x.id, 'practice', r.ods_code, 'command', x.command)
          order by x.received_at)
        from transactions x left join practices r on r.id = x.practice_id
        where x.due_at is not null and (x.patient_id = p.id or x.id in (
          select a.transaction_id from anomalies a where a.state = 'open' and a.patient_ids @> array[p.id]))),
      'words', (
        select json_agg(json_build_object('event', w.event, 'at', w.at, 'by', w.by, 'words', w.words) order by w.at)
        from protection_words w where w.patient_id = p.id))::text
    from patients p where p.id = :id
    """
).bindparams(bindparam("id", type_=Uuid))

_LISTS = ("former_addresses", "movements", "stays", "pending_deductions", "open_forms", "words")


async def look(connection: AsyncConnection, context: Context, asked: Look) -> Answer:
    """Where the person is and was, and why they are protected. That it was looked at, and why, is kept first."""
    person = await person_of(connection, asked.nhs_number)
    if isinstance(person, Impossible):
        return person
    if person.status == "invalidated":
        return Impossible("The record is no longer in use; there is nothing behind it to be seen.", "nhs_number")
    if not person.restricted:
        return Impossible("The person is not protected: `registry people show` shows everything.", "nhs_number")
    await _open(connection, context, person, asked.code, asked.reason)
    found: dict[str, Any] = orjson.loads((await connection.execute(_WHERE, {"id": person.id})).scalar_one())
    data = {**found, **{name: found[name] or [] for name in _LISTS}}
    return Done("Your look is kept with its reason, and will be reviewed.", data=data)


async def candidates(connection: AsyncConnection, context: Context, asked: Candidates) -> Answer:
    """The practices for a protected person's application: how near they are tells where the person lives."""
    work = await take_in_hand(connection, context, asked.id)
    if work is None or work.matter.kind != APPLICATION.kind:
        return Nothing(APPLICATION.title.lower())
    if work.person is None or not work.person.restricted:
        return Impossible("The application is of nobody protected: `assignments candidates` shows them.", "id")
    await _open(connection, context, work.person, asked.code, asked.reason)
    return await candidates_of(connection, context, work.matter, work.person)


async def _open(connection: AsyncConnection, context: Context, person: PersonFacts, code: str, reason: str) -> None:
    """The audit names the opening; the words, which may name people, stand with it."""
    writes = Writes()
    opening_id = keep_opening(writes, context, person.id, code, reason)
    record(
        writes,
        context.actor,
        "protected.opened",
        context.now,
        patient_ids=[person.id],
        subject={"opening": opening_id, "code": code},
        request_id=context.request_id,
    )
    await writes.flush(connection)
