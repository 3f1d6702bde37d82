"""What must always be true of paper."""

from registry.transactions.invariants.invariant import Invariant

PAPER = (
    Invariant(
        "batch_counts_its_forms",
        "A batch has counted as keyed, rejected and returned as many forms as are so.",
        """
        select b.id, b.keyed, b.rejected, b.returned, count(f.id) as forms
        from paper_batches b left join paper_forms f on f.batch_id = b.id
        group by b.id having b.keyed <> count(f.id) filter (where f.state = 'keyed')
          or b.rejected <> count(f.id) filter (where f.state = 'rejected')
          or b.returned <> count(f.id) filter (where f.state = 'returned')
        """,
    ),
    Invariant(
        "every_form_is_a_transaction",
        "A form that was keyed is one transaction from paper of the practice that sent it, and the other way round.",
        """
        select coalesce(t.id, f.transaction_id) as transaction_id, f.id as form_id
        from (select id, practice_id from transactions where source = 'paper') t
        full join (
          select f.id, f.transaction_id, b.practice_id from paper_forms f join paper_batches b on b.id = f.batch_id
          where f.state = 'keyed'
        ) f on f.transaction_id = t.id
        where t.id is null or f.id is null or t.practice_id <> f.practice_id
        """,
    ),
    Invariant(
        "turned_away_form_is_followed",
        "A form that was turned away is waited for, was mended by another, or a person was told that it never came.",
        """
        select f.id from paper_forms f
        left join paper_forms m on m.replaces_id = f.id
        left join anomalies a on a.kind = 'paper-form-unmended' and a.evidence ->> 'form' = f.id::text
        where f.state <> 'keyed' and f.due_at is null and m.id is null and a.id is null
        """,
    ),
)
