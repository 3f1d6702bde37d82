"""Who belongs to which group, and what was called of their pairs: the counting behind error rates by group."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from registry.matching.evaluate.called import Called
from registry.matching.evaluate.label import LabelledPairs
from registry.matching.evaluate.source import Source, asked, open_source, quoted
from registry.matching.evaluate.truth import ends

if TYPE_CHECKING:
    import duckdb

NOT_GIVEN = "(not given)"
NO_WORDS = "(none)"


@dataclass(frozen=True, slots=True)
class Counted:
    """One value of a column, counted. `found`, `wrong` and `wrong_within` have a count for each call.

    A pair counts for a value where at least one of its two people has it; for `wrong_within`
    both have.
    """

    value: str
    people: int
    true_pairs: int
    found: tuple[int, ...]
    wrong: tuple[int, ...]
    wrong_within: tuple[int, ...]


def open_about(db: "duckdb.DuckDBPyConnection", path: Path, columns: Sequence[str]) -> Source:
    """A file about people: id, and the columns asked for. Unusable where it lacks one."""
    return open_source(db, path, ("id", *columns))


def gather_judged(db: "duckdb.DuckDBPyConnection", labelled: LabelledPairs, called: Sequence[Called]) -> None:
    """Make the tables `judged` (all true pairs, and wrong ones that were called) and `involved` (their people)."""
    wrong = np.zeros(len(labelled.keys), dtype=bool)
    for call in called:
        wrong |= call.pairs
    wrong = np.flatnonzero(wrong & ~labelled.is_true)
    keys = np.concatenate([labelled.true_keys, labelled.keys[wrong]])
    left, right = ends(keys)
    columns = {"pair": np.arange(len(keys)), "l": left, "r": right}
    columns["same"] = np.arange(len(keys)) < len(labelled.true_keys)
    for place, call in enumerate(called):
        columns[f"c{place}"] = np.concatenate([call.of_true(labelled), call.pairs[wrong]])
    db.register("judged_now", pa.table(columns))
    db.execute("create or replace temp table judged as select * from judged_now")
    db.unregister("judged_now")
    db.execute(
        "create or replace temp table involved as select people.rowid::integer as person, people.id from people"
        " semi join (select l as person from judged union all select r from judged) theirs"
        " on people.rowid = theirs.person"
    )


def count_column(
    db: "duckdb.DuckDBPyConnection", source: Source, column: str, calls: int, *, words: bool = False
) -> tuple[Counted, ...]:
    """Count every value of a column, in no order; of a list, or of `words` between blanks, each by itself.

    Needs `gather_judged`. People are those of the file; one whom it does not name is in no group
    but "(not given)".
    """
    values = _values(source, column, words)
    db.execute("create or replace temp table has (person integer, value varchar)")
    asked(
        db,
        f"insert into has select distinct i.person, unnest({values}) from involved i"
        f" left join (select {source.text('id')} as id, {quoted(column)} from {source.relation}) a on a.id = i.id",
        source,
    )
    of_pairs = {value: counts for value, *counts in db.execute(_pairs_by_value(calls)).fetchall()}
    people = dict(
        asked(
            db,
            f"select value, count(distinct id) from (select {source.text('id')} as id, unnest({values}) as value"
            f" from {source.relation}) where id is not null group by value",
            source,
        ).fetchall()
    )
    nothing = [0] * (1 + 3 * calls)
    return tuple(
        _counted(value, people.get(value, 0), of_pairs.get(value, nothing)) for value in {**people, **of_pairs}
    )


def _values(source: Source, column: str, words: bool) -> str:
    """SQL for the list of a row's values."""
    if source.is_list(column):
        listed = f"[trim(word) for word in cast({quoted(column)} as varchar[]) if trim(word) <> '']"
        return f"case when coalesce(len({listed}), 0) = 0 then ['{NO_WORDS}'] else {listed} end"
    if words:
        return rf"coalesce(string_split_regex({source.text(column)}, '\s+'), ['{NO_WORDS}'])"
    return f"[coalesce({source.text(column)}, '{NOT_GIVEN}')]"


def _pairs_by_value(calls: int) -> str:
    sums = [f"count(*) filter (same and c{at})" for at in range(calls)]
    sums += [f"count(*) filter (not same and c{at})" for at in range(calls)]
    sums += [f"count(*) filter (not same and c{at} and ends = 2)" for at in range(calls)]
    return (
        "with touched as (select pair, value, count(*) as ends from ("
        "select pair, value from judged join has on person = l"
        " union all select pair, value from judged join has on person = r) group by pair, value)"
        f" select value, count(*) filter (same), {', '.join(sums)} from touched join judged using (pair) group by value"
    )


def _counted(value: str, people: int, counts: Sequence[int]) -> Counted:
    true_pairs, rest = counts[0], counts[1:]
    calls = len(rest) // 3
    found, wrong, within = (tuple(rest[at * calls : (at + 1) * calls]) for at in range(3))
    return Counted(value, people, true_pairs, found, wrong, within)
