"""Learning from what people decided: levels of the pairs that they judged, counted. No facts of anybody.

Here the classes are known and nothing is guessed, so some hundreds of cases are worth as much as
thousands of pairs without labels. What was judged is not a fair sample, though: see `decided_levels`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from registry.matching.levels import FIELDS, LEVELS_OF, Field
from registry.matching.model.bounds import Breach, breaches
from registry.matching.model.learn import named
from registry.matching.model.parts import SET_NAMES, Model, word
from registry.matching.model.patterns import Floats
from registry.matching.model.rates import Rates, implied, normalised, weights_of
from registry.matching.normalise import NORMALISER_VERSION

LEAST_DECIDED = 300
"""How many cases must have been judged `same`, and as many `different` or `household`, before they teach."""
PRIOR_CASES = 500
"""How many cases the shipped rates are worth."""

SAME, DIFFERENT, HOUSEHOLD = JUDGEMENTS = ("same", "different", "household")

LevelCounts = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Cases by judgement, field and level, in the words of stored decisions; those not compared are left out."""


@dataclass(frozen=True, slots=True)
class Decided:
    """Judged cases: how many of each judgement, and how many of them at each level."""

    cases: Mapping[str, int]
    levels: LevelCounts

    def counts(self, judgement: str, field: Field) -> Floats:
        """Cases at each level of a field. Levels that are not on the scale any more are left out."""
        by_level = self.levels.get(judgement, {}).get(word(field), {})
        return np.array([by_level.get(word(level), 0) for level in LEVELS_OF[field]], dtype=np.float64)


def too_few(decided: Decided, least: int = LEAST_DECIDED) -> str | None:
    """Why nothing can be learnt yet, or None."""
    same = decided.cases.get(SAME, 0)
    apart = decided.cases.get(DIFFERENT, 0) + decided.cases.get(HOUSEHOLD, 0)
    if same >= least and apart >= least:
        return None
    return (
        f"{same} cases with stored levels are judged the same person and {apart} two people; "
        f"{least} of each are needed: decide more of the queue, or ask for fewer with --least"
    )


@dataclass(frozen=True, slots=True)
class FromDecided:
    """A model with one set learnt from cases, and the bounds that it is outside of: none where it may be used."""

    model: Model
    breaches: tuple[Breach, ...]


def learn_from_decided(
    decided: Decided,
    shipped: Model,
    *,
    set_name: str = "batch",
    least: int = LEAST_DECIDED,
    version: str = "",
    provenance: Mapping[str, Any] | None = None,
) -> FromDecided:
    """Learn one set from judged cases. Raises ValueError where they are too few: ask `too_few` before.

    Rates for one person come from the cases judged the same. Rates of a household come from those
    judged a household, where there are as many. What is met by chance stays as shipped, since cases
    judged different are only those that looked alike.
    """
    told = too_few(decided, least)
    if told:
        raise ValueError(told)
    before, chance = shipped.weight_set(set_name), shipped.random_of(set_name)
    household = implied(chance, before.household)
    if decided.cases.get(HOUSEHOLD, 0) >= least:
        household = _moved(household, decided, HOUSEHOLD)
    same, at_home = weights_of(
        _moved(implied(chance, before.same), decided, SAME),
        household,
        {field: np.array(chance[field]) for field in FIELDS},
    )
    made = {
        "from": shipped.version,
        "set": set_name,
        "cases": {judgement: decided.cases[judgement] for judgement in sorted(decided.cases)},
        **(provenance or {}),
    }
    sets = {name: shipped.weight_set(name) for name in SET_NAMES}
    sets[set_name] = replace(before, same=same, household=at_home)
    model = replace(
        shipped,
        normaliser_version=NORMALISER_VERSION,
        incoming=sets["incoming"],
        batch=sets["batch"],
        provenance=made,
    )
    model = named(model, f"{set_name}-decided", version)
    return FromDecided(model, tuple(breaches(model, shipped)))


def _moved(rates: Rates, decided: Decided, judgement: str) -> Rates:
    """Rates with the prior's cases and the judged ones put together."""
    return {field: normalised(decided.counts(judgement, field) + PRIOR_CASES * rates[field]) for field in FIELDS}
