"""Queries to practices: what must always be true."""

from registry.transactions.invariants.invariant import Invariant

QUERIES: tuple[Invariant, ...] = (
    Invariant(
        "query_has_its_question",
        "Every query begins with a question of the office to the practice that it concerns, and whatever was said"
        " belongs to a query.",
        """
        select coalesce(m.id, q.matter_id) as id from (select id, practice_id from matters where kind = 'query') m
        full join (select matter_id, min(number) as first, count(*) as said, max(number) as last,
          count(distinct practice_id) as practices from query_messages group by matter_id) q on q.matter_id = m.id
        where m.id is null or q.matter_id is null or m.practice_id is null or q.first <> 1 or q.said <> q.last
          or q.practices <> 1
        """,
    ),
    Invariant(
        "only_an_answer_closes_a_query",
        "A query that is answered or closed has words of the practice in response to one of its questions; and what"
        " answers a question answers one of the same query.",
        """
        select m.id from matters m where m.kind = 'query' and m.state in ('answered', 'closed')
          and not exists (select from query_messages q where q.matter_id = m.id and q.in_response_to is not null)
        union all
        select a.matter_id from query_messages a join query_messages q on q.id = a.in_response_to
        where q.matter_id <> a.matter_id or not q.from_office or q.number > a.number
        """,
    ),
)
