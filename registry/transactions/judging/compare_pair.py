"""What the matcher says of two people in hand. Pure."""

from collections.abc import Sequence

from registry.matching.compare import Comparison, compare_records, described_by
from registry.matching.decide import ScoredCandidate
from registry.matching.frequencies import Population
from registry.matching.judgements.judgement import MatcherSaid
from registry.matching.keys import MatchKey, number_key
from registry.matching.levels import FIELDS
from registry.matching.normalise import NORMALISER_VERSION
from registry.matching.weigh import USUAL_REGISTER, weigh
from registry.matching.weights import BATCH, MODEL_VERSION
from registry.transactions.facts import PersonFacts


def said_of(one: PersonFacts, other: PersonFacts, known: Population | None = None) -> MatcherSaid:
    """How two records of the register agree, by the weights for duplicates; `known` is the register as last counted."""
    left, right = _keys(one), _keys(other)
    comparison = compare_records(left, right)
    weighing = weigh(
        comparison,
        described_by(left),
        weights=BATCH,
        register_size=size_of(known),
        frequencies=None if known is None else known.frequencies,
    )
    return MatcherSaid(round(weighing.score, 6), levels_in_words(comparison), MODEL_VERSION, NORMALISER_VERSION)


def size_of(known: Population | None) -> int:
    """How many people a record is taken to be found among."""
    return USUAL_REGISTER if known is None else known.size


def said_of_candidate(scored: ScoredCandidate, model_version: str, normaliser_version: str) -> MatcherSaid:
    """What a decision about somebody described said of one candidate."""
    return MatcherSaid(round(scored.score, 6), levels_in_words(scored.comparison), model_version, normaliser_version)


def levels_in_words(comparison: Comparison) -> dict[str, str]:
    """The level of each field that was compared, by the names of both; no values."""
    levels = zip(FIELDS, comparison.levels, strict=True)
    return {field.name.lower(): level.name.lower() for field, level in levels if level is not None}


def _keys(person: PersonFacts) -> Sequence[MatchKey]:
    return (*person.keys, *(number_key(person.id, number) for number in person.superseded_numbers))
