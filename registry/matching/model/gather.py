"""What is learnt from, gathered from the people of a register or file: three kinds of pairs, counted by pattern."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from registry.matching.batch.blocking import candidate_pairs
from registry.matching.batch.compare_pairs import Comparer, PairLevels
from registry.matching.batch.records import Codes, Records
from registry.matching.batch.weigh_pairs import Scorer
from registry.matching.levels import Field, Place
from registry.matching.model.learn import Evidence
from registry.matching.model.parts import Model
from registry.matching.model.patterns import Patterns, count_patterns

RANDOM_PAIRS = 2_000_000
NEIGHBOURS = 4_000_000
"""Pairs of one postcode that are looked at for pairs of one address, at most."""
CHUNK = 500_000
_SEED = 20260401
LEAST_PEOPLE = 20_000
"""With fewer there are too few matches to learn from, and chance agreement is another."""

Tell = Callable[[str, int, int], None]
Pairs = tuple[Codes, Codes]


def gather(records: Records, model: Model, *, tell: Tell | None = None) -> Evidence:
    """The evidence that some records give. Further columns of a file are left aside: their rates are its own."""
    records = replace(records, extras=())
    comparer = Comparer(records).prepare()
    blocked = candidate_pairs(records, comparer.names, comparer.places, tell=tell)
    scorer = Scorer.of(records, model.batch, model.extras)
    draw = np.random.default_rng(_SEED)
    random = count_patterns(
        (levels.matrix(), None)
        for _, levels in _compared(comparer, _random_pairs(draw, records), tell, "looking at random pairs")
    )
    candidates = count_patterns(
        (levels.matrix(), scorer.rarity(levels, pairs[0]))
        for pairs, levels in _compared(comparer, (blocked.left, blocked.right), tell, "comparing")
    )
    same_address, share = _same_address(draw, comparer, tell)
    return Evidence(len(records), random, candidates, same_address, share)


def _compared(comparer: Comparer, pairs: Pairs, tell: Tell | None, what: str) -> Iterator[tuple[Pairs, PairLevels]]:
    left, right = pairs
    starts = range(0, len(left), CHUNK)
    for done, start in enumerate(starts):
        part = left[start : start + CHUNK], right[start : start + CHUNK]
        yield part, comparer.levels_of(*part)
        if tell is not None:
            tell(what, done + 1, len(starts))


def _random_pairs(draw: np.random.Generator, records: Records) -> Pairs:
    rows = draw.integers(0, len(records), (2, RANDOM_PAIRS)).astype(np.int32)
    distinct = rows[0] != rows[1]
    return rows[0][distinct], rows[1][distinct]


def _same_address(draw: np.random.Generator, comparer: Comparer, tell: Tell | None) -> tuple[Patterns | None, float]:
    """Pairs at one address, in as many postcodes as can be looked through; and the share of people who live there."""
    records = comparer.records
    if not records.addresses.known or not (records.postcode > 0).any():
        return None, 0.0
    pairs, share = _neighbours(draw, records.postcode)
    found = count_patterns(
        (_at_one_address(levels), None) for _, levels in _compared(comparer, pairs, tell, "looking into households")
    )
    return found, share


def _at_one_address(levels: PairLevels) -> npt.NDArray[np.int8]:
    return levels.matrix()[levels.of(Field.PLACE) == Place.SAME_ADDRESS]


def _neighbours(draw: np.random.Generator, postcode: Codes) -> tuple[Pairs, float]:
    """All pairs within postcodes drawn at random, and the share of people who live in them."""
    order = np.argsort(postcode, kind="stable").astype(np.int32)
    order = order[np.count_nonzero(postcode == 0) :]
    _, first, size = np.unique(postcode[order], return_index=True, return_counts=True)
    shuffled = draw.permutation(len(first))
    within = size[shuffled].astype(np.int64) * (size[shuffled] - 1) // 2
    chosen = shuffled[np.cumsum(within) <= NEIGHBOURS]
    left: list[Codes] = []
    right: list[Codes] = []
    for many in np.unique(size[chosen]):
        members = order[first[chosen[size[chosen] == many]][:, None] + np.arange(many)]
        one, other = np.triu_indices(int(many), k=1)
        left.append(members[:, one].ravel())
        right.append(members[:, other].ravel())
    share = float(size[chosen].sum()) / max(len(postcode), 1)
    if not left:
        nobody = np.zeros(0, dtype=np.int32)
        return (nobody, nobody), share
    return (np.concatenate(left), np.concatenate(right)), share
