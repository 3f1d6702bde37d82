"""What people judged of two records, where somebody is described who resembles both. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from registry.matching.compare import Comparison
from registry.matching.decide import MatchDecision, Outcome, ScoredCandidate, conclude
from registry.matching.guards import Guard
from registry.matching.judgements.judgement import Pair, pair_of
from registry.matching.levels import DateOfBirth, Forename

_OTHER_FORENAME = frozenset({Forename.SAME_INITIAL, Forename.DIFFERENT})
_OTHER_BIRTHDAY = frozenset({DateOfBirth.SAME_YEAR, DateOfBirth.GENERATION, DateOfBirth.DIFFERENT})
"""Too far apart for a slip of the pen."""


def with_judgements(decision: MatchDecision, apart: Collection[Pair]) -> MatchDecision:
    """A decision about somebody described, in the light of which records people hold to be two people. Pure.

    That two records are two people does not say whose the description is. If both fit it nearly as
    well it may be either's, and the lead that was asked for is what keeps a twin out of the other's
    record: so a judgement alone changes nothing. But there are two reasons to stop at a near runner-up:
    the description may be the runner-up's, or the two records may be one person's. Where the description
    itself says that it is not the runner-up's (it bears exactly the best's forename or date of birth, and one
    that is no slip of the runner-up's), the second reason alone was left, and a person has answered it. Then
    the lead is measured to whoever comes next.

    Nothing else is touched: only what stopped for the lead is looked at; the best stays the best, with its score;
    no other guard falls; nobody is matched whom the scores had not put first.
    """
    best = decision.best
    if decision.guard is not Guard.LEAD or best is None:
        return decision
    others = decision.scored[1:]
    ruled_out = [each for each in others if _is_another(best, each, apart)]
    if not ruled_out:
        return decision
    again = conclude(tuple(each for each in decision.scored if each not in ruled_out))
    if again.outcome is not Outcome.CERTAIN or again.best is not best:
        return decision
    known = tuple(each.patient_id for each in ruled_out)
    return replace(decision, outcome=Outcome.CERTAIN, lead=again.lead, guard=None, ruled_out=known)


def _is_another(best: ScoredCandidate, each: ScoredCandidate, apart: Collection[Pair]) -> bool:
    return pair_of(best.patient_id, each.patient_id) in apart and tells_apart(best.comparison, each.comparison)


def tells_apart(mine: Comparison, theirs: Comparison) -> bool:
    """Whether a description has exactly the forename or date of birth of one, where it plainly has not the other's."""
    forename = mine.forename is Forename.EQUAL and theirs.forename in _OTHER_FORENAME
    birthday = mine.date_of_birth is DateOfBirth.EQUAL and theirs.date_of_birth in _OTHER_BIRTHDAY
    return forename or birthday


def worth_asking(decision: MatchDecision) -> Sequence[UUID]:
    """Of whom judgements can make a difference to a decision; nobody, for nearly every decision."""
    return [each.patient_id for each in decision.scored] if decision.guard is Guard.LEAD else ()
