"""Clusters: what hangs together, and which links in it carry nothing."""

import networkx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from registry.matching.batch.clusters import Clusters, clusters_of


def clustered(rows: int, pairs: list[tuple[int, int, float]], numbers: dict[int, int] | None = None) -> Clusters:
    left, right, score = ([pair[place] for pair in pairs] for place in range(3))
    verified = np.zeros(rows, dtype=np.int64)
    for row, number in (numbers or {}).items():
        verified[row] = number
    return clusters_of(rows, np.array(left, int), np.array(right, int), np.array(score, float), verified)


def test_rows_without_a_pair_are_clusters_of_their_own() -> None:
    found = clustered(3, [])
    assert found.cluster.tolist() == [0, 1, 2]
    assert not found.check_links.any()


def test_a_cluster_bears_its_lowest_row() -> None:
    found = clustered(6, [(5, 3, 9.0), (4, 3, 8.0), (2, 1, 8.0)])
    assert found.cluster.tolist() == [0, 1, 1, 3, 3, 3]
    assert found.sizes().tolist() == [1, 2, 2, 3, 3, 3]


def test_a_weak_bridge_between_two_people_is_shown_and_the_cluster_is_not_believed() -> None:
    found = clustered(4, [(0, 1, 15.0), (2, 3, 14.0), (1, 2, -1.5)])
    assert found.weak.tolist() == [False, False, True]
    assert found.check_links.all()


def test_a_faint_pair_that_others_span_is_no_bridge_but_the_cluster_is_looked_at() -> None:
    found = clustered(3, [(0, 1, 9.0), (1, 2, 9.0), (0, 2, -1.0)])
    assert not found.weak.any()
    assert found.check_links.all()


def test_a_faint_pair_alone_is_just_a_faint_pair() -> None:
    found = clustered(2, [(0, 1, -2.0)], {0: 9990000018, 1: 9990000026})
    assert not found.weak.any()
    assert not found.check_links.any()


def test_two_verified_numbers_in_a_cluster_of_three_ask_for_a_look_at_its_links() -> None:
    pairs = [(0, 1, 9.0), (1, 2, 9.0)]
    assert clustered(4, pairs, {0: 9990000018, 2: 9990000026}).check_links.tolist() == [True, True, True, False]
    assert not clustered(4, pairs, {0: 9990000018, 2: 9990000018}).check_links.any()
    assert not clustered(4, pairs, {0: 9990000018}).check_links.any()


_PAIRS = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11), st.floats(-10, 20)).filter(lambda pair: pair[0] != pair[1]),
    unique_by=lambda pair: frozenset(pair[:2]),
)


@given(_PAIRS)
def test_clusters_are_the_connected_components(pairs: list[tuple[int, int, float]]) -> None:
    graph = networkx.Graph()
    graph.add_nodes_from(range(12))
    graph.add_edges_from((one, other) for one, other, _ in pairs)
    found = clustered(12, pairs)
    for component in networkx.connected_components(graph):
        assert {int(found.cluster[row]) for row in component} == {min(component)}
    bridges = {frozenset(pair) for pair in networkx.bridges(graph)}
    sizes = found.sizes()
    for (one, other, score), weak in zip(pairs, found.weak.tolist(), strict=True):
        assert weak == (score < 0 and sizes[one] > 2 and frozenset((one, other)) in bridges)


@given(_PAIRS)
def test_the_order_makes_no_difference(pairs: list[tuple[int, int, float]]) -> None:
    turned = [(other, one, score) for one, other, score in reversed(pairs)]
    one, other = clustered(12, pairs), clustered(12, turned)
    assert one.cluster.tolist() == other.cluster.tolist()
    assert one.check_links.tolist() == other.check_links.tolist()
    assert one.weak.tolist() == other.weak.tolist()[::-1]
