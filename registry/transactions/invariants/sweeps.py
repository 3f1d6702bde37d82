"""Searches for duplicates and the pairs that they found: what must always be true."""

from registry.transactions.invariants.invariant import Invariant

SWEEPS = (
    Invariant(
        "offered_pairs_have_their_case",
        "Each pair that a sweep has before a person names a case about a pair; and none has two.",
        """
        select m.id from match_pairs m left join anomalies a on a.id = m.case_id and a.kind = 'possible-duplicate'
        where m.state = 'offered' and a.id is null
        union all
        select min(m.id) from match_pairs m where m.state = 'offered' group by m.case_id having count(*) > 1
        """,
    ),
    Invariant(
        "no_pair_names_the_sealed",
        "No pair is kept of a record that stands for nobody any more.",
        """
        select m.id from match_pairs m join patients p on p.id in (m.patient_id, m.other_patient_id)
        where p.status = 'invalidated'
        """,
    ),
)
