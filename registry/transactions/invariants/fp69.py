"""FP69 and returned mail: what must always be true."""

from registry.transactions.invariants.invariant import Invariant

_ENDED_WITH_WORD = "('lifted', 'answered', 'cancelled')"

FP69: tuple[Invariant, ...] = (
    Invariant(
        "fp69_is_of_a_listed_person",
        "An open FP69 is about somebody who is on the list of the practice that was asked.",
        """
        select x.id, x.patient_id from matters x
        left join list_memberships m on m.patient_id = x.patient_id and m.list_id = x.practice_id
          and upper_inf(m.period)
        where x.kind = 'fp69' and x.closed_at is null and m.id is null
        """,
    ),
    Invariant(
        "fp69_was_notified",
        "Every FP69 has its F9 to the practice that was asked, with the last day of its time.",
        """
        select x.id from matters x
        left join practice_messages n on n.uuid = cast(x.facts ->> 'notice' as uuid) and n.kind = 'F9'
          and n.practice_id = x.practice_id and n.patient_id = x.patient_id
          and n.content ->> 'fp69_expiry' = x.facts ->> 'expires_on'
        where x.kind = 'fp69' and n.id is null
        """,
    ),
    Invariant(
        "lifted_fp69_is_told_to_the_holder",
        "An FP69 that was lifted, answered or cancelled has its F10 to the practice that was asked, which held the"
        " person then; no other has one. But where what took the person off that practice's list, and ended the FP69,"
        " was taken back, the taking back has one F10.",
        f"""
        select x.id, x.state from matters x
        left join practice_messages f on f.uuid = cast(x.facts ->> 'withdrawal' as uuid) and f.kind = 'F10'
          and f.practice_id = x.practice_id and f.patient_id = x.patient_id
        where x.kind = 'fp69' and ((x.state in {_ENDED_WITH_WORD}) <> (f.id is not null)
          or f.id is not null
            and not exists (select from list_memberships m where m.patient_id = x.patient_id
              and m.list_id = x.practice_id and upper_inf(m.period))
            and not exists (select from list_movements v where v.patient_id = x.patient_id
              and v.from_list = x.practice_id and v.recorded_at >= x.closed_at))
        union all
        select x.id, x.state from matters x
        join matter_events e on e.matter_id = x.id and e.version = x.version
        join transactions t on t.id = e.transaction_id and t.taken_back_by is not null
        join list_movements r on r.transaction_id = t.taken_back_by and r.patient_id = x.patient_id
          and r.to_list = x.practice_id and r.reverses is not null
        left join practice_messages f on f.transaction_id = t.taken_back_by and f.kind = 'F10'
          and f.practice_id = x.practice_id and f.patient_id = x.patient_id
        where x.kind = 'fp69' and x.state in ('removed', 'overtaken')
        group by x.id, x.state
        having count(f.id) <> 1
        """,
    ),
    Invariant(
        "fp69_notice_comes_first",
        "The F9 of an FP69 stands in the outbox before its F10 and before the F2 of its end.",
        """
        select x.id, later.kind from matters x
        join practice_messages n on n.uuid = cast(x.facts ->> 'notice' as uuid)
        join matter_events e on e.matter_id = x.id and e.version = x.version
        join practice_messages later on later.patient_id = x.patient_id and later.practice_id = x.practice_id
          and (later.uuid = cast(x.facts ->> 'withdrawal' as uuid)
            or later.kind = 'F2' and later.transaction_id = e.transaction_id)
        where x.kind = 'fp69' and x.closed_at is not null and later.id < n.id
        """,
    ),
    # Cases that were shown anew may since concern others; of the rest it is known whom they concerned.
    Invariant(
        "no_fp69_expires_over_unread_mail",
        "Nobody was taken off a list by an FP69's expiry while a case about them was open; the register's own guess"
        " that somebody is there twice left aside.",
        """
        select t.id, a.id as case_id from transactions t
        join (select c.*, unnest(c.patient_ids) as patient_id from anomalies c) a on a.patient_id = t.patient_id
          and a.opened_at < t.posted_at
          and (a.decided_at is null or a.decided_at > t.posted_at)
          and a.version = case a.state when 'open' then 1 else 2 end
        where t.kind = 'expiry' and a.kind <> 'possible-duplicate'
        """,
    ),
    Invariant(
        "no_child_is_removed_by_fp69",
        "No FP69 whose rules keep children has expired for somebody under 18.",
        """
        select x.id from matters x join matter_events e on e.matter_id = x.id and e.event = 'expired'
        where x.kind = 'fp69' and x.facts ->> 'under_18' = 'stay'
          and coalesce(cast(e.details ->> 'age_at_expiry' as integer), 0) < 18
        """,
    ),
    Invariant(
        "no_fp69_acts_before_its_time_is_over",
        "No FP69 has expired on or before the last day of its time, and none says another than its rules give.",
        """
        select x.id from matters x join matter_events e on e.matter_id = x.id and e.event in ('expired', 'stays')
        where x.kind = 'fp69'
          and cast(e.at at time zone 'Europe/London' as date) <= cast(x.facts ->> 'expires_on' as date)
        """,
    ),
    Invariant(
        "returned_letter_is_dealt_with_once",
        "A letter that came back has one scan that says what was done, and no other letter has any.",
        """
        select coalesce(l.id, t.letter_id) as letter_id, t.scans from (
          select id from letters where state = 'returned') l
        full join (
          select cast(command ->> 'letter' as uuid) as letter_id, count(*) as scans from transactions
          where kind = 'returned-mail' and command ? 'letter' group by 1) t on t.letter_id = l.id
        where l.id is null or t.scans is distinct from 1
        """,
    ),
)
