"""Removals that are asked for, and the letters about them: what must always be true."""

from registry.transactions.invariants.invariant import Invariant

REMOVALS = (
    Invariant(
        "nobody_removed_over_unread_mail",
        "When a pending deduction was executed no case about the person was open. Cases that were put together anew"
        " since are left out, for whom they named then is not kept; and so is the register's own guess that somebody"
        " is there twice, which is nobody's word.",
        """
        select d.id, a.id as case_id from pending_deductions d
        join (select c.*, unnest(c.patient_ids) as patient_id from anomalies c) a on a.patient_id = d.patient_id
          and a.opened_at < d.closed_at
          and (a.decided_at is null or a.decided_at > d.closed_at)
          and a.version = case a.state when 'open' then 1 else 2 end
        where d.state = 'executed' and a.kind <> 'possible-duplicate'
        """,
    ),
    Invariant(
        "waiting_removal_has_its_letter",
        "A deduction whose days begin with the posting of a letter names a letter about the person that is queued, or"
        " handed over in a batch of which the print room is asked.",
        """
        select d.id, l.state from pending_deductions d left join letters l on l.id = d.letter_id
        left join letter_batches b on b.id = l.batch_id
        where d.state = 'pending' and d.waits_for = 'letter'
          and (l.id is null or l.patient_id <> d.patient_id
            or l.state <> 'queued' and not (l.state = 'handed-over' and b.due_at is not null))
        """,
    ),
    Invariant(
        "removal_letter_says_the_day",
        "The last letter that announces a pending removal names the day on which it falls due; while that is not known"
        " it names none.",
        """
        select d.id, d.due_on, l.removal_on from pending_deductions d cross join lateral (
          select (l.content ->> 'removal_on')::date as removal_on from letters l
          where l.transaction_id = d.transaction_id and l.kind in ('REM-1', 'REM-2', 'REM-3')
            and l.content ? 'removal_on' order by l.reference desc limit 1) l
        where d.state = 'pending' and l.removal_on is distinct from d.due_on
        """,
    ),
    Invariant(
        "nobody_removed_before_the_law_allows",
        "No pending deduction falls due, and none was executed, before the day that the law sets for it.",
        """
        select id, earliest_on, due_on, closed_at from pending_deductions
        where state = 'pending' and due_on < earliest_on
          or state = 'executed' and (closed_at at time zone 'Europe/London')::date < greatest(earliest_on, due_on)
        """,
    ),
    Invariant(
        "out_of_area_runs_from_posting",
        "The days of somebody out of area are counted from the posting of the letter of advice, where it was posted.",
        """
        select d.id, l.posted_on, d.days, d.earliest_on from pending_deductions d join letters l on l.id = d.letter_id
        where l.kind = 'REM-3' and l.posted_on is not null and d.earliest_on is distinct from l.posted_on + d.days
        """,
    ),
    Invariant(
        "executed_removal_is_told",
        "Whoever was removed at a request, or for an address out of the area, was written to when it was done, or it"
        " is kept why not.",
        """
        select d.id, d.removal from pending_deductions d
        where d.state = 'executed' and d.removal in ('RDR', 'RPR', 'OPA') and not exists (
          select from letters l where l.transaction_id = d.transaction_id and l.kind = 'REM-4')
        """,
    ),
    Invariant(
        "refused_removal_is_told",
        "Whoever asked in writing for a removal that is refused was written to, or it is kept why not.",
        """
        select t.id, t.outcome from transactions t
        where t.kind in ('practice-removal', 'own-removal') and t.state = 'refused' and not exists (
          select from letters l where l.transaction_id = t.id and l.kind in ('REM-6', 'REM-7'))
        """,
    ),
    Invariant(
        "letters_add_up",
        "A batch holds as many letters, and suppressed as many, as its control totals say; and no letter left without"
        " a batch.",
        """
        select b.id, b.letters, b.suppressed, count(l.id) as found from letter_batches b
        left join letters l on l.batch_id = b.id
        group by b.id having b.letters <> count(l.id) filter (where l.state <> 'suppressed')
          or b.suppressed <> count(l.id) filter (where l.state = 'suppressed')
        union all
        select null, null, null, count(*) from letters
        where state in ('handed-over', 'posted', 'returned') and batch_id is null having count(*) > 0
        """,
    ),
)
