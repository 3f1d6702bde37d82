"""A score told step by step, and a decision in the form in which it is stored.

Levels and weights only: no name, date, address or number of anybody is in what is made here.
"""

from typing import Any

from registry.matching.decide import CERTAIN_FROM, LEAD_FROM, NONE_BELOW, MatchDecision, ScoredCandidate
from registry.matching.guards import Guard
from registry.matching.levels import FIELDS, Number

STORED_CANDIDATES = 10
"""How many candidates a stored decision keeps at most, best first."""
_ALWAYS_STORED = 2
"""The best and the next, from whom it is told apart, whatever their scores; and whoever bears the quoted number."""


def waterfall(scored: ScoredCandidate, guard: Guard | None = None) -> list[dict[str, Any]]:
    """The steps from the prior to the decision.

    Each has `step`, `weight` (log2; None for a guard) and `sentence`; field steps have `level` too,
    None where a side is missing. The weights of prior, fields and household sum to the step
    `score`. `guard` is the decision's own, where it decided; else the candidate's is told.
    """
    weighing = scored.weighing
    steps: list[dict[str, Any]] = [
        {"step": "prior", "weight": weighing.prior, "sentence": "before anything is compared"}
    ]
    for field, level, weight in zip(FIELDS, scored.comparison.levels, weighing.fields, strict=True):
        sentence = "not known on one side" if level is None else level.sentence
        name = None if level is None else level.name.lower()
        steps.append({"step": field.value, "level": name, "weight": weight, "sentence": sentence})
    alike = "looks like two people of one household" if weighing.household < -1 else "no sign of a housemate"
    steps.append({"step": "household", "weight": weighing.household, "sentence": alike})
    steps.append({"step": "score", "weight": weighing.score, "sentence": "the sum: log2 of the odds"})
    steps.append({"step": "threshold", "weight": CERTAIN_FROM, "sentence": "needed to decide without a person"})
    told = guard or scored.guard
    if told is not None:
        steps.append({"step": "guard", "weight": None, "guard": told.value, "sentence": told.sentence})
    return steps


def stored_candidate(scored: ScoredCandidate) -> dict[str, Any]:
    """A candidate as a stored decision keeps it: id, score, levels, weights and guard.

    The level of each field is its reason; its sentence is the model's, and not repeated.
    """
    levels = zip(FIELDS, scored.comparison.levels, strict=True)
    return {
        "patient_id": str(scored.patient_id),
        "score": round(scored.score, 6),
        "levels": {field.name.lower(): level.name.lower() for field, level in levels if level is not None},
        "weights": {
            "prior": round(scored.weighing.prior, 6),
            **{
                field.name.lower(): round(weight, 6)
                for field, level, weight in zip(FIELDS, scored.comparison.levels, scored.weighing.fields, strict=True)
                if level is not None
            },
            "household": round(scored.weighing.household, 6),
        },
        "guard": scored.guard.value if scored.guard else None,
    }


def stored_decision(decision: MatchDecision) -> dict[str, Any]:
    """A decision as a row of `match_decisions`, without id, transaction and time."""
    return {
        "outcome": decision.outcome.value,
        "model_version": decision.model_version,
        "normaliser_version": decision.normaliser_version,
        "candidates": [
            stored_candidate(one) | ({"ruled_out": True} if one.patient_id in decision.ruled_out else {})
            for place, one in enumerate(decision.scored[:STORED_CANDIDATES])
            if place < _ALWAYS_STORED or one.score >= NONE_BELOW or one.comparison.number is Number.EQUAL
        ],
        "guard": decision.guard.value if decision.guard else None,
    }


def sentence_of(decision: MatchDecision) -> str:
    """Why the outcome is what it is, for a clerk."""
    if decision.best is None:
        return "nobody on the register resembles this person"
    if decision.guard is Guard.LEAD:
        return f"{Guard.LEAD.sentence} (a lead of {LEAD_FROM:g} is needed)"
    if decision.guard is not None:
        return decision.guard.sentence
    if decision.ruled_out:
        return "one record fits; who else comes near was judged to be another person"
    return {
        "certain": "one record fits, and no other comes near",
        "possible": "the facts agree in part only",
        "none": "nobody on the register is close enough",
    }[decision.outcome.value]
