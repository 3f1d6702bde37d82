"""Which practice should take somebody who cannot get on a list? Every practice weighed, every factor said.

Pure: the same facts give the same order and the same words. Distance is one factor of eight;
a practice that would have more than its share stands behind those that would not, whatever
its points.

Sources: domain rules R3 (Contracts Regulations 2015 Sch 3 para 40; 2004 Sch 6 paras 31 to 35).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from registry.transactions.rules import assignment_factors as factors
from registry.transactions.rules.assignment_facts import FACTORS, Applicant, Candidate, Standing, Weights
from registry.transactions.rules.assignment_share import Area, is_over_share


def weigh(applicant: Applicant, standings: Iterable[Standing], weights: Weights, today: date) -> tuple[Candidate, ...]:
    """Every practice, best first; those that cannot be proposed come last.

    Never proposed: a closed list, which is for a panel, and the practice that had the person removed.
    """
    practices = tuple(standings)
    area = Area.of(practices)
    candidates = [_candidate(applicant, each, area, weights, today) for each in practices]
    return tuple(sorted(candidates, key=_order))


def _order(each: Candidate) -> tuple[bool, bool, int, float, str]:
    return not each.proposed, each.over_share, -each.points, each.share_ratio, each.ods_code


def _candidate(applicant: Applicant, each: Standing, area: Area, weights: Weights, today: date) -> Candidate:
    share = area.share(each.list_size, more=1)
    ratio = (each.assigned + 1) / share if share else float(each.assigned + 1)
    over = is_over_share(each.assigned + 1, share, weights.share_limit)
    return Candidate(
        practice_id=each.practice_id,
        ods_code=each.ods_code,
        factors=(
            factors.wishes(applicant, each, weights),
            factors.circumstances(applicant, each, weights),
            factors.distance(applicant, each, weights),
            factors.recent_removals(applicant, weights, today),
            factors.violence(applicant, each, weights),
            factors.earlier_refusal(applicant, each, weights),
            factors.capacity_share(each, share, ratio, over, weights),
            factors.list_state(each),
        ),
        not_proposed_because=_barrier(applicant, each),
        over_share=over,
        share_ratio=ratio,
    )


def _barrier(applicant: Applicant, each: Standing) -> str | None:
    if not each.list_is_open:
        return "its list is closed, which is for a panel to weigh"
    if any(removal.practice_id == each.practice_id for removal in applicant.removals):
        return "it had the person removed from its list"
    return None


def explain(candidates: Sequence[Candidate], chosen: UUID, reason: str | None) -> tuple[str, Mapping[UUID, str]]:
    """The explanation of a choice, every practice with every factor, and the verdict on each practice."""
    verdicts = {each.practice_id: _verdict(candidates, each, chosen, reason) for each in candidates}
    lines = [f"Considered of every practice: {', '.join(FACTORS)}."]
    for place, each in enumerate(candidates, start=1):
        considered = "; ".join(f"{factor.name}: {factor.found} ({factor.points:+d})" for factor in each.factors)
        lines.append(f"{place}. {each.ods_code}, {each.points:+d} points. {considered}. {verdicts[each.practice_id]}")
    return "\n".join(lines), verdicts


def _verdict(candidates: Sequence[Candidate], each: Candidate, chosen: UUID, reason: str | None) -> str:
    first = candidates[0]
    if each.practice_id == chosen:
        return f"Chosen: {reason}" if reason and (each is not first or each.over_share) else "Chosen."
    if each.not_proposed_because is not None:
        return f"Not proposed: {each.not_proposed_because}."
    if each is first:
        return "First by the factors, and not chosen, for the reason given."
    if each.over_share and not first.over_share:
        return "Not chosen: it would have more than its share."
    return "Not chosen: others stand before it by the factors."
