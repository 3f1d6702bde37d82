"""Files of scored pairs against files of truth: what is counted, what is said, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.matching.evaluated import evaluate, report_of, write

PAIRS = "id_left,id_right,score"
SCORED = [("a", "b", 9.0), ("d", "c", 8.0), ("a", "c", 7.0), ("f", "e", 6.0), ("b", "d", 5.0)]
TRUE = [("b", "a"), ("c", "d"), ("e", "f"), ("h", "g")]
PEOPLE = [(who, number // 2) for number, who in enumerate("abcdefghx")]


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    return write(tmp_path / "pairs.csv", PAIRS, SCORED)


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    return write(tmp_path / "truth.csv", "id_left,id_right", TRUE)


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet"])
@pytest.mark.parametrize(("header", "rows"), [("id_left,id_right", TRUE), ("id,cluster", PEOPLE)])
def test_truth_of_pairs_and_of_clusters_say_the_same_in_any_file(
    tmp_path: Path, suffix: str, header: str, rows: list[tuple[Any, ...]]
) -> None:
    """Pairs of another tool: no column but ids and a score."""
    scored = write(tmp_path / f"pairs{suffix}", PAIRS, SCORED)
    report = report_of(scored, write(tmp_path / f"truth{suffix}", header, rows))
    measures = report["measures"]
    assert (measures["true_pairs"], measures["pairs"], measures["ceiling"]["value"]) == (4, 5, 0.75)
    assert [measures["best"][key] for key in ("threshold", "pairs", "right")] == [6, 4, 3]
    assert measures["at_99"]["recall"]["value"] == measures["at_999"]["recall"]["value"] == 0.5
    assert not report["decided"]
    assert list(report["calls"]) == ["precision 0.999", "best F1"]
    last = report["curve"][-1]
    assert (last["threshold"], last["precision"], last["recall"]) == (5, 0.6, 0.75)
    assert not any(value for key, value in report["noticed"].items() if key != "rows")


def test_ids_are_compared_as_text(tmp_path: Path) -> None:
    scored = write(tmp_path / "pairs.parquet", PAIRS, [(1, 2, 3.0), (3, 10, 2.0)])
    report = report_of(scored, write(tmp_path / "truth.csv", "id_left,id_right", [("2 ", "1"), ("10", "03")]))
    assert report["measures"]["ceiling"] | {"low": 0, "high": 0} == {
        "value": 0.5, "low": 0, "high": 0, "count": 1, "of": 2, "method": "wilson",
    }  # fmt: skip


def test_a_pair_counts_once_in_whichever_order(tmp_path: Path, truth: Path) -> None:
    again = [("b", "a", 1.0), ("a", "b", ""), ("c", "d", 10.0), ("e", "e", 50.0), ("", "a", 50.0), ("e", "d", "NaN")]
    scored = write(tmp_path / "again.csv", PAIRS, [*SCORED, *again])
    report = report_of(scored, truth)
    odd = {"rows": 11, "without_id": 1, "with_oneself": 1, "repeated": 3, "without_score": 1}
    assert {key: report["noticed"][key] for key in odd} == odd
    assert report["measures"]["pairs"] == 6
    assert report["measures"]["best"]["right"] == 3
    assert report["curve"][0] == {"threshold": 10.0, "precision": 1.0, "recall": 0.25}
    said = evaluate(scored, truth, "--resamples", "0").stdout
    assert "3 rows repeat a pair" in said and "1 rows pair a record with itself" in said
    assert "1 pairs have no score" in said and "1 rows of the pairs lack an id" in said


def test_true_pairs_count_once_too(tmp_path: Path, pairs: Path) -> None:
    repeated = write(tmp_path / "truth.csv", "id_left,id_right", [*TRUE, ("a", "b"), ("b", "a"), ("a", "a"), ("", "b")])
    report = report_of(pairs, repeated)
    assert (report["measures"]["true_pairs"], report["noticed"]["truth_left_out"]) == (4, 2)
    clusters = write(tmp_path / "clusters.csv", "id,cluster", [*PEOPLE, ("a", "0"), ("y", "")])
    report = report_of(pairs, clusters)
    assert (report["measures"]["true_pairs"], report["noticed"]["truth_left_out"]) == (4, 1)


def test_ids_that_the_truth_does_not_know_are_said(tmp_path: Path, truth: Path) -> None:
    scored = write(tmp_path / "pairs.csv", PAIRS, [*SCORED, ("a", "new", 8.5), ("newer", "new", 1.0)])
    clusters = write(tmp_path / "clusters.csv", "id,cluster", PEOPLE)
    noticed = report_of(scored, clusters)["noticed"]
    assert (noticed["unknown_ids"], noticed["pairs_of_unknown"]) == (2, 2)
    assert "the truth does not know 2 ids of the pairs" in evaluate(scored, clusters).stdout
    assert report_of(scored, truth)["noticed"]["unknown_ids"] == 0, "a truth of pairs is silent about the others"


def test_words_of_decision_are_measured(tmp_path: Path, truth: Path) -> None:
    words = ["certain", "POSSIBLE", "certain ", "", "none"]
    rows = [(*pair, word) for pair, word in zip(SCORED, words, strict=True)]
    report = report_of(write(tmp_path / "decided.csv", f"{PAIRS},decision", rows), truth)
    assert report["decided"]
    told = {name: (at["threshold"], at["pairs"], at["right"]) for name, at in report["calls"].items()}
    assert told == {"certain": (None, 2, 1), "certain or possible": (None, 3, 2)}


def test_the_odds_are_checked_by_the_column_probability(tmp_path: Path, pairs: Path, truth: Path) -> None:
    rows = [(*pair, chance) for pair, chance in zip(SCORED, (0.75, 0.75, 0.75, 0.75, 1), strict=True)]
    found = report_of(write(tmp_path / "odds.csv", f"{PAIRS},probability", rows), truth)["calibration"]
    told = {band["odds"]: (band["pairs"], band["observed"]["count"]) for band in found["bands"] if band["pairs"]}
    assert told == {"2:1 to 4:1": (4, 3), "8,192:1 and more": (1, 0)}
    assert (found["source"], found["expected_error"], found["expected_error_in_doubt"]) == ("probability", 0.2, 0)
    assert report_of(pairs, truth)["calibration"]["source"] == "score"


def test_clusters_are_measured_by_their_pairs(tmp_path: Path, pairs: Path, truth: Path) -> None:
    """a, b, c are two people in one cluster; e and f are rightly together; x is nobody's."""
    joined = [("a", 1), ("b", 1), ("c", 1), ("e", 2), ("f", 2), ("g", 3), ("x", 4)]
    found = report_of(pairs, truth, "--clusters", write(tmp_path / "joined.csv", "id,cluster", joined))["clusters"]
    point = found.pop("pairwise")
    assert (point["pairs"], point["right"], point["recall"]["value"]) == (4, 2, 0.5)
    assert found == {"clusters": 2, "wrongly_joined": 1, "records_in_them": 3, "largest": 3, "unknown_ids": 0}


def test_the_json_has_what_the_help_says(pairs: Path, truth: Path) -> None:
    report = report_of(pairs, truth)
    told = evaluate(pairs, truth, "--help").stdout
    point, calibration = report["measures"]["best"], report["calibration"]
    for part in (report, report["measures"], point, point["recall"], calibration, report["curve"][0]):
        assert [key for key in part if key not in told] == []
    assert set(report["measures"]) == {"true_pairs", "pairs", "without_score", "ceiling", "best", "at_99", "at_999"}
    assert set(point) == {"threshold", "pairs", "right", "precision", "recall", "f1"}
    assert set(point["f1"]) == {"value", "low", "high", "count", "of", "method"}
    drawn = json.loads(evaluate(pairs, truth, "--json").stdout)["measures"]["best"]["f1"]
    assert drawn["method"] == "bootstrap"
    assert drawn == json.loads(evaluate(pairs, truth, "--json").stdout)["measures"]["best"]["f1"]


def test_no_pairs_and_no_truth_are_an_answer(tmp_path: Path, pairs: Path, truth: Path) -> None:
    none = write(tmp_path / "none.csv", PAIRS, [])
    nobody = write(tmp_path / "nobody.csv", "id_left,id_right", [])
    assert "there are no pairs in the file" in evaluate(none, truth).stdout
    unnamed = write(tmp_path / "unnamed.csv", PAIRS, [("", "", 5.0)])
    assert "1 rows of the pairs lack an id" in evaluate(unnamed, write(tmp_path / "c.csv", "id,cluster", PEOPLE)).stdout
    assert "recall cannot be measured" in evaluate(pairs, nobody).stdout
    assert report_of(pairs, nobody)["measures"]["best"] is None
