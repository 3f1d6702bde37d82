"""A candidate and a comparison as data for a page: score, probability, grade and waterfall."""

from collections.abc import Mapping
from typing import Any

from registry.matching.decide import CERTAIN_FROM, MatchDecision, Outcome, ScoredCandidate
from registry.matching.explain import waterfall

GRADES: Mapping[str, str] = {
    "certain": "this person, without anybody looking",
    "probable": "scores as high, but something asks for a person's eye",
    "possible": "worth a look",
}
"""The grades of FHIR's match-grade that are given; whoever certainly is not meant is not shown."""


def probability(score: float) -> float:
    """The chance that belongs to log2 odds; never quite 0 or 1, because no score is."""
    bounded = max(-30.0, min(score, 30.0))
    return 1 / (1 + 2.0**-bounded)


def grade(scored: ScoredCandidate, decision: MatchDecision) -> str:
    """One of `GRADES`."""
    if decision.outcome is Outcome.CERTAIN and scored is decision.best:
        return "certain"
    return "probable" if scored.score >= CERTAIN_FROM else "possible"


def shown_score(scored: ScoredCandidate, decision: MatchDecision) -> dict[str, Any]:
    """Score (log2 odds), probability, grade, guard and waterfall; levels and weights, no values."""
    told = decision.guard if scored is decision.best else None
    return {
        "score": round(scored.score, 3),
        "probability": round(probability(scored.score), 9),
        "grade": grade(scored, decision),
        "guard": scored.guard.value if scored.guard else None,
        "waterfall": waterfall(scored, told),
    }
