"""The special allocation scheme: what must always be true."""

from registry.transactions.confusions.attributed import owner_of
from registry.transactions.invariants.invariant import Invariant

_OPEN = "m.kind = 'special-allocation' and m.closed_at is null"
_IS_SCHEME = "exists (select from scheme_practices s where s.practice_id = l.list_id and upper_inf(s.period))"


def _whose(table: str, alias: str) -> str:
    """The record in use of whom a row belongs to: it may have been given to another, or merged, since."""
    return f"(select coalesce(p.merged_into, p.id) from patients p where p.id = {owner_of(table, alias)})"


_SEEN_BY_MANY = {
    "matters": ("m.patient_id", "m.facts::text", "matters m"),
    "matter_events": (
        "m.patient_id",
        "concat_ws(' ', e.reason, e.details::text)",
        "matters m join matter_events e on e.matter_id = m.id",
    ),
    "letters": ("l.patient_id", "l.content::text", "letters l"),
    "practice_messages": ("p.patient_id", "p.content::text", "practice_messages p"),
    "transactions": ("t.patient_id", "concat_ws(' ', t.command::text, t.sentence)", "transactions t"),
    "anomalies": (
        "c.id",
        "concat_ws(' ', a.sentence, a.evidence::text, a.decision_reason)",
        "anomalies a cross join unnest(a.patient_ids) c (id)",
    ),
}
"""Who a row is about, its text, and where from: each is read once, for the few people of whom something is told."""

_LEAKS = " union all ".join(
    f"select '{table}' as found_in, w.id as patient_id, w.words, {words} as seen"
    f" from {rows} join told w on w.id = {who}"
    for table, (who, words, rows) in _SEEN_BY_MANY.items()
)

SCHEME = (
    Invariant(
        "scheme_has_a_place_or_a_clock",
        "Whoever is on the scheme and alive is on the list of one of its practices; or waits for a place, or is away,"
        " with a clock.",
        f"""
        select m.id, m.state from matters m join patients p on p.id = m.patient_id
        left join list_memberships l on l.patient_id = m.patient_id and upper_inf(l.period)
        where {_OPEN} and p.status = 'live' and (
          m.state in ('active', 'review-due') and (l.id is null or not {_IS_SCHEME})
          or m.state = 'suspended' and l.id is not null and {_IS_SCHEME}
          or m.state not in ('active', 'review-due') and m.due_at is null)
        """,
    ),
    Invariant(
        "scheme_is_on_no_ordinary_list",
        "Nobody on the scheme is on the list of a practice that is neither the scheme's nor a secure setting.",
        f"""
        select m.id, m.state, l.list_id from matters m
        join list_memberships l on l.patient_id = m.patient_id and upper_inf(l.period)
        join practices r on r.id = l.list_id
        where {_OPEN} and not r.secure and not {_IS_SCHEME}
        """,
    ),
    Invariant(
        "scheme_review_is_not_put_off",
        "A place that is not called for review has its review within 366 days of the last one, or of the allocation.",
        f"""
        select m.id from matters m where {_OPEN} and m.state = 'active' and (
          m.facts ->> 'review_on' is null
          or m.due_at > (m.facts ->> 'review_on')::timestamp at time zone 'Europe/London'
          or (m.facts ->> 'review_on')::date
            > coalesce(m.facts ->> 'reviewed_on', m.facts ->> 'first_placed_on', m.trigger_on::text)::date + 366)
        """,
    ),
    Invariant(
        "immediate_removal_acts_with_the_notice",
        "A removal for violence acts at the instant of the notice or of its approval, or at the movement before it"
        " where that was later.",
        """
        select v.id, t.id as transaction_id from transactions t
        join list_movements v on v.transaction_id = t.id
        left join lateral (select b.effective_at from list_movements b
          where b.patient_id = v.patient_id and b.id < v.id order by b.id desc limit 1) before on true
        where t.kind = 'immediate-removal' and v.effective_at
          is distinct from greatest((t.command ->> 'acts_at')::timestamptz, before.effective_at)
        """,
    ),
    Invariant(
        "immediate_removal_has_its_place",
        "A removal for violence opened a place on the scheme, and is of an incident that is kept.",
        f"""
        select t.id from transactions t
        left join matters m on m.id = t.matter_id and m.kind = 'special-allocation'
          and {_whose("matters", "m")} = {_whose("transactions", "t")}
        left join scheme_incidents i on i.id = (t.command ->> 'incident')::uuid
          and {_whose("scheme_incidents", "i")} = {_whose("transactions", "t")}
        where t.kind = 'immediate-removal' and t.state = 'accepted' and (i.id is null or m.id is null and not exists (
          select from merges u join matters k on k.id = t.matter_id and k.patient_id = u.target_id
          where u.source_id = t.patient_id and u.state = 'undone'))
        """,
    ),
    Invariant(
        "spoken_notice_is_confirmed_or_followed_up",
        "A notice by word of mouth that led to a removal is confirmed in writing, or a matter follows it up or says"
        " that it was given up.",
        """
        select i.id from scheme_incidents i
        join transactions t on t.kind = 'immediate-removal' and (t.command ->> 'incident')::uuid = i.id
        where i.confirmed_on is null and not exists (select from matters m where m.kind = 'violence-notice'
          and (m.facts ->> 'incident')::uuid = i.id
          and (m.closed_at is null or m.state in ('left-unconfirmed', 'taken-back')))
        """,
    ),
    Invariant(
        "narratives_stay_where_they_are",
        "What is told of incidents, and the words typed on the scheme, stand in no matter, letter, message,"
        " transaction, case or audit event.",
        f"""
        with told as (
          select patient_id as id, array_agg(words) as words from (
            select patient_id, trim(both '"' from to_json(narrative)::text) as words from scheme_incidents
            union all select patient_id, trim(both '"' from to_json(text)::text) from scheme_notes) w
          where length(words) > 12 group by patient_id)
        select found_in, patient_id from ({_LEAKS}
          union all select 'audit_events', w.id, w.words, e.subject::text
            from told w join audit_events e on e.patient_ids @> array[w.id]) s
        where exists (select from unnest(s.words) u where strpos(s.seen, u) > 0)
        """,
    ),
)
