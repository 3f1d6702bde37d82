"""What must always be true of the numbers of events."""

from registry.transactions.invariants.invariant import Invariant

EVENTS = (
    Invariant(
        "events_have_no_gaps",
        "Of a practice's events that are kept every number up to the last one given is there once, of all together and"
        " of each topic.",
        """
        with numbered as (
          select practice_id, '*' as topic, count(*) as many, min(number) as first, max(number) as last
            from practice_events where number is not null group by practice_id
          union all
          select practice_id, topic, count(*), min(topic_number), max(topic_number)
            from practice_events where number is not null group by practice_id, topic)
        select n.practice_id, n.topic, n.many, n.first, n.last, c.last as counted
        from numbered n left join event_counters c using (practice_id, topic)
        where n.many <> n.last - n.first + 1 or c.last is distinct from n.last
        """,
    ),
)
