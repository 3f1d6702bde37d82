"""Cases with other bodies, and suspicions of fraud: what must always be true."""

from registry.transactions.invariants.invariant import Invariant
from registry.transactions.letters.kinds import Letter

_TO_PEOPLE = ", ".join(f"'{letter.code}'" for letter in Letter if letter.value.to in ("patient", "applicant"))

LIAISON = (
    Invariant(
        "case_and_matter_belong_together",
        "Every case with another body is a matter of its series, every such matter is a case, and the matter itself"
        " names neither a person nor a practice.",
        """
        select coalesce(c.id, m.id) as id, m.kind from liaison_cases c
        full join (select * from matters where kind in ('liaison', 'counter-fraud')) m on m.id = c.id
        where m.kind is distinct from c.series or num_nonnulls(m.patient_id, m.other_patient_id, m.practice_id) > 0
        """,
    ),
    Invariant(
        "sent_evidence_is_what_was_sent",
        "A pack holds as many items as it says, and its digest is that of its items and of the pack before.",
        """
        select k.matter_id, k.number from liaison_packs k
        left join liaison_packs b on b.matter_id = k.matter_id and b.number = k.number - 1
        left join lateral (
          select count(*) as items, string_agg(chr(10) || concat_ws('|', i.number, i.kind, i.ref,
            to_char(i.day, 'YYYY-MM-DD'), coalesce(i.person::text, ''), i.line), '' order by i.number) as lines
          from liaison_items i where i.matter_id = k.matter_id and i.pack = k.number) i on true
        where k.items <> i.items or (k.number > 1) <> (b.number is not null)
          or k.digest <> encode(sha256(convert_to(coalesce(b.digest, '') || coalesce(i.lines, ''), 'UTF8')), 'hex')
        union all
        select i.matter_id, i.pack from liaison_items i
        left join liaison_packs k on k.matter_id = i.matter_id and k.number = i.pack
        where i.pack is not null and k.number is null
        """,
    ),
    Invariant(
        "case_is_about_people_there_are",
        "Whom a piece of evidence is about is of its case, and an open case is about nobody whose record was merged"
        " into another.",
        """
        select i.matter_id, i.number from liaison_items i
        left join liaison_people p on p.matter_id = i.matter_id and p.number = i.person
        where i.person is not null and p.id is null
        union all
        select x.matter_id, x.number from liaison_people x join matters m on m.id = x.matter_id and m.closed_at is null
        join patients p on p.id = x.patient_id and p.merged_into is not null
        """,
    ),
    Invariant(
        "fraud_is_referred_by_two_people",
        "Every pack of a suspicion of fraud was approved by another person than the one who proposed it.",
        """
        select k.matter_id, k.number from liaison_packs k join matters m on m.id = k.matter_id
        where m.kind = 'counter-fraud' and not exists (
          select from matter_events a join lateral (
            select p.by from matter_events p where p.matter_id = a.matter_id and p.event = 'propose'
              and p.version < a.version order by p.version desc limit 1) p on p.by <> a.by
          where a.matter_id = k.matter_id and a.event = 'approve' and a.details ->> 'pack' = k.number::text)
        """,
    ),
    Invariant(
        "restricted_letters_name_nobody",
        "A letter about a suspicion of fraud belongs to one, and names no patient, no practice and no NHS number.",
        """
        select l.id, l.kind from letters l left join matters m on m.id = l.matter_id and m.kind = 'counter-fraud'
        where l.kind in ('FRD-1', 'FRD-2') and (m.id is null or num_nonnulls(l.patient_id, l.practice_id) > 0
          or l.content::text ~ '[^0-9a-f][0-9]{10}[^0-9a-f]')
        """,
    ),
    # A record that another was merged into may have had post while the case was about the other alone.
    Invariant(
        "nothing_is_posted_to_whom_fraud_is_suspected_of",
        "No letter to somebody was handed over while a suspicion of fraud about them was open.",
        f"""
        select l.id, x.matter_id from liaison_people x
        join matters m on m.id = x.matter_id and m.kind = 'counter-fraud'
        join letters l on l.patient_id = x.patient_id and l.kind in ({_TO_PEOPLE})
          and l.state in ('handed-over', 'posted', 'returned')
        join letter_batches b on b.id = l.batch_id
          and b.handed_over_at > x.added_at and (m.closed_at is null or b.handed_over_at < m.closed_at)
        where not exists (select from patients p where p.merged_into = x.patient_id)
        """,
    ),
)
