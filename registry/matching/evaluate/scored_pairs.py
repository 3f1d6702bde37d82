"""Scored pairs of any tool, read from a file, by the numbers of their people."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from registry.matching.evaluate.curve import Flags, Scores
from registry.matching.evaluate.source import Source, Unusable, asked, open_source
from registry.matching.evaluate.truth import Rows

if TYPE_CHECKING:
    import duckdb

DECISIONS = ("none", "possible", "certain")
"""By code: higher is surer."""
NONE, POSSIBLE, CERTAIN = range(3)


@dataclass(frozen=True, slots=True)
class ScoredRows:
    """The rows of a file of pairs, as they stand there: people by their row in `people`, -1 where an id lacks.

    The score is NaN where there is none. `probability` and `decision` (codes of DECISIONS) are
    None where the file has no such column. `known` is how many people the truth named: higher
    numbers are of ids that it does not have.
    """

    left: Rows
    right: Rows
    score: Scores
    probability: Scores | None
    decision: npt.NDArray[np.int8] | None
    known: int

    def __len__(self) -> int:
        return len(self.left)


def open_pairs(db: "duckdb.DuckDBPyConnection", path: Path) -> Source:
    """A file of pairs; Unusable where it lacks a column."""
    return open_source(db, path, ("id_left", "id_right", "score"))


def read_pairs(db: "duckdb.DuckDBPyConnection", source: Source) -> ScoredRows:
    """All rows of a file of pairs; `people` must have been made by `read_truth`, and gets the ids that it lacks.

    Unusable where a score, a probability or a decision is not one.
    """
    known = db.execute("select count(*) from people").fetchall()[0][0]
    read = _read(db, source)
    _check(read, source)
    if _unmatched(read).any():
        _add_unknown(db, source)
        read = _read(db, source)
    left, right = (np.ma.filled(read[side], -1).astype(np.int32, copy=False) for side in ("l", "r"))
    return ScoredRows(left, right, read["score"], read.get("probability"), read.get("decision"), known)


def _read(db: "duckdb.DuckDBPyConnection", source: Source) -> dict[str, Any]:
    score, word = source.number("score", "p"), f"lower({source.text('decision', 'p')})"
    columns = [
        "l.rowid::integer as l",
        "r.rowid::integer as r",
        f"{source.text('id_left', 'p')} is null or {source.text('id_right', 'p')} is null as lacking",
        f"coalesce({score}, 'nan'::double) as score",
        f"{source.text('score', 'p')} is not null and {score} is null as bad_score",
    ]
    if source.has("probability"):
        chance = source.number("probability", "p")
        columns.append(f"coalesce({chance}, 'nan'::double) as probability")
        columns.append(
            f"{source.text('probability', 'p')} is not null"
            f" and coalesce(not isnan({chance}) and {chance} not between 0 and 1, true) as bad_probability"
        )
    if source.has("decision"):
        cases = " ".join(f"when '{name}' then {code}" for code, name in enumerate(DECISIONS))
        columns.append(f"(case coalesce({word}, 'none') {cases} else -1 end)::tinyint as decision")
    return asked(
        db,
        f"select {', '.join(columns)} from {source.relation} p"
        f" left join people l on l.id = {source.text('id_left', 'p')}"
        f" left join people r on r.id = {source.text('id_right', 'p')}",
        source,
    ).fetchnumpy()


def _check(read: dict[str, Any], source: Source) -> None:
    for column in ("score", "probability"):
        bad = int(read.get(f"bad_{column}", np.zeros(0)).sum())
        if bad:
            limits = " between 0 and 1" if column == "probability" else ""
            raise Unusable(f"{source.name}: in the column {column}, {bad} rows have no number{limits}")
    bad = int((read.get("decision", np.zeros(0)) == -1).sum())
    if bad:
        raise Unusable(f"{source.name}: in the column decision, {bad} rows say neither certain, possible nor none")


def _unmatched(read: dict[str, Any]) -> Flags:
    """Rows with ids that `people` lacks."""
    return (np.ma.getmaskarray(read["l"]) | np.ma.getmaskarray(read["r"])) & ~read["lacking"]


def _add_unknown(db: "duckdb.DuckDBPyConnection", source: Source) -> None:
    asked(
        db,
        f"insert into people select distinct id from (select {source.text('id_left')} as id from {source.relation}"
        f" union all select {source.text('id_right')} from {source.relation})"
        " where id is not null and id not in (select id from people) order by id",
        source,
    )
