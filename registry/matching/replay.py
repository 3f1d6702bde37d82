"""A stored decision, decided again from its stored levels and weights. Pure.

The levels say how the values compared that day, and hold nothing of the values themselves; so a
decision can be replayed although the people in it have changed since. With the same versions of
model and normaliser at hand every weight is made again and must come out the same; with others,
only the sum of the stored weights and the rules of decision can be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isclose, log2
from typing import Any
from uuid import UUID

from registry.matching.compare import Comparison
from registry.matching.decide import MatchDecision, ScoredCandidate, conclude
from registry.matching.guards import guard_of
from registry.matching.judgements.judgement import Pair, pair_of
from registry.matching.judgements.rule_out import with_judgements
from registry.matching.levels import FIELDS, LEVELS_OF, Field, Level
from registry.matching.normalise import NORMALISER_VERSION
from registry.matching.weigh import Weighing
from registry.matching.weights import INCOMING, MODEL_VERSION, WeightSet

_CLOSE = 1e-4
"""Stored weights are rounded to six places."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision made again. `decision` is None where a stored level is no longer known.

    `model_at_hand` and `normaliser_at_hand`: whether the versions that decided are those in use.
    `score_again` holds, by candidate, the score from today's weights; only with the model at hand.
    `is_same`: outcome and scores came out as stored, as far as they could be made again.
    """

    decision: MatchDecision | None
    model_at_hand: bool
    normaliser_at_hand: bool
    score_again: Mapping[UUID, float]
    is_same: bool


def replay(stored: Mapping[str, Any]) -> Replayed:
    """Decide a row of `match_decisions` again. Never raises for what the matcher has stored, in whatever version."""
    model = stored["model_version"] == MODEL_VERSION
    normaliser = stored["normaliser_version"] == NORMALISER_VERSION
    scored = [_scored(each) for each in stored["candidates"]]
    known = tuple(each for each in scored if each is not None)
    if len(known) < len(scored):
        return Replayed(None, model, normaliser, {}, is_same=False)
    decision = with_judgements(conclude(known), _ruled_out(stored["candidates"]))
    again = {each.patient_id: _score_again(each) for each in known} if model else {}
    as_stored = {UUID(each["patient_id"]): each["score"] for each in stored["candidates"]}
    scores = [*((each.patient_id, each.score) for each in known), *again.items()]
    same = all(isclose(score, as_stored[patient_id], abs_tol=_CLOSE) for patient_id, score in scores)
    return Replayed(decision, model, normaliser, again, same and decision.outcome.value == stored["outcome"])


def _ruled_out(stored: Sequence[Mapping[str, Any]]) -> set[Pair]:
    """The judgements that were made use of: each of these people was held to be another than the best."""
    ids = [(UUID(each["patient_id"]), each.get("ruled_out", False)) for each in stored]
    return {pair_of(ids[0][0], each) for each, was_ruled_out in ids if was_ruled_out}


def _scored(stored: Mapping[str, Any]) -> ScoredCandidate | None:
    """A candidate with its stored levels and weights."""
    comparison = _comparison(stored["levels"])
    if comparison is None:
        return None
    weights = stored["weights"]
    fields = tuple(float(weights.get(field.name.lower(), 0.0)) for field in FIELDS)
    score = weights["prior"] + sum(fields) + weights["household"]
    weighing = Weighing(score, weights["prior"], fields, weights["household"])
    return ScoredCandidate(UUID(stored["patient_id"]), comparison, weighing, guard_of(comparison))


def _comparison(levels: Mapping[str, str]) -> Comparison | None:
    found: dict[str, Any] = {}
    for field in FIELDS:
        name = levels.get(field.name.lower())
        if name is None:
            continue
        level = LEVELS_OF[field].__members__.get(name.upper())
        if level is None:
            return None
        found[field.name.lower()] = level
    return Comparison(**found)


def _score_again(scored: ScoredCandidate, weights: WeightSet = INCOMING) -> float:
    """The score by today's weights, with the rarity of values and the size of the register as they were then."""
    weighing = scored.weighing
    housemates = weights.housemates_per_person / weights.matches_per_person
    household = weighing.prior + log2(housemates)
    total = weighing.prior
    for field, level, stored in zip(FIELDS, scored.comparison.levels, weighing.fields, strict=True):
        if level is not None:
            rarity = _rarity(field, level, stored, weights)
            total += weights.same[field][level] + rarity
            household += weights.household[field][level] + rarity
    return total - (household if household > 50 else log2(1 + 2.0**household))


def _rarity(field: Field, level: Level, stored: float, weights: WeightSet) -> float:
    """What the value's own frequency gave or took; only equal values have any."""
    return stored - weights.same[field][level] if field in _WITH_RARITY and level in _WITH_RARITY[field] else 0.0


_WITH_RARITY: Mapping[Field, frozenset[Level]] = {
    Field.FORENAME: frozenset({LEVELS_OF[Field.FORENAME]["EQUAL"]}),
    Field.SURNAME: frozenset({LEVELS_OF[Field.SURNAME]["EQUAL"]}),
    Field.PLACE: frozenset({LEVELS_OF[Field.PLACE]["SAME_POSTCODE"]}),
}
