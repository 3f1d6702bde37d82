"""Which pairs belong together: connected components, and the links in them that need a second look.

One false bridge joins two families. So a cluster is not believed as a whole where it is held
together by something weak, or where it holds people whom nobody mistook for one: it is to be
looked at link by link.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from registry.matching.batch.records import Flags, Numbers

Rows = npt.NDArray[np.integer]

WEAK_BELOW = 0.0
"""A pair that scores less (log2 odds) is more likely two people than one; a bridge of it carries no cluster."""
_ALONE = 2


@dataclass(frozen=True, slots=True)
class Clusters:
    """How rows hang together.

    `cluster` has for each row the lowest row of its cluster: a row without a pair is its own.
    `check_links` says for each row whether its cluster is to be looked at link by link and not
    taken for one person: of three or more, and either with a pair that scores below 0 or with two
    verified numbers that differ. `weak` says for each pair whether it scores below 0 and is, in
    such a cluster, all that holds its two sides together.
    """

    cluster: npt.NDArray[np.int64]
    check_links: Flags
    weak: Flags

    def sizes(self) -> npt.NDArray[np.int64]:
        """For each row, how many rows are in its cluster."""
        return np.bincount(self.cluster, minlength=len(self.cluster))[self.cluster]


def clusters_of(
    rows: int,
    left: Rows,
    right: Rows,
    score: npt.NDArray[np.floating],
    verified: Numbers | None = None,
) -> Clusters:
    """The clusters of `rows` rows under pairs of them (`left[i]`, `right[i]`, scored in log2 odds).

    `verified` has each row's NHS number where its check digit is right, else 0. The order of
    pairs and of their ends makes no difference. Only rows that have a pair cost anything beyond
    the arrays returned.
    """
    cluster = np.arange(rows, dtype=np.int64)
    check_links, weak = np.zeros(rows, dtype=bool), np.zeros(len(left), dtype=bool)
    if not len(left):
        return Clusters(cluster, check_links, weak)
    members, ends = np.unique(np.concatenate([left, right]), return_inverse=True)
    one, other = ends[: len(left)], ends[len(left) :]
    label = _components(len(members), one, other)
    cluster[members] = members[label]
    several = np.bincount(label, minlength=len(members)) > _ALONE
    faint = several[label[one]] & (score < WEAK_BELOW)
    doubtful = np.zeros(len(members), dtype=bool)
    doubtful[label[one[faint]]] = True
    if verified is not None:
        doubtful |= several & _numbers_differ(label, verified[members])
    check_links[members] = doubtful[label]
    weak[faint] = _bridges(one, other, label, faint)
    return Clusters(cluster, check_links, weak)


def _components(count: int, one: Rows, other: Rows) -> npt.NDArray[np.int64]:
    """For each member the lowest one that it is joined to: labels sink along pairs until none can."""
    label = np.arange(count, dtype=np.int64)
    while True:
        mine, theirs = label[one], label[other]
        if np.array_equal(mine, theirs):
            return label
        lowest = np.minimum(mine, theirs)
        np.minimum.at(label, mine, lowest)
        np.minimum.at(label, theirs, lowest)
        while not np.array_equal(label, label[label]):
            label = label[label]


def _numbers_differ(label: npt.NDArray[np.int64], verified: Numbers) -> Flags:
    """By label: whether two of its members have verified numbers that are not one."""
    held = np.flatnonzero(verified)
    least = np.full(len(label), np.iinfo(np.int64).max)
    most = np.zeros(len(label), dtype=np.int64)
    np.minimum.at(least, label[held], verified[held])
    np.maximum.at(most, label[held], verified[held])
    return least < most


def _bridges(one: Rows, other: Rows, label: npt.NDArray[np.int64], faint: Flags) -> list[bool]:
    """For each faint pair whether nothing else joins its two ends. Only clusters that have one are drawn."""
    if not faint.any():
        return []
    import networkx

    drawn = np.isin(label[one], np.unique(label[one[faint]]))
    graph = networkx.Graph()
    graph.add_edges_from(zip(one[drawn].tolist(), other[drawn].tolist(), strict=True))
    bridges = {frozenset(pair) for pair in networkx.bridges(graph)}
    return [frozenset(pair) in bridges for pair in zip(one[faint].tolist(), other[faint].tolist(), strict=True)]
