"""Changed identities: what must always be true of the records that were closed."""

from registry.transactions.invariants.invariant import Invariant

IDENTITIES: tuple[Invariant, ...] = (
    Invariant(
        "sealed_records_are_blank",
        "A record whose identity was sealed says nothing of anybody, and nobody is found by it.",
        """
        select p.id from patients p where p.status = 'invalidated' and p.apart and (
          p.nhs_number is not null or p.date_of_birth is not null or p.date_of_death is not null
          or p.postcode is not null
          or concat(p.surname, p.first_forename, p.second_forename, p.other_forenames, p.title, p.previous_surname,
            p.place_of_birth, p.residential_institute, p.line_1, p.line_2, p.line_3, p.line_4, p.line_5) <> ''
          or p.version <> 1 or p.provenance <> '{}'
          or exists (select from match_keys k where k.patient_id = p.id)
          or exists (select from patient_numbers n where n.patient_id = p.id)
          or exists (select from patient_former_names n where n.patient_id = p.id)
          or exists (select from patient_former_addresses a where a.patient_id = p.id))
        """,
    ),
    Invariant(
        "nothing_is_open_about_sealed_records",
        "Nobody waits for anything about a record whose identity was sealed: no matter, case, deduction or letter.",
        """
        select p.id from patients p where p.status = 'invalidated' and p.apart and (
          exists (select from matters m where m.closed_at is null and p.id in (m.patient_id, m.other_patient_id))
          or exists (select from anomalies a where a.state = 'open' and a.patient_ids @> array[p.id])
          or exists (select from pending_deductions d where d.patient_id = p.id and d.state = 'pending')
          or exists (select from letters l where l.patient_id = p.id and l.state = 'queued'))
        """,
    ),
)
