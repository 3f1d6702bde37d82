"""What must always be true of who said what, and of what the nightly rules find."""

from registry.transactions.invariants.invariant import Invariant
from registry.transactions.rules.precedence import RULINGS
from registry.transactions.rules.provenance import FIELDS, Evidence, Source


def _words(values: object) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))  # pyright: ignore[reportArgumentType, reportUnknownVariableType]


_FIELDS = _words(FIELDS)
_SOURCES = _words(each.value for each in Source)
_EVIDENCE = _words(each.value for each in Evidence)
_RULINGS = _words(each.value for each in RULINGS)
_IDENTITY = _words(("surname", "forenames", "previous_surname", "sex", "date_of_birth"))
_PUT_BACK = "('cancellation', 'reversal', 'merge', 'merge-undo', 'split')"
_COLUMNS = ", ".join(
    f"('{field}', '{column}')"
    for field, columns in FIELDS.items()
    for column in columns
    if column not in ("status", "restricted")
)

# Sealed versions hold no particulars any more, and say nothing.
_STEPS = """
    select v.patient_id, v.version, v.transaction_id, v.facts as before, coalesce(n.facts, to_jsonb(p)) as after,
      t.kind
    from patient_versions v join patients p on p.id = v.patient_id
    left join patient_versions n on n.patient_id = v.patient_id and n.version = v.version + 1
    left join transactions t on t.id = v.transaction_id
    where v.facts ? 'surname' and v.facts ? 'provenance' and (n.facts is null or n.facts ? 'provenance')
"""

PARTICULARS = (
    Invariant(
        "provenance_is_of_fields",
        "What is noted of who said so is of a field that there is, with a source, a day and the evidence; and no day is"
        " after the one on which it was taken down.",
        f"""
        select p.id, e.key as field from patients p cross join lateral jsonb_each(p.provenance) e
        where p.provenance <> '{{}}' and (e.key not in ({_FIELDS})
          or coalesce(e.value ->> 'source' not in ({_SOURCES}), true)
          or coalesce(e.value ->> 'evidence' not in ({_EVIDENCE}), true)
          or coalesce(e.value ->> 'by' = '', true)
          or coalesce((e.value ->> 'effective_on')::date
            > ((e.value ->> 'recorded_at')::timestamptz at time zone 'Europe/London')::date, true))
        """,
    ),
    Invariant(
        "change_says_who_said_so",
        "A field that was changed has a note of who said so, by the transaction that changed it; unless it was put back"
        " to what it was.",
        f"""
        select s.patient_id, s.version, c.field from ({_STEPS}) s
        join (values {_COLUMNS}) c (field, name) on s.before ->> c.name is distinct from s.after ->> c.name
        where coalesce(s.kind, '') not in {_PUT_BACK} and s.after ->> 'status' not in ('superseded', 'invalidated')
          and (s.after -> 'provenance' -> c.field is null
            or s.after -> 'provenance' -> c.field ->> 'transaction_id' is distinct from s.transaction_id::text)
        """,
    ),
    Invariant(
        "ruling_stands",
        "Who somebody is, once a ruling or the National Back Office set it, is changed by another such ruling alone.",
        f"""
        select s.patient_id, s.version, e.key as field from ({_STEPS}) s
        cross join lateral jsonb_each(s.before -> 'provenance') e
        where e.key in ({_IDENTITY}) and e.value ->> 'source' in ({_RULINGS})
          and coalesce(s.kind, '') not in {_PUT_BACK}
          and s.after -> 'provenance' -> e.key is distinct from e.value
          and coalesce(s.after -> 'provenance' -> e.key ->> 'source', '') not in ({_RULINGS})
        """,
    ),
    Invariant(
        "practice_hears_of_particulars",
        "What the office takes of somebody on a list is told to the practice in the same unit of work, and to the"
        " national side unless it said so itself.",
        """
        select t.id from transactions t where t.kind = 'particulars' and t.outcome = 'particulars-taken' and (
          t.command -> 'said' ->> 'source' <> 'national' and not exists (
            select from national_requests r where r.transaction_id = t.id and r.kind = 'update')
          or exists (select from list_memberships m join patients p on p.id = m.patient_id
              where m.patient_id = t.patient_id and m.posted_at < t.posted_at and p.nhs_number is not null
                and not p.restricted
                and m.period @> (t.posted_at at time zone 'Europe/London')::date and upper_inf(m.period)
                and not exists (select from list_movements v join list_movements r on r.reverses = v.id
                  where v.patient_id = m.patient_id and v.from_list = m.list_id
                    and v.recorded_at <= t.posted_at and r.recorded_at >= t.posted_at))
            and not exists (select from practice_messages f where f.transaction_id = t.id and f.kind = 'F1'))
        """,
    ),
    Invariant(
        "quality_case_has_its_finding",
        "An open case of a quality rule is of one finding that stands, and of no other.",
        """
        select a.id from anomalies a left join quality_findings q on q.case_id = a.id
        where a.kind = 'quality' and a.state = 'open'
        group by a.id having count(q.id) <> 1 or bool_or(q.gone_at is not null)
        """,
    ),
)
