"""Records that were merged away, and what leads to whom: what must always be true."""

from registry.transactions.invariants.invariant import Invariant

MERGES = (
    Invariant(
        "superseded_stand_for_nothing",
        "A record that was merged away is on no list but that of such records, is found by no key, bears no former"
        " number, and no other record leads to it.",
        """
        select p.id from patients p where p.merged_into is not null and (
          exists (select from list_memberships m where m.patient_id = p.id and upper_inf(m.period))
          or (select l.code from list_movements v join lists l on l.id = v.to_list where v.patient_id = p.id
            order by v.id desc limit 1) is distinct from 'superseded'
          or exists (select from match_keys k where k.patient_id = p.id)
          or exists (select from patient_numbers n where n.patient_id = p.id)
          or exists (select from patients a where a.merged_into = p.id))
        """,
    ),
    Invariant(
        "merged_away_by_one_merge",
        "Each record that was merged away has one standing merge, whose survivor stands or was itself merged into"
        " whoever stands; and no other record has any.",
        """
        select p.id as patient_id, m.id as merge_id from patients p
        full join (select * from merges where state = 'made') m on m.source_id = p.id
        left join patients t on t.id = m.target_id
        where (p.merged_into is not null or m.id is not null)
          and (m.id is null or p.merged_into is distinct from coalesce(t.merged_into, t.id))
        """,
    ),
    Invariant(
        "nothing_waits_for_the_superseded",
        "Nothing that is still to happen names a record that was merged away: no case, matter, removal, transaction,"
        " letter or question; and the number in a message about one, to a practice, leads to a record that stands.",
        """
        with gone as (select id, merged_into from patients where merged_into is not null)
        select 'case' as what, a.id::text from anomalies a join gone g on a.patient_ids @> array[g.id]
          where a.state = 'open'
        union all
        select 'matter', m.id::text from matters m join gone g on g.id in (m.patient_id, m.other_patient_id)
          where m.closed_at is null
        union all
        select 'person of a case', c.id::text from liaison_people c join gone g on g.id = c.patient_id
          join matters m on m.id = c.matter_id where m.closed_at is null
        union all
        select 'removal', d.id::text from pending_deductions d join gone g on g.id = d.patient_id
          where d.state = 'pending'
        union all
        select 'transaction', t.id::text from transactions t join gone g on g.id = t.patient_id
          where t.due_at is not null or t.chase_at is not null
        union all
        select 'ruling', t.id::text from transactions t join gone g
          on t.ruling ->> 'patient_id' = g.id::text or t.ruling -> 'seen' ? g.id::text
          where t.state = 'waiting-for-trace'
        union all
        select 'letter', l.id::text from letters l join gone g on g.id = l.patient_id
          where l.state in ('queued', 'handed-over')
        union all
        select 'question', r.id::text from national_requests r join gone g on g.id = r.patient_id
          where r.state <> 'C'
        union all
        select 'message', m.uuid::text from practice_messages m join gone g on g.id = m.patient_id
          join patients s on s.id = g.merged_into and s.status <> 'invalidated'
          where m.closed_at is null and m.content ? 'number' and not exists (
            select from patient_numbers n where n.nhs_number = m.content ->> 'number'
            union all select from patients s where s.nhs_number = m.content ->> 'number')
        """,
    ),
    Invariant(
        "merges_were_decided_by_two",
        "Every merge rests on an outside case, was proposed by one person and approved by another, and is the end of"
        " the matter about its pair.",
        """
        select m.id from merges m join matters x on x.id = m.matter_id join patients p on p.id = m.target_id
        join patients s on s.id = coalesce(p.merged_into, p.id)
        where m.author = m.approver or x.kind <> 'duplicate' or x.state <> 'merged'
          or s.status <> 'invalidated' and (m.case_reference = '' or m.reason = ''
            or (x.facts ->> 'merge')::uuid is distinct from m.id)
        """,
    ),
    Invariant(
        "undone_merges_left_two",
        "An undone merge's record stands by itself, or was merged away again since.",
        """
        select m.id from merges m join patients p on p.id = m.source_id
        where m.state = 'undone' and p.merged_into is not null
          and not exists (select from merges n where n.source_id = m.source_id and n.state = 'made')
        """,
    ),
)
