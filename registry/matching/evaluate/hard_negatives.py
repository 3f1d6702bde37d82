"""Twins, juniors, namesakes: pairs that look like one person and are two, as their own numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from registry.matching.evaluate.called import Called
from registry.matching.evaluate.intervals import Estimate, share
from registry.matching.evaluate.label import LabelledPairs, places_of
from registry.matching.evaluate.membership import NO_WORDS, NOT_GIVEN, Counted
from registry.matching.evaluate.source import Source, asked, open_source
from registry.matching.evaluate.truth import pair_keys

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class WrongByKind:
    """Wrong pairs that were called, with a member of a kind of people, and with both of it; by the name of the call."""

    kind: str
    people: int
    wrong: dict[str, int]
    wrong_within: dict[str, int]


@dataclass(frozen=True, slots=True)
class HardNegatives:
    """Pairs that somebody named as two people of a kind.

    `true` of them are one person by the truth, and left out of the rest. `in_file` were scored.
    `called` is the share that was called one person, by the name of the call.
    """

    kind: str
    pairs: int
    true: int
    in_file: int
    called: dict[str, Estimate]


def wrong_by_kind(counted: Sequence[Counted], calls: Sequence[str]) -> tuple[WrongByKind, ...]:
    """The wrong pairs by kind of their people, most first."""
    found = [
        WrongByKind(
            one.value,
            one.people,
            dict(zip(calls, one.wrong, strict=True)),
            dict(zip(calls, one.wrong_within, strict=True)),
        )
        for one in counted
        if one.value not in (NOT_GIVEN, NO_WORDS)
    ]
    return tuple(sorted(found, key=lambda one: (*(-count for count in one.wrong.values()), one.kind)))


def open_hard_negatives(db: "duckdb.DuckDBPyConnection", path: Path) -> Source:
    """A file of such pairs; Unusable where it lacks a column."""
    return open_source(db, path, ("id_left", "id_right", "kind"))


def measure_hard_negatives(
    db: "duckdb.DuckDBPyConnection", source: Source, labelled: LabelledPairs, called: Sequence[Called]
) -> tuple[HardNegatives, ...]:
    """How many of the pairs of each kind were called one person. Pairs are unordered, each counts once a kind."""
    kind = f"coalesce({source.text('kind', 'h')}, '{NOT_GIVEN}')"
    left, right = source.text("id_left", "h"), source.text("id_right", "h")
    asked(
        db,
        f"create or replace temp table hard as select distinct least({left}, {right}) as l,"
        f" greatest({left}, {right}) as r, {kind} as kind from {source.relation} h where {left} <> {right}",
        source,
    )
    found = db.execute(
        "select hard.kind, l.rowid::integer as l, r.rowid::integer as r from hard"
        " left join people l on l.id = hard.l left join people r on r.id = hard.r"
    ).fetchnumpy()
    named = ~(np.ma.getmaskarray(found["l"]) | np.ma.getmaskarray(found["r"]))
    keys = pair_keys(np.ma.filled(found["l"], -1).astype(np.int32), np.ma.filled(found["r"], -1).astype(np.int32))
    place = np.where(named, places_of(keys, labelled.keys), -1)
    same = named & (places_of(keys, labelled.true_keys) >= 0)
    kinds = np.asarray(found["kind"], dtype=object)
    return tuple(_of_kind(str(each), kinds == each, place, same, called) for each in sorted(set(kinds)))


def _of_kind(
    kind: str, chosen: np.ndarray, place: np.ndarray, same: np.ndarray, called: Sequence[Called]
) -> HardNegatives:
    apart = place[chosen & ~same]
    there = apart[apart >= 0]
    shares = {call.name: share(int(call.pairs[there].sum()), len(apart)) for call in called}
    return HardNegatives(kind, int(chosen.sum()), int((chosen & same).sum()), len(there), shares)
