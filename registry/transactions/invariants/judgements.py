"""Pairs that are offered, and what people judged of them: what must always be true."""

from registry.transactions.invariants.invariant import Invariant

JUDGEMENTS = (
    Invariant(
        "offered_pairs_stand",
        "An open case about a pair is about two records that both stand for somebody and are not kept apart, and shows"
        " those two.",
        """
        select a.id from anomalies a where a.state = 'open' and a.kind = 'possible-duplicate' and (
          (select count(*) from patients p where p.id = any(a.patient_ids) and p.merged_into is null
            and p.status <> 'invalidated' and not p.apart) <> 2
          or array(select (c ->> 'patient_id')::uuid from jsonb_array_elements(a.evidence -> 'candidates') c)
            <> a.patient_ids)
        """,
    ),
    Invariant(
        "pairs_are_worked_on_once",
        "No open case is about a pair that an open matter is about.",
        """
        select a.id as anomaly_id, m.id as matter_id from anomalies a join matters m on m.kind = 'duplicate'
          and m.closed_at is null and least(m.patient_id, m.other_patient_id) = a.patient_ids[1]
          and greatest(m.patient_id, m.other_patient_id) = a.patient_ids[2]
        where a.state = 'open' and a.kind = 'possible-duplicate'
        """,
    ),
    Invariant(
        "judged_apart_is_not_offered",
        "No open case is about a pair whose last judgement is that they are two people, unless a record has changed"
        " between the judgement and the case.",
        """
        select a.id as anomaly_id, j.id as judgement_id from anomalies a join lateral (
          select * from duplicate_judgements j
          where j.patient_id = a.patient_ids[1] and j.other_patient_id = a.patient_ids[2]
          order by j.judged_at desc, j.id desc limit 1) j on true
        where a.state = 'open' and a.kind = 'possible-duplicate' and j.judgement in ('different', 'household')
          and (j.judged_at > a.opened_at
            or (a.evidence #>> '{candidates,0,version}')::integer = j.version
              and (a.evidence #>> '{candidates,1,version}')::integer = j.other_version)
        """,
    ),
)
"""What keeps a decided pair decided, whoever finds it again."""
