"""Notified deductions and the quarter: what must always be true."""

from registry.transactions.invariants.invariant import Invariant

DEDUCTIONS: tuple[Invariant, ...] = (
    Invariant(
        "closed_quarter_counts_stand",
        "A closed quarter's counts are what the movements recorded before it closed add up to.",
        """
        select coalesce(c.ends_on, f.ends_on) as ends_on, coalesce(c.list_id, f.practice_id) as practice_id,
          c.people as by_movements, f.people as frozen
        from (
          select q.ends_on, m.list_id, sum(m.change) as people
          from quarters q join (
            select id, to_list as list_id, effective_on, 1 as change from list_movements
            union all
            select id, from_list, effective_on, -1 from list_movements
          ) m on m.effective_on <= q.ends_on and m.id <= q.last_movement
          where m.list_id in (select id from practices)
          group by q.ends_on, m.list_id
        ) c full join quarter_counts f on f.ends_on = c.ends_on and f.practice_id = c.list_id
        where coalesce(c.people, 0) <> coalesce(f.people, 0)
        """,
    ),
    Invariant(
        "every_notice_line_is_accounted_for",
        "What a file of notices says of its lines is what its lines say, and one that is complete has them all.",
        """
        select f.id from notice_files f left join (
          select file_id, count(*) as lines, max(line) as last_line,
            count(*) filter (where result = 'done') as done, count(*) filter (where result = 'repeated') as repeated,
            count(*) filter (where result = 'referred') as referred,
            count(*) filter (where result = 'refused') as refused
          from notice_lines group by file_id
        ) l on l.file_id = f.id
        where (coalesce(l.done, 0), coalesce(l.repeated, 0), coalesce(l.referred, 0), coalesce(l.refused, 0))
            <> (f.done, f.repeated, f.referred, f.refused)
          or coalesce(l.last_line, 1) <> f.last_line
          or f.completed_at is not null and coalesce(l.lines, 0) <> f.notices
        """,
    ),
    Invariant(
        "done_notice_leaves_a_trace",
        "A line of a file of notices that was done names the transaction or the matter that it made, one that was"
        " refused or repeated names none.",
        """
        select file_id, line from notice_lines
        where (result = 'done') <> (transaction_id is not null or matter_id is not null) and result <> 'referred'
        """,
    ),
    Invariant(
        "formal_deaths_stand",
        "A death on the registrar's word keeps its standing and its date, unless the National Back Office's reference"
        " is on the reversal, or the record was merged into another, or out of it again.",
        """
        select v.patient_id, v.version from patient_versions v
        left join patient_versions n on n.patient_id = v.patient_id and n.version = v.version + 1
        join patients p on p.id = v.patient_id
        where v.facts ->> 'status' = 'formal-dead'
          and (coalesce(n.facts ->> 'status', p.status) <> 'formal-dead'
            or coalesce(n.facts ->> 'date_of_death', p.date_of_death::text)
              is distinct from v.facts ->> 'date_of_death')
          and not exists (select from transactions t where t.id = v.transaction_id and (t.kind = 'reversal'
            and t.command ->> 'nbo_reference' is not null or t.kind in ('merge', 'merge-undo')))
        """,
    ),
)
