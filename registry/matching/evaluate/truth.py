"""The truth: which records are one person, from a file of pairs or of clusters.

Everybody gets a number, their row in the table `people`; from then on pairs are pairs of numbers.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from registry.matching.evaluate.source import Source, Unusable, asked, open_source

if TYPE_CHECKING:
    import duckdb

Rows = npt.NDArray[np.int32]
Keys = npt.NDArray[np.int64]

MOST_TRUE_PAIRS = 200_000_000
"""More true pairs than this are no truth about people, but a wrong column."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The true pairs, each once, by the keys of `pair_keys` in rising order.

    `knows_everybody`: the file gave a cluster to each record, so that an id that is not in it is
    an id that the truth does not know. A file of pairs is silent about people who are there once.
    `left_out` counts rows without an id or a cluster, and pairs of a record with itself.
    """

    keys: Keys
    knows_everybody: bool
    left_out: int


def pair_keys(left: Rows, right: Rows) -> Keys:
    """One number for each unordered pair of people."""
    low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right).astype(np.int64)
    return (low << 32) | high


def ends(keys: Keys) -> tuple[Rows, Rows]:
    """The two people of each key, the lower number first."""
    return (keys >> 32).astype(np.int32), (keys & 0xFFFFFFFF).astype(np.int32)


def open_truth(db: "duckdb.DuckDBPyConnection", path: Path) -> Source:
    """A file of truth; Unusable where it has neither of the two shapes."""
    source = open_source(db, path)
    if not source.has("id_left", "id_right") and not source.has("id", "cluster"):
        raise Unusable(
            f"{path.name}: the truth needs the columns id_left and id_right (true pairs), or id and cluster"
            f" (each record and its person); it has {', '.join(source.types)}"
        )
    return source


def read_truth(db: "duckdb.DuckDBPyConnection", source: Source) -> Truth:
    """Make the table `people` (id), and the true pairs of its rows.

    Unusable where an id has two clusters, or where clusters make more pairs than people could.
    """
    if source.has("id_left", "id_right"):
        return _from_pairs(db, source)
    return _from_clusters(db, source)


def _from_pairs(db: "duckdb.DuckDBPyConnection", source: Source) -> Truth:
    left, right = source.text("id_left"), source.text("id_right")
    asked(db, f"create temp table stated as select {left} as l, {right} as r from {source.relation}", source)
    db.execute(
        "create temp table people as select id from"
        " (select l as id from stated union select r from stated) where id is not null order by id"
    )
    found = db.execute(
        "select a.rowid::integer as l, b.rowid::integer as r from stated"
        " join people a on a.id = stated.l join people b on b.id = stated.r where a.rowid <> b.rowid"
    ).fetchnumpy()
    rows = _count(db, "select count(*) from stated")
    db.execute("drop table stated")
    keys = np.unique(pair_keys(found["l"], found["r"]))
    return Truth(keys, knows_everybody=False, left_out=rows - len(found["l"]))


def _from_clusters(db: "duckdb.DuckDBPyConnection", source: Source) -> Truth:
    asked(
        db,
        f"create temp table people as select {source.text('id')} as id, {source.text('cluster')} as cluster"
        f" from {source.relation} where {source.text('id')} is not null and {source.text('cluster')} is not null",
        source,
    )
    rows = _count(db, f"select count(*) from {source.relation}") - _count(db, "select count(*) from people")
    _one_cluster_each(db, source)
    _not_too_many(db, source)
    found = db.execute(
        "with several as (select cluster from people group by cluster having count(*) > 1),"
        " member as (select people.rowid::integer as person, people.cluster from people"
        " semi join several using (cluster))"
        " select a.person as l, b.person as r from member a join member b"
        " on a.cluster = b.cluster and a.person < b.person"
    ).fetchnumpy()
    db.execute("alter table people drop column cluster")
    return Truth(np.sort(pair_keys(found["l"], found["r"])), knows_everybody=True, left_out=rows)


def _one_cluster_each(db: "duckdb.DuckDBPyConnection", source: Source) -> None:
    """Rows given twice are taken once."""
    again = "select id, count(distinct cluster) as clusters from people group by id having count(*) > 1"
    repeated, torn = db.execute(f"select count(*), count(*) filter (clusters > 1) from ({again})").fetchall()[0]
    if torn:
        raise Unusable(f"{source.name}: {torn} ids have more than one cluster in the column cluster; give each id one")
    if repeated:
        db.execute("create or replace temp table people as select distinct on (id) id, cluster from people order by id")


def _not_too_many(db: "duckdb.DuckDBPyConnection", source: Source) -> None:
    sizes = "select count(*)::hugeint as n from people group by cluster"
    pairs, largest = db.execute(f"select coalesce(sum(n * (n - 1) // 2), 0), max(n) from ({sizes})").fetchall()[0]
    if pairs > MOST_TRUE_PAIRS:
        raise Unusable(
            f"{source.name}: the column cluster makes {int(pairs):,} true pairs, the largest cluster having"
            f" {int(largest):,} records; a cluster is one person, so another column must have been meant"
        )


def _count(db: "duckdb.DuckDBPyConnection", sql: str) -> int:
    return db.execute(sql).fetchall()[0][0]
