"""A model beside the one that it came from, and what it was learnt from, as rows for people and programs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from registry.matching.levels import FIELDS, LEVELS_OF
from registry.matching.model.decided import JUDGEMENTS, Decided
from registry.matching.model.learn import Evidence
from registry.matching.model.parts import Model, word


@dataclass(frozen=True, slots=True)
class Row:
    """One level of one field."""

    field: str
    level: str
    counts: tuple[int, ...]
    """Pairs at this level, of each kind of pair that was learnt from."""
    same_before: float
    same_after: float
    household_before: float
    household_after: float

    def as_json(self, kinds: Sequence[str]) -> dict[str, Any]:
        """With the names of its parts; `kinds` are the names of the counts."""
        return {
            "field": self.field,
            "level": self.level,
            "counts": {kind.replace(" ", "_"): count for kind, count in zip(kinds, self.counts, strict=True)},
            "same": {"before": self.same_before, "after": self.same_after},
            "household": {"before": self.household_before, "after": self.household_after},
        }

    def as_texts(self) -> list[str]:
        """A cell a column."""
        weights = (self.same_before, self.same_after, self.household_before, self.household_after)
        counts = (f"{count:,}" for count in self.counts)
        return [self.field, self.level, *counts, *(f"{weight:.2f}" for weight in weights)]


def rows_of(before: Model, after: Model, set_name: str, counts: dict[str, tuple[int, ...]]) -> list[Row]:
    """Every level of every field. `counts` are by `field.level`."""
    old, new = before.weight_set(set_name), after.weight_set(set_name)
    return [
        Row(
            word(field),
            word(level),
            counts[f"{word(field)}.{word(level)}"],
            old.same[field][level],
            new.same[field][level],
            old.household[field][level],
            new.household[field][level],
        )
        for field in FIELDS
        for level in LEVELS_OF[field]
    ]


def counts_of_evidence(evidence: Evidence) -> dict[str, tuple[int, ...]]:
    """Pairs at each level: drawn at random, at one address, and candidates."""
    kinds = [evidence.random, evidence.same_address, evidence.candidates]
    return dict(_by_level([None if kind is None else [kind.level_counts(field) for field in FIELDS] for kind in kinds]))


def counts_of_decided(decided: Decided) -> dict[str, tuple[int, ...]]:
    """Cases at each level: judged the same, different, and a household."""
    return dict(_by_level([[decided.counts(judged, field) for field in FIELDS] for judged in JUDGEMENTS]))


def _by_level(kinds: list[Any]) -> Iterator[tuple[str, tuple[int, ...]]]:
    for place, field in enumerate(FIELDS):
        for level in LEVELS_OF[field]:
            counts = tuple(0 if kind is None else int(kind[place][level]) for kind in kinds)
            yield f"{word(field)}.{word(level)}", counts
