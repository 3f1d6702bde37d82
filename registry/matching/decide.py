"""Certain, possible or none: the decision about a described person, with what it rests on.

Certain needs a high score, a lead over the next person, and no guard. None needs that nobody
comes near. Everything between waits for a person, best candidate first.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from registry.matching.compare import Comparison, compare
from registry.matching.frequencies import Population
from registry.matching.guards import Guard, guard_of
from registry.matching.incoming import Incoming
from registry.matching.keys import MatchKey, number_key
from registry.matching.levels import FIELDS, Number
from registry.matching.normalise import NORMALISER_VERSION
from registry.matching.weigh import USUAL_REGISTER, Weighing, weigh
from registry.matching.weights import INCOMING, MODEL_VERSION, WeightSet

CERTAIN_FROM = 10.0
"""The least score (log2 odds: about 1,000 to 1) of a match that nobody looks at."""
LEAD_FROM = 3.0
"""The least distance to the next person."""
NONE_BELOW = -3.0
"""Below this score (1 to 8) a candidate is not worth anybody's time."""


class Outcome(StrEnum):
    """What the matcher says; FHIR's four grades are made from it at the border."""

    CERTAIN = "certain"
    """This person, without anybody looking."""
    POSSIBLE = "possible"
    """A person decides, with the candidates before them."""
    NONE = "none"
    """Nobody whom we hold."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be meant: all their key rows, and the numbers that were theirs before."""

    patient_id: UUID
    keys: Sequence[MatchKey]
    superseded_numbers: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class ScoredCandidate:
    """A candidate with everything that its score is made of."""

    patient_id: UUID
    comparison: Comparison
    weighing: Weighing
    guard: Guard | None

    @property
    def score(self) -> float:
        """log2 odds that this is the described person."""
        return self.weighing.score

    @property
    def reasons(self) -> list[str]:
        """One sentence for each field compared; no values."""
        return [
            f"{field.value}: {level.sentence}"
            for field, level in zip(FIELDS, self.comparison.levels, strict=True)
            if level is not None
        ]


@dataclass(frozen=True, slots=True)
class MatchDecision:
    """The outcome; `scored` holds all candidates, best first.

    `lead` is the distance from the best to the next person, None where there is no next.
    `guard` is what else speaks against deciding without a person, told whenever the outcome is
    possible; None where there is only the score.
    """

    outcome: Outcome
    best: ScoredCandidate | None
    lead: float | None
    guard: Guard | None
    scored: tuple[ScoredCandidate, ...]
    model_version: str = MODEL_VERSION
    normaliser_version: str = NORMALISER_VERSION
    ruled_out: tuple[UUID, ...] = ()
    """Who came near, and is another person than the best, as somebody judged (`judgements.rule_out`)."""


def decide(
    incoming: Incoming,
    candidates: Iterable[Candidate],
    *,
    weights: WeightSet = INCOMING,
    population: Population | None = None,
) -> MatchDecision:
    """Decide who a described person is among the candidates, each of whom is given once.

    `population` is what is known of the register as a whole; without it, it is taken for a large
    one with average names. The same facts always give the same decision, in the same order.
    Whether the person is dead, superseded or restricted is the caller's to ask.
    """
    size = USUAL_REGISTER if population is None else population.size
    frequencies = None if population is None else population.frequencies
    scored: list[ScoredCandidate] = []
    for candidate in candidates:
        numbers = [number_key(candidate.patient_id, number) for number in candidate.superseded_numbers]
        comparison = compare(incoming, [*candidate.keys, *numbers])
        weighing = weigh(comparison, incoming, weights=weights, register_size=size, frequencies=frequencies)
        scored.append(ScoredCandidate(candidate.patient_id, comparison, weighing, guard_of(comparison)))
    scored.sort(key=lambda one: (-one.score, one.patient_id.int))
    return conclude(tuple(scored))


def conclude(scored: tuple[ScoredCandidate, ...], certain_from: float = CERTAIN_FROM) -> MatchDecision:
    """The decision from candidates sorted best first. Another threshold is for measuring what it would do."""
    if not scored:
        return MatchDecision(Outcome.NONE, None, None, None, scored)
    best = scored[0]
    lead = best.score - scored[1].score if len(scored) > 1 else None
    holder = next((one for one in scored if one.comparison.number is Number.EQUAL), None)
    outcome, guard = _outcome(best, lead, holder, certain_from)
    return MatchDecision(outcome, best, lead, guard, scored)


def _outcome(
    best: ScoredCandidate, lead: float | None, holder: ScoredCandidate | None, certain_from: float
) -> tuple[Outcome, Guard | None]:
    """`holder` is the record that bears the quoted number: it is never passed over in silence."""
    if holder is not None and (holder is not best or holder.guard is Guard.NUMBER_OF_ANOTHER):
        return Outcome.POSSIBLE, Guard.NUMBER_OF_ANOTHER
    if best.score < NONE_BELOW:
        return (Outcome.NONE, None) if holder is None else (Outcome.POSSIBLE, holder.guard)
    if best.score < certain_from or best.guard is not None:
        return Outcome.POSSIBLE, best.guard
    if lead is not None and lead < LEAD_FROM:
        return Outcome.POSSIBLE, Guard.LEAD
    return Outcome.CERTAIN, None
