"""Confusions: what must always be true of people who were taken apart."""

from registry.transactions.invariants.invariant import Invariant

_ROWS = """
  select 'list_movements' as table_name, id::text as row_key from list_movements
  union all select 'transactions', id::text from transactions
  union all select 'practice_messages', id::text from practice_messages
  union all select 'letters', id::text from letters
  union all select 'matters', id::text from matters
"""

_CURRENT = "coalesce((select s.id from patients s where s.id = {0}.merged_into), {0}.id)"
"""The record in use, of one that may have been merged since."""

CONFUSIONS = (
    Invariant(
        "every_attribution_is_of_its_split",
        "What a split gave to somebody is one of its people's, each by their own transaction; nothing is attributed"
        " before its confusion is carried out, and only one attribution of a row counts.",
        """
        select a.id, a.matter_id from attributions a join matters m on m.id = a.matter_id
        left join transactions t on t.id = a.transaction_id
        where (a.transaction_id is not null) <> (m.state = 'split')
          or a.transaction_id is not null
            and (t.kind is distinct from 'split' or t.matter_id <> a.matter_id or t.patient_id <> a.patient_id)
        union all
        select min(id::text)::uuid, min(matter_id::text)::uuid from attributions where is_current
        group by table_name, row_key having count(*) > 1
        """,
    ),
    Invariant(
        "a_split_left_nothing_to_nobody",
        "Everything that was on a shared record when it was taken apart, and is history, belongs to one of the people"
        " by an attribution of that split.",
        """
        select m.id, v.table_name, v.row_key from matters m join (
          select 'list_movements' as table_name, id::text as row_key, patient_id, recorded_at as at, transaction_id
            from list_movements
          union all select 'transactions', id::text, patient_id, posted_at, id from transactions
          union all select 'practice_messages', id::text, patient_id, created_at, transaction_id from practice_messages
        ) v on v.patient_id = m.patient_id and v.at < m.closed_at
        left join transactions t on t.id = v.transaction_id
        left join matters o on o.id = t.matter_id
        where m.kind = 'confusion' and m.state = 'split'
          and coalesce(t.kind, '') not in ('split', 'merge', 'merge-undo')
          and coalesce(o.kind, '') not in ('counter-fraud', 'number-allotment')
          and not exists (select from attributions a
            where a.table_name = v.table_name and a.row_key = v.row_key and a.transaction_id is not null)
        """,
    ),
    Invariant(
        "attributed_rows_are_there",
        "What was given to somebody is in the register: neither the ledger nor what was asked or sent ever goes.",
        f"""
        select a.id, a.table_name from attributions a left join ({_ROWS}) r
          on r.table_name = a.table_name and r.row_key = a.row_key
        where a.is_current and r.row_key is null
          and a.table_name in ('list_movements', 'transactions', 'practice_messages', 'letters', 'matters')
        """,
    ),
    Invariant(
        "the_shared_number_is_kept_by_one",
        "Whoever was to keep the number has it, or had it last, or it leads to the record into which theirs was"
        " merged; unless that record was taken apart again, which ruled about it anew.",
        f"""
        select c.id, c.matter_id from confusion_people c join patients p on p.id = c.patient_id
        join patient_versions v on v.transaction_id = any(
          select o.transaction_id from confusion_people o where o.matter_id = c.matter_id)
        where c.number_ruling = 'keep' and c.transaction_id is not null and p.status <> 'invalidated'
          and not exists (select from patients h where h.nhs_number = v.facts ->> 'nhs_number'
            and h.id = {_CURRENT.format("p")})
          and not exists (select from patient_numbers n where n.nhs_number = v.facts ->> 'nhs_number'
            and n.patient_id = {_CURRENT.format("p")})
          and not exists (select from matters again join matters m on m.id = c.matter_id
            where again.kind = 'confusion' and again.state = 'split' and again.id <> m.id
              and again.patient_id = {_CURRENT.format("p")} and again.closed_at >= m.closed_at)
        """,
    ),
    Invariant(
        "whoever_lacks_a_number_waits_for_one",
        "Whoever came out of a split without a number has one by now, or the national side or a person is at it.",
        """
        select c.id, c.patient_id from confusion_people c join patients p on p.id = c.patient_id
        where c.number_ruling = 'to-be-allotted' and c.transaction_id is not null and p.nhs_number is null
          and p.status not in ('superseded', 'invalidated') and not exists (
            select from matters m where m.patient_id = p.id and m.kind = 'number-allotment' and m.closed_at is null)
        """,
    ),
    Invariant(
        "open_work_follows_its_person",
        "What is still to happen names the person to whom it was given, or the record into which theirs was merged.",
        f"""
        select a.id, a.table_name from attributions a join patients p on p.id = a.patient_id join (
          select 'pending_deductions' as table_name, id::text as row_key, patient_id, state = 'pending' as is_open
            from pending_deductions
          union all select 'transactions', id::text, patient_id, due_at is not null from transactions
          union all select 'matters', id::text, patient_id, closed_at is null from matters
          union all select 'letters', id::text, patient_id, state = 'queued' from letters
        ) r on r.table_name = a.table_name and r.row_key = a.row_key
        where a.is_current and r.is_open and r.patient_id <> {_CURRENT.format("p")}
        """,
    ),
    Invariant(
        "nobody_is_removed_during_a_confusion",
        "No clock took anybody off a list while two people might have shared the record.",
        """
        select t.id, m.id as matter_id from matters m
        join transactions t on t.patient_id = m.patient_id and t.kind = 'expiry'
          and t.posted_at > m.opened_at and t.posted_at < coalesce(m.closed_at, 'infinity')
        where m.kind = 'confusion'
        union all
        select d.id, m.id from matters m join pending_deductions d on d.patient_id = m.patient_id
          and d.state = 'executed' and d.closed_at > m.opened_at and d.closed_at < coalesce(m.closed_at, 'infinity')
        where m.kind = 'confusion'
        """,
    ),
)
