"""What must always be true of what is open, of rejections, and of the days that were balanced."""

from registry.transactions.invariants.invariant import Invariant

# Late by the last beat of the clocks, not by the machine's time: at a beat everything that was due has been acted on.
_BEAT = "(select struck_at from monitor_clocks where name = 'due')"

MONITORING = (
    Invariant(
        "everything_open_has_a_next_action",
        "Everything that is not at its end has an owner, an event that is waited for, and an instant.",
        "select kind, what, id, state from open_work where owner is null or expects is null or due_at is null",
    ),
    Invariant(
        "no_registration_is_forgotten",
        "An acceptance that is not at its end waits for an event with an instant, and when that has passed a person was"
        " told: a case has risen, or says that the work fails.",
        f"""
        select t.id, t.state, w.due_at from transactions t
        left join open_work w on w.kind = 'transaction' and w.id = t.id::text
        left join anomalies a on a.transaction_id = t.id and a.state = 'open' and a.priority > 0
        left join failing_work f on f.item = t.id::text
        where t.kind = 'acceptance' and t.state in ('waiting-for-trace', 'in-queue', 'pending')
          and (w.due_at is null or w.owner is null or w.expects is null
            or w.due_at <= {_BEAT} and a.id is null and f.item is null)
        """,
    ),
    Invariant(
        "no_rejection_is_forgotten",
        "A rejected acceptance is waited for, was sent again, or was put before a person.",
        """
        with rejected as materialized (
          select t.id, t.practice_id, t.received_at, t.outcome,
            replace(t.command -> 'demographics' ->> 'number', ' ', '') as number,
            t.command -> 'demographics' ->> 'date_of_birth' as born,
            upper(t.command -> 'demographics' -> 'name' ->> 'first_forename') as forename
          from transactions t
          where t.kind = 'acceptance' and t.state = 'refused' and t.chase_at is null and t.command ? 'demographics'
            and not exists (select from anomalies a where a.transaction_id = t.id
              and a.kind in ('rejection-unmended', 'rejection-unresolved'))),
        later as materialized (
          select t.id, t.practice_id, t.received_at,
            replace(t.command -> 'demographics' ->> 'number', ' ', '') as number,
            t.command -> 'demographics' ->> 'date_of_birth' as born,
            upper(t.command -> 'demographics' -> 'name' ->> 'first_forename') as forename
          from transactions t
          where t.kind = 'acceptance' and t.practice_id in (select practice_id from rejected))
        select r.id, r.practice_id from rejected r
        where not exists (
            select from later n where n.practice_id = r.practice_id and n.number = r.number
              and n.received_at >= r.received_at and n.id > r.id)
          and not exists (
            select from later n where n.practice_id = r.practice_id and n.born = r.born
              and (n.forename = r.forename or r.outcome = 'name-missing')
              and n.received_at >= r.received_at and n.id > r.id)
        """,
    ),
    Invariant(
        "failing_work_is_told",
        "What has failed so often that a person was told has its case.",
        """
        select f.what, f.item from failing_work f left join anomalies a on a.id = f.case_id
        where f.case_id is not null and a.id is null
        """,
    ),
    Invariant(
        "days_follow_each_other",
        "A day opens with what the day before closed with, and its sum of the ledger is that day's, what was corrected,"
        " and the day's movements.",
        """
        select b.day, b.practice_id from daily_balances b
        join daily_balances y on y.practice_id = b.practice_id and y.day = b.day - 1
        where b.opening <> y.closing or b.posted <> y.posted + b.corrected + b.arrived - b.departed
        """,
    ),
    Invariant(
        "day_counts_its_lines",
        "A balanced day has as many lines as practices, and as many that differ as it says.",
        """
        select d.day from balance_days d left join daily_balances b on b.day = d.day
        group by d.day having d.practices <> count(b.practice_id)
          or d.differences <> count(*) filter (where cardinality(b.differences) > 0)
        """,
    ),
)
