"""One person, and everything that the register holds about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.record import record_read
from registry.database import Writes
from registry.transactions.confusions.attributed import belongs_to
from registry.values.actor import Actor
from registry.values.nhs_number import NHSNumber

_HOLDER = text(
    """
    select id from shown_patients where nhs_number = :number
    union all select patient_id from patient_numbers where nhs_number = :number
    limit 1
    """
)

_PERSON = text(
    f"""
    select json_build_object(
      'facts', to_json(p),
      'registration', (
        select json_build_object('practice', r.ods_code, 'practice_name', r.name, 'since', lower(m.period),
          'accepted_on', m.accepted_on, 'posted_at', m.posted_at, 'gp_code', m.gp_code, 'out_of_area', m.out_of_area)
        from shown_memberships m join practices r on r.id = m.list_id
        where m.patient_id = p.id and upper_inf(m.period)),
      'former_numbers', (
        select json_agg(n.nhs_number order by n.since, n.nhs_number) from patient_numbers n where n.patient_id = p.id),
      'former_names', (
        select json_agg(json_build_object('surname', n.surname, 'first_forename', n.first_forename,
          'second_forename', n.second_forename, 'other_forenames', n.other_forenames, 'title', n.title,
          'since', lower(n.period), 'until', upper(n.period)) order by upper(n.period), n.id)
        from shown_former_names n where n.patient_id = p.id),
      'former_addresses', (
        select json_agg(json_build_object('lines', array[a.line_1, a.line_2, a.line_3, a.line_4, a.line_5],
          'postcode', a.postcode, 'since', lower(a.period), 'until', upper(a.period)) order by upper(a.period), a.id)
        from shown_former_addresses a where a.patient_id = p.id),
      'movements', (
        select json_agg(json_build_object('on', v.effective_on, 'from', f.code, 'to', t.code, 'reason', v.reason,
          'recorded_at', v.recorded_at, 'transaction_id', v.transaction_id, 'takes_back', v.reverses is not null)
          order by v.id)
        from shown_movements v join lists f on f.id = v.from_list join lists t on t.id = v.to_list
        where {belongs_to("list_movements", "v", "array[p.id]")}),
      'stays', (
        select json_agg(json_build_object('practice', r.ods_code, 'since', lower(m.period), 'until', upper(m.period),
          'accepted_on', m.accepted_on, 'gp_code', m.gp_code) order by lower(m.period))
        from shown_memberships m join practices r on r.id = m.list_id
        where {belongs_to("list_memberships", "m", "array[p.id]")}),
      'open_transactions', (
        select json_agg(json_build_object('id', x.id, 'kind', x.kind, 'state', x.state, 'outcome', x.outcome,
          'practice', r.ods_code, 'expects', x.expects, 'due_at', x.due_at) order by x.received_at)
        from shown_transactions x left join practices r on r.id = x.practice_id
        where x.patient_id = p.id and x.due_at is not null),
      'open_cases', (
        select json_agg(json_build_object('id', a.id, 'version', a.version, 'kind', a.kind, 'sentence', a.sentence,
          'due_at', a.due_at) order by a.due_at)
        from shown_anomalies a where a.state = 'open' and a.patient_ids @> array[p.id]),
      'open_matters', (
        select json_agg(json_build_object('id', m.id, 'version', m.version, 'kind', m.kind, 'state', m.state,
          'expects', m.expects, 'due_at', m.due_at) order by m.due_at)
        from shown_matters m where m.closed_at is null and m.id in (
            select x.id from shown_matters x where x.patient_id = p.id
            union all select l.matter_id from liaison_people l where l.patient_id = p.id)
          and m.kind not in ('special-allocation', 'violence-notice', 'scheme-appeal', 'counter-fraud')),
      'pending_deductions', (
        select json_agg(json_build_object('practice', r.ods_code, 'reason', d.reason, 'due_on', d.due_on,
          'held_because', d.held_because, 'transaction_id', d.transaction_id) order by d.due_on)
        from shown_pending_deductions d left join practices r on r.id = d.practice_id
        where d.patient_id = p.id and d.state = 'pending'),
      'merged_records', (
        select json_agg(json_build_object('id', a.id, 'name', json_build_object('surname', a.surname,
          'first_forename', a.first_forename, 'second_forename', a.second_forename,
          'other_forenames', a.other_forenames, 'title', a.title), 'sex', a.sex, 'date_of_birth', a.date_of_birth,
          'movements', (
            select json_agg(json_build_object('on', v.effective_on, 'from', f.code, 'to', t.code, 'reason', v.reason,
              'recorded_at', v.recorded_at, 'transaction_id', v.transaction_id,
              'takes_back', v.reverses is not null) order by v.id)
            from shown_movements v join lists f on f.id = v.from_list join lists t on t.id = v.to_list
            where {belongs_to("list_movements", "v", "array[a.id]")}),
          'stays', (
            select json_agg(json_build_object('practice', r.ods_code, 'since', lower(m.period),
              'until', upper(m.period), 'accepted_on', m.accepted_on, 'gp_code', m.gp_code) order by lower(m.period))
            from shown_memberships m join practices r on r.id = m.list_id
            where {belongs_to("list_memberships", "m", "array[a.id]")})) order by a.id)
        from shown_patients a where a.merged_into = p.id))::text
    from shown_patients p where p.id = :id
    """
)

_LISTS = ("former_numbers", "former_names", "former_addresses", "movements", "stays", "merged_records")
_OPEN_WORK = ("open_transactions", "open_cases", "open_matters", "pending_deductions")
"""What the scheme and counter fraud have in hand is shown by their own commands, to whoever works for them."""
_NAME = ("surname", "first_forename", "second_forename", "other_forenames", "title")
_PLAIN = (
    "nhs_number", "id", "version", "status", "previous_surname", "sex", "date_of_birth", "date_of_death",
    "place_of_birth", "restricted", "whereabouts_hidden", "drugs_dispensed", "residential_institute", "created_at",
    "updated_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer, and the people who are seen in it."""

    answer: dict[str, Any]
    patient_ids: tuple[UUID, ...]


async def look_at_person(connection: AsyncConnection, number: NHSNumber) -> Shown | None:
    """The person who has or had a number: facts, former facts, lists, and open work. None for nobody.

    Of somebody whose whereabouts are protected there is neither address nor practice, now or before, and
    `whereabouts_hidden` says so.

    `practice` is the ODS code of the list that they are on, None for no practice's; `list` is
    the list to which their last movement led, which may be one outside every practice. What happened
    under records that were merged into this one is in `merged_records`, where it was recorded.
    """
    patient_id: UUID | None = (await connection.execute(_HOLDER, {"number": number.value})).scalar_one_or_none()
    if patient_id is None:
        return None
    data = orjson.loads((await connection.execute(_PERSON, {"id": patient_id})).scalar_one())
    facts, registration = data["facts"], data["registration"]
    movements = data["movements"] or []
    answer: dict[str, Any] = {name: facts[name] for name in _PLAIN}
    answer |= {
        "superseded_number_asked": number.value if number.value != facts["nhs_number"] else None,
        "name": {part: facts[part] for part in _NAME},
        "address": {"lines": [facts[f"line_{place}"] for place in range(1, 6)], "postcode": facts["postcode"]},
        "practice": registration["practice"] if registration else None,
        "registration": registration,
        "list": movements[-1]["to"] if movements else None,
    }
    answer |= {name: data[name] or [] for name in _LISTS}
    answer["open_work"] = {name: data[name] or [] for name in _OPEN_WORK}
    return Shown(answer, (patient_id, *(UUID(each["id"]) for each in answer["merged_records"])))


async def record_look(
    connection: AsyncConnection, actor: Actor, what: str, at: datetime, shown: Iterable[Shown]
) -> None:
    """Record that somebody was shown these answers, with everybody who is seen in them."""
    writes = Writes()
    record_read(writes, actor, what, at, [patient_id for each in shown for patient_id in each.patient_ids])
    await writes.flush(connection)
