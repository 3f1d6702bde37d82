"""What must always be true of lists, transactions, people and messages."""

from registry.transactions.invariants.invariant import Invariant
from registry.transactions.letters.kinds import Letter

_ANSWERS_TO_PAPER = f"'{Letter.FORM_TAKEN.code}', '{Letter.FORM_REFUSED.code}'"
_TO_PRACTICES = ", ".join(f"'{each.code}'" for each in Letter if each.value.to == "practice")

CORE = (
    Invariant(
        "ledger_balances",
        "For every practice and every day, opening plus in minus out is closing: the day's movements change the list"
        " by as many as its memberships do.",
        """
        select list_id, day, sum(change) as difference from (
          select to_list as list_id, effective_on as day, 1 as change from list_movements
            where to_list in (select id from practices)
          union all
          select from_list, effective_on, -1 from list_movements where from_list in (select id from practices)
          union all
          select list_id, lower(period), -1 from list_memberships
          union all
          select list_id, upper(period), 1 from list_memberships where not upper_inf(period)
        ) changes group by list_id, day having sum(change) <> 0
        """,
    ),
    Invariant(
        "stays_follow_movements",
        "Each person's stays on a practice's list begin and end on the days of that person's movements.",
        """
        select patient_id, list_id, day, sum(change) as difference from (
          select patient_id, to_list as list_id, effective_on as day, 1 as change from list_movements
          union all
          select patient_id, from_list, effective_on, -1 from list_movements
          union all
          select patient_id, list_id, lower(period), -1 from list_memberships
          union all
          select patient_id, list_id, upper(period), 1 from list_memberships where not upper_inf(period)
        ) changes where list_id in (select id from practices)
        group by patient_id, list_id, day having sum(change) <> 0
        """,
    ),
    Invariant(
        "movements_join_up",
        "Each movement of a person starts from the list where the one before ended; and of those that were not taken"
        " back, none counts from an earlier day than the one before.",
        """
        select id, patient_id from (
          select id, patient_id, from_list, lag(to_list) over each as came_to
          from list_movements window each as (partition by patient_id order by id)
        ) m where came_to <> from_list
        union all
        select id, patient_id from (
          select v.id, v.patient_id, v.effective_on, lag(v.effective_on) over each as came_on
          from list_movements v left join list_movements r on r.reverses = v.id
          where v.reverses is null and r.id is null
          window each as (partition by v.patient_id order by v.id)
        ) m where came_on > effective_on
        """,
    ),
    Invariant(
        "membership_is_last_movement",
        "A person is on the practice's list to which their last movement led, and on no other.",
        """
        select coalesce(m.patient_id, v.patient_id) as patient_id
        from (select * from list_memberships where upper_inf(period)) m
        full join (
          select distinct on (patient_id) patient_id, to_list from list_movements order by patient_id, id desc
        ) v on v.patient_id = m.patient_id
        where (m.list_id is not null or v.to_list in (select id from practices))
          and m.list_id is distinct from v.to_list
        """,
    ),
    Invariant(
        "dead_are_on_no_list",
        "Nobody recorded as dead is on a practice's list.",
        """
        select p.id from patients p join list_memberships m on m.patient_id = p.id and upper_inf(m.period)
        where p.status in ('informal-dead', 'formal-dead')
        """,
    ),
    Invariant(
        "every_acceptance_is_answered_once",
        "An acceptance that is decided has exactly one answer, F4 or F3, or by post where it came on paper; one that is"
        " not decided has none.",
        f"""
        select t.id, t.state, count(answer.transaction_id) as answers
        from transactions t left join (
          select transaction_id, false as by_post from practice_messages where kind in ('F3', 'F4')
          union all
          select transaction_id, true from letters where kind in ({_ANSWERS_TO_PAPER})
        ) answer on answer.transaction_id = t.id
        where t.kind = 'acceptance'
        group by t.id, t.state
        having count(answer.transaction_id) <> case when t.state in ('accepted', 'refused') then 1 else 0 end
          or bool_or(answer.by_post <> (t.source = 'paper'))
        """,
    ),
    Invariant(
        "queued_transaction_has_case",
        "A transaction in the queue has one open case, and an open case's transaction is not at its end.",
        """
        select t.id, t.state, count(a.id) as cases
        from transactions t left join anomalies a on a.transaction_id = t.id and a.state = 'open'
          and a.kind not in ('rejection-unmended', 'rejection-unresolved')
        group by t.id, t.state
        having count(a.id) <> case when t.state = 'in-queue' then 1 else 0 end
        """,
    ),
    Invariant(
        "waiting_transaction_has_question",
        "A transaction that waits for the national side has one open question there; no other has any.",
        """
        select t.id, t.state, count(r.id) as questions from transactions t
        left join national_requests r on r.transaction_id = t.id and r.state <> 'C'
          and r.kind not in ('update', 'announce')
        group by t.id having count(r.id) <> case when t.state = 'waiting-for-trace' then 1 else 0 end
        """,
    ),
    Invariant(
        "pending_transaction_has_deduction",
        "A pending transaction has one pending deduction, and the other way round.",
        """
        select coalesce(t.id, d.transaction_id) as transaction_id
        from (select id from transactions where state = 'pending') t
        full join (select transaction_id from pending_deductions where state = 'pending') d
          on d.transaction_id = t.id
        where t.id is null or d.transaction_id is null
        """,
    ),
    Invariant(
        "pending_deduction_is_of_holder",
        "A deduction is pending only with the practice that holds the person.",
        """
        select d.id, d.patient_id from pending_deductions d
        left join list_memberships m on m.patient_id = d.patient_id and m.list_id = d.practice_id
          and upper_inf(m.period)
        where d.state = 'pending' and m.id is null
        """,
    ),
    Invariant(
        "transaction_moves_as_it_says",
        "An acceptance that registered or created somebody made one movement, to its practice; a transaction that is"
        " not accepted made none, and none makes two.",
        """
        select t.id, t.kind, t.state, t.outcome, count(v.id) as movements
        from transactions t left join list_movements v on v.transaction_id = t.id
        group by t.id
        having count(v.id) > case when t.state = 'accepted' then 1 else 0 end
          or t.kind = 'acceptance' and t.outcome in ('registered', 'created')
            and count(v.id) filter (where v.to_list = t.practice_id and v.patient_id = t.patient_id) <> 1
        """,
    ),
    Invariant(
        "accepted_transaction_names_the_person",
        "A transaction that was accepted or waits for its day says whom it was about.",
        "select id, kind from transactions where state in ('accepted', 'pending') and patient_id is null",
    ),
    Invariant(
        "refused_request_is_answered",
        "A deduction request that is refused has one F11.",
        """
        select t.id, count(m.id) as answers
        from transactions t left join practice_messages m on m.transaction_id = t.id and m.kind = 'F11'
        where t.kind = 'deduction-request' and t.state = 'refused'
        group by t.id having count(m.id) <> 1
        """,
    ),
    Invariant(
        "holder_was_not_told_otherwise",
        "The practice that holds a person was not last told of that person that they have left; where the office put"
        " them on its list, a letter told it so.",
        f"""
        select h.patient_id, h.list_id from list_memberships h join (
          select distinct on (practice_id, patient_id) practice_id, patient_id, kind from practice_messages
          where kind in ('F2', 'F4') and withdrawn_at is null order by practice_id, patient_id, id desc
        ) told on told.practice_id = h.list_id and told.patient_id = h.patient_id
        where upper_inf(h.period) and told.kind = 'F2' and not exists (
          select from letters l where l.practice_id = h.list_id and l.patient_id = h.patient_id
            and l.kind in ({_TO_PRACTICES}) and l.transaction_id = (
              select v.transaction_id from list_movements v where v.patient_id = h.patient_id
              order by v.id desc limit 1))
        """,
    ),
    Invariant(
        "former_practice_is_told",
        "Whoever is taken off a practice's list by a transaction, that practice is sent one F2 for it, or where the"
        " person stays under another number one F1 with it; unless it was never told that they had come, because the"
        " approval was withdrawn in time.",
        """
        select v.id, count(m.id) as told
        from list_movements v left join practice_messages m on m.transaction_id = v.transaction_id
          and m.practice_id = v.from_list and m.patient_id = v.patient_id
          and (m.kind = 'F2' or m.kind = 'F1' and v.removal = 'LDN' and m.content ? 'new_number')
        where v.transaction_id is not null and v.from_list in (select id from practices)
        group by v.id having count(m.id) <> case when exists (
          select from list_movements came join practice_messages f4 on f4.transaction_id = came.transaction_id
            and f4.practice_id = came.to_list and f4.kind = 'F4' and f4.withdrawn_at is not null
          where came.id = v.reverses) then 0 else 1 end
        """,
    ),
    Invariant(
        "number_is_in_use_or_superseded",
        "No NHS number is one person's present number and superseded at once.",
        "select n.patient_id from patient_numbers n join patients p on p.nhs_number = n.nhs_number",
    ),
    Invariant(
        "every_version_is_kept",
        "A person at version N has N - 1 former versions.",
        """
        select p.id, p.version, count(v.version) as kept
        from patients p left join patient_versions v on v.patient_id = p.id
        group by p.id, p.version having count(v.version) <> p.version - 1
        """,
    ),
    Invariant(
        "everybody_can_be_found",
        "Everybody has one present key by which they are found, saying what their row says; but a record that stands"
        " for nobody any more may have none.",
        """
        select p.id from patients p left join match_keys k on k.patient_id = p.id and k.is_current
        group by p.id having (count(k.id) <> 1 or max(k.nhs_number) is distinct from p.nhs_number)
          and not (p.status in ('invalidated', 'superseded') and p.nhs_number is null and count(k.id) = 0)
        """,
    ),
    Invariant(
        "every_state_is_audited",
        "The state in which a transaction is has an audit event that says who brought it there.",
        """
        select t.id, t.state from transactions t where not exists (
          select from audit_events e where e.transaction_id = t.id and e.action = 'transaction.' || t.state)
        """,
    ),
    Invariant(
        "messages_have_no_gaps",
        "The messages delivered to a practice are numbered from 1 without a gap.",
        """
        select practice_id from practice_messages where position is not null
        group by practice_id having max(position) <> count(*)
        """,
    ),
)
