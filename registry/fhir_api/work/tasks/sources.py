"""Where work stands: four kinds of row, each as the same columns, read from the views that leave out what is hidden.

Of every row: its id, `code` and `state` (as `states.STATES` knows them), version, whom it is about, the practice
that placed it and the practice that is asked (None: the office, or hidden), instants, and what its kind tells more.
"""

from collections.abc import Mapping

from registry.fhir_api.work.tasks.codes import Source, code_of
from registry.transactions.confusions.attributed import owner_of

NUMBER_ON_IT = "replace(coalesce(t.command -> 'demographics' ->> 'number', t.command ->> 'number'), ' ', '')"


def _codes(source: Source, column: str) -> str:
    whens = " ".join(f"when '{kind}' then '{code}'" for kind, code in code_of(source).items())
    return f"case {column} {whens} end"


def _kinds(source: Source) -> str:
    return ", ".join(f"'{kind}'" for kind in code_of(source))


# Of notices only the word of a practice that somebody died is work: the others came from other bodies.
# A deduction that waits has a version of its own, and ends its transaction without counting it.
_TRANSACTIONS = f"""
    select t.id, {_codes("transactions", "t.kind")} as code,
      case when t.taken_back_by is not null then 'taken-back'
        when t.state = 'in-queue' and t.outcome = 'possible-match' then 'in-queue/possible-match'
        when t.state = 'pending' then 'pending/' || coalesce(
          d.waits_for, case when d.held_because is not null then 'held' else 'day' end)
        else t.state end as state,
      t.version + coalesce(d.version, 0) + (t.taken_back_by is not null)::integer as version,
      {owner_of("transactions", "t")} as patient_id, {NUMBER_ON_IT} as number_written,
      t.practice_id as placer, null::uuid as asked, t.received_at as opened_at,
      greatest(t.received_at, t.posted_at, d.closed_at, (
        select max(greatest(a.opened_at, a.decided_at)) from shown_anomalies a where a.transaction_id = t.id)
      ) as changed_at,
      t.due_at,
      jsonb_build_object('kind', t.kind, 'outcome', t.outcome, 'sentence', t.sentence, 'command', t.command,
        'operation', t.operation_id, 'earlier', t.earlier_id, 'source', t.source, 'due_on', d.due_on,
        'state', t.state) as more
    from shown_transactions t left join lateral (
      select sum(x.version)::integer as version, max(x.waits_for) filter (where x.state = 'pending') as waits_for,
        max(x.held_because) filter (where x.state = 'pending') as held_because,
        max(x.due_on) filter (where x.state = 'pending') as due_on, max(x.closed_at) as closed_at
      from shown_pending_deductions x where x.transaction_id = t.id) d on true
    where t.kind in ({_kinds("transactions")})
      and (t.kind <> 'notice' or t.command ->> 'by' = 'practice' and t.command ->> 'cause' = 'death')
      and (:scope_all or t.of_practice_id = :scope_practice_id)
"""

_CASES = """
    select a.id, case a.kind when 'possible-duplicate' then 'possible-duplicate' else 'anomaly' end as code, a.state,
      a.version, a.patient_ids[1] as patient_id, null::text as number_written, null::uuid as placer,
      null::uuid as asked, a.opened_at, greatest(a.opened_at, a.decided_at) as changed_at, a.due_at,
      jsonb_build_object('kind', a.kind, 'sentence', a.sentence, 'decision', a.decision,
        'numbers', (
          select jsonb_agg(s.nhs_number order by s.nhs_number) from shown_patients s
          where s.id = any(a.patient_ids))) as more
    from shown_anomalies a where :scope_all
"""

_MATTERS = f"""
    select m.id, {_codes("matters", "m.kind")} as code,
      case when m.kind = 'fp69' and m.state = 'open' and n.closed_at is not null then 'open/received'
        else m.state end as state,
      m.version + (n.closed_at is not null)::integer as version, m.patient_id, null::text as number_written,
      null::uuid as placer, m.practice_id as asked, m.opened_at, greatest(m.opened_at, n.closed_at, (
        select max(e.at) from shown_matter_events e where e.matter_id = m.id)) as changed_at,
      m.due_at,
      jsonb_build_object('kind', m.kind, 'expires_on', m.facts -> 'expires_on',
        'code', case when m.kind = 'fp69' then m.facts -> 'code' end,
        'notice', case when m.kind = 'fp69' then m.facts -> 'notice' end,
        'question', (select q.text from shown_query_messages q where q.matter_id = m.id and q.number = 1)) as more
    from shown_matters m left join lateral (
      select x.closed_at from shown_practice_messages x
      where m.kind = 'fp69' and x.uuid = (case when m.kind = 'fp69' then m.facts ->> 'notice' end)::uuid) n on true
    where m.kind in ({_kinds("matters")}) and (:scope_all or m.of_practice_id = :scope_practice_id)
"""

_MESSAGES = f"""
    select m.uuid as id, 'deduction' as code, case when m.withdrawn_at is not null then 'withdrawn'
        when m.closed_at is not null then 'acknowledged' when m.sent_at is not null then 'sent' else 'waiting' end
        as state,
      1 + (m.sent_at is not null and m.sent_at is distinct from m.closed_at)::integer
        + (m.closed_at is not null)::integer as version,
      {owner_of("practice_messages", "m")} as patient_id, m.content ->> 'number' as number_written,
      null::uuid as placer, m.practice_id as asked,
      m.created_at as opened_at, greatest(m.created_at, m.sent_at, m.closed_at, m.withdrawn_at) as changed_at,
      m.due_at,
      jsonb_build_object('kind', m.kind, 'content', m.content, 'transaction', m.transaction_id) as more
    from shown_practice_messages m where m.kind = 'F2' and (:scope_all or m.of_practice_id = :scope_practice_id)
"""

ARMS: Mapping[Source, str] = {
    "transactions": _TRANSACTIONS,
    "cases": _CASES,
    "matters": _MATTERS,
    "messages": _MESSAGES,
}
"""The rows of each source, within a scope. A condition may follow, on the aliases t, a, m and m."""

ABOUT: Mapping[Source, str] = {
    "transactions": "(t.patient_id = any(:people) or t.id = any(:forms))",
    "cases": "(a.state = 'open' and a.patient_ids && :people or a.state = 'decided' and a.patient_ids && :people)",
    "matters": "(m.patient_id = any(:people) or m.other_patient_id = any(:people))",
    "messages": "m.patient_id = any(:people)",
}
"""Whom a row is about. A form that named a number before there was anybody is found by the number."""

IDS: Mapping[Source, str] = {"transactions": "t.id", "cases": "a.id", "matters": "m.id", "messages": "m.uuid"}
