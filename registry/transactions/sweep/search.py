"""Search the register that was read, part by part.

The pairs of two people are one part's alone: that of the one with the lower id. Which part that is
follows from the id, so that whoever reads the register again can go on with the parts that are left.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

import numpy as np
import numpy.typing as npt

from registry.matching.batch.blocking import Blocked, Tell, candidate_pairs
from registry.matching.batch.compare_pairs import Comparer
from registry.matching.batch.records import Codes, Records, Vocabulary
from registry.matching.batch.run import DECISIONS, ScoredChunk, decisions, score_pairs
from registry.matching.batch.weigh_pairs import Rates, Scorer, Weights
from registry.matching.decide import NONE_BELOW
from registry.matching.frequencies import LEAST_REGISTER, SHRINKING_PEOPLE
from registry.matching.levels import FIELDS, LEVELS_OF, Field
from registry.matching.model.parts import Model
from registry.transactions.sweep.read_register import Register

PEOPLE_IN_A_PART = 250_000
"""About so many people a part: it is what is done again when a sweep is broken off."""
PEOPLE_IN_A_PASS = 10_000_000
"""Of so many people the pairs to be compared are held in memory at once: a few hundred megabytes."""

_WORDS = [[level.name.lower() for level in LEVELS_OF[field]] for field in FIELDS]


@dataclass(frozen=True, slots=True)
class Pass:
    """Parts whose pairs are looked for together."""

    parts: range
    blocked: Blocked


@dataclass(frozen=True, slots=True)
class FoundPair:
    """Two people who may be one, the lower id first, as they were when they were compared.

    `levels` has by field the word for how well it agrees; what was not compared is left out.
    """

    patient_id: UUID
    other_patient_id: UUID
    version: int
    other_version: int
    score: float
    decision: str
    levels: Mapping[str, str]


@dataclass(frozen=True)
class Search:
    """A search of a register with a model, in a number of parts. `tell` hears of progress, in any thread."""

    register: Register
    model: Model
    parts: int
    tell: Tell | None = None

    @cached_property
    def _comparer(self) -> Comparer:
        return Comparer(self.register.records).prepare()

    @cached_property
    def _scorer(self) -> Scorer:
        records = self.register.records
        size = max(len(records), LEAST_REGISTER)
        return Scorer.of(
            records,
            self.model.batch,
            self.model.extras,
            size=size,
            rates=rates_of(records, self.model.average_rates),
            average=self.model.average_rates,
        )

    @cached_property
    def part_of(self) -> npt.NDArray[np.int64]:
        """The part of the pairs of each row with those of higher ids."""
        low = np.ascontiguousarray(self.register.ids[:, 8:]).view(">u8")[:, 0]
        return (low % np.uint64(self.parts)).astype(np.int64)

    def passes(self, done: int) -> Iterator[range]:
        """The parts that are left, in groups of which each is one pass over the register."""
        changed = int(self.register.changed.sum())
        each = self.parts if not changed else max(1, self.parts * PEOPLE_IN_A_PASS // changed)
        for begin in range(done, self.parts, each):
            yield range(begin, min(begin + each, self.parts))

    def block(self, parts: range) -> Pass:
        """The pairs of some parts that are worth comparing, of which one at least has changed."""
        register, comparer = self.register, self._comparer
        changed, wanted = register.changed, (self.part_of >= parts.start) & (self.part_of < parts.stop)
        if not changed.any():
            nobody = np.zeros(0, dtype=np.int32)
            return Pass(parts, Blocked(nobody, nobody))
        only = wanted if wanted.sum() < changed.sum() else changed
        found = candidate_pairs(
            register.records, comparer.names, comparer.places, only=None if only.all() else only, tell=self.tell
        )
        kept = wanted[found.left] & (changed[found.left] | changed[found.right])
        # Two dead records change nobody's care and no list.
        kept &= ~(register.dead[found.left] & register.dead[found.right])
        return Pass(parts, Blocked(found.left[kept], found.right[kept], found.skipped))

    def find(self, within: Pass, part: int) -> list[FoundPair]:
        """The pairs of a part that may be one person, best first."""
        mine = np.flatnonzero(self.part_of[within.blocked.left] == part)
        pairs = Blocked(within.blocked.left[mine], within.blocked.right[mine])
        chunks = score_pairs(self._comparer, self._scorer, pairs, min_score=NONE_BELOW)
        found = [pair for chunk in chunks for pair in self._found(chunk)]
        return sorted(found, key=lambda each: (-each.score, each.patient_id))

    def _found(self, chunk: ScoredChunk) -> Iterator[FoundPair]:
        register, score = self.register, chunk.scores.score
        outcomes, levels = decisions(chunk.levels, score), chunk.levels.matrix().tolist()
        for place, (left, right) in enumerate(zip(chunk.left.tolist(), chunk.right.tolist(), strict=True)):
            yield FoundPair(
                register.id_of(left),
                register.id_of(right),
                int(register.version[left]),
                int(register.version[right]),
                float(score[place]),
                DECISIONS[outcomes[place]].value,
                _in_words(levels[place]),
            )


def _in_words(levels: list[int]) -> dict[str, str]:
    told = zip(FIELDS, _WORDS, levels, strict=True)
    return {field.name.lower(): words[level] for field, words, level in told if level >= 0}


def rates_of(records: Records, average: Mapping[Field, float]) -> Rates:
    """How common names and postcodes are in a register, as if some people of an average country were counted too.

    As online (`matching.frequencies`), shrunk towards the model's `average` rates, but each value by its own
    count: what is rare weighs as it is.
    """
    forename, surname, postcode = (average[field] for field in (Field.FORENAME, Field.SURNAME, Field.PLACE))
    counted, people = Rates.counted(records), len(records)
    full_name = (counted.full_name * people + SHRINKING_PEOPLE * forename * surname) / (people + SHRINKING_PEOPLE)
    return replace(
        counted,
        forename=_shares(records.forename, records.names, forename),
        surname=_shares(records.surname, records.names, surname),
        postcode=_shares(records.postcode, records.postcodes, postcode),
        full_name=full_name,
        least=2 / max(people, LEAST_REGISTER),
    )


def _shares(codes: Codes, vocabulary: Vocabulary, average: float) -> Weights:
    bearers = np.bincount(codes, minlength=len(vocabulary))
    return (bearers + SHRINKING_PEOPLE * average) / (len(codes) + SHRINKING_PEOPLE)
