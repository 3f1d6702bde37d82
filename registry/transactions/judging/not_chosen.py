"""Whom a clerk was shown with a referred acceptance and did not choose: is it another person than who was chosen?

Whoever is created is another than everybody shown: that is what the clerk said. Whoever is accepted is another than
those of whom the form itself plainly is not. Of the rest the choice says nothing: two records that fit a form alike may
be one person's, and the sweep must be free to ask. It is less than a judgement that somebody made of the pair:
where the pair is worked on, or somebody judged it and that holds, nothing is kept.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.matching.decide import MatchDecision
from registry.matching.judgements.judgement import Door, Verdict, pair_of
from registry.matching.judgements.keep import Judged, judge
from registry.matching.judgements.read import last_judgement
from registry.matching.judgements.rule_out import tells_apart
from registry.transactions.commands import Ruling
from registry.transactions.context import Context
from registry.transactions.facts import Facts
from registry.transactions.judging.compare_pair import said_of_candidate
from registry.transactions.sweep.case import pairs_not_to_offer


async def judge_not_chosen(
    connection: AsyncConnection,
    context: Context,
    facts: Facts,
    match: MatchDecision,
    ruling: Ruling,
    chosen: UUID,
    transaction_id: UUID,
) -> int:
    """Keep of whom the ruling says that they are another than who was chosen; returns how many were kept.

    `match` is what the matcher says of the acceptance: its levels and score are those of the description,
    which is the chosen person's now. Everything that the acceptance changes must have been written.
    """
    shown = _others(facts, match, ruling, chosen)
    if not shown:
        return 0
    known = await pairs_not_to_offer(connection, [chosen])
    kept = 0
    for other in shown:
        if pair_of(chosen, other) in known:
            continue
        last = await last_judgement(connection, chosen, other)
        if last is not None and last.holds and last.verdict is Verdict.SAME:
            continue
        scored = next(each for each in match.scored if each.patient_id == other)
        judged = Judged(
            chosen,
            other,
            Verdict.DIFFERENT,
            ruling.reason,
            Door.ONLINE,
            said_of_candidate(scored, match.model_version, match.normaliser_version),
            transaction_id=transaction_id,
            by=ruling.by,
        )
        await judge(connection, context.actor, context.now, judged)
        kept += 1
    return kept


def _others(facts: Facts, match: MatchDecision, ruling: Ruling, chosen: UUID) -> Sequence[UUID]:
    """Who was shown and is another, best first. Of whoever is kept apart nothing is kept with anybody else."""
    mine = next((each.comparison for each in match.scored if each.patient_id == chosen), None)
    return [
        each.patient_id
        for each in match.scored
        if each.patient_id in ruling.seen
        and each.patient_id != chosen
        and (mine is None or tells_apart(mine, each.comparison))
        and not facts.people[each.patient_id].apart
        and facts.people[each.patient_id].status not in ("superseded", "invalidated")
    ]
