"""How good clusters are: people put together rightly, wrongly, or not."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from registry.matching.evaluate.measures import Point, point_of
from registry.matching.evaluate.source import Source, Unusable, asked, open_source
from registry.matching.evaluate.truth import Keys, ends

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class ClusterMeasures:
    """Clusters by the pairs that they make of their members, and those that join different people."""

    pairwise: Point
    clusters: int
    """Of two records or more."""
    wrongly_joined: int
    """Of these, clusters with records that are not all one person."""
    records_in_them: int
    largest: int
    unknown_ids: int
    """Records in clusters that neither the truth nor the pairs name; taken for people of their own."""


def open_clusters(db: "duckdb.DuckDBPyConnection", path: Path) -> Source:
    """A file of clusters; Unusable where it lacks a column."""
    return open_source(db, path, ("id", "cluster"))


def measure_clusters(
    db: "duckdb.DuckDBPyConnection", source: Source, true_keys: Keys, everybody: bool
) -> ClusterMeasures:
    """Measure a file of clusters against the true pairs.

    `everybody`: the truth should know all ids. Unusable where an id stands in two clusters.
    """
    _gather(db, source)
    sizes = db.execute("select size from sizes order by number").fetchnumpy()["size"].astype(np.int64)
    member = db.execute(
        "select people.rowid::integer as person, m.number from members m left join people on people.id = m.id"
    ).fetchnumpy()
    unknown = np.ma.getmaskarray(member["person"])
    cluster = np.full(db.execute("select count(*) from people").fetchall()[0][0], -1, dtype=np.int64)
    cluster[np.ma.getdata(member["person"])[~unknown]] = member["number"][~unknown]
    right = _right_pairs(cluster, true_keys, len(sizes))
    made = sizes * (sizes - 1) // 2
    wrong = made > right
    return ClusterMeasures(
        pairwise=point_of(int(made.sum()), int(right.sum()), len(true_keys)),
        clusters=len(sizes),
        wrongly_joined=int(wrong.sum()),
        records_in_them=int(sizes[wrong].sum()),
        largest=int(sizes.max(initial=0)),
        unknown_ids=int(unknown.sum()) if everybody else 0,
    )


def _gather(db: "duckdb.DuckDBPyConnection", source: Source) -> None:
    """Tables `sizes` (number, size) of clusters of two and more, and `members` (id, number) of them."""
    named, cluster = source.text("id"), source.text("cluster")
    asked(
        db,
        f"create or replace temp table given as select distinct {named} as id, {cluster} as cluster"
        f" from {source.relation} where {named} is not null and {cluster} is not null",
        source,
    )
    db.execute(
        "create or replace temp table sizes as select row_number() over (order by cluster) - 1 as number, cluster,"
        " count(*) as size from given group by cluster having count(*) > 1"
    )
    db.execute("create or replace temp table members as select id, number from given join sizes using (cluster)")
    db.execute("drop table given")
    torn = db.execute("select count(*) - count(distinct id) from members").fetchall()[0][0]
    if torn:
        raise Unusable(f"{source.name}: {torn} ids stand in more than one cluster; give each id one")


def _right_pairs(cluster: Keys, true_keys: Keys, clusters: int) -> Keys:
    left, right = ends(true_keys)
    together = (cluster[left] >= 0) & (cluster[left] == cluster[right])
    return np.bincount(cluster[left[together]], minlength=clusters)
