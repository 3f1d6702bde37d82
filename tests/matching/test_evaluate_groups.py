"""Error rates by group, recall by kind of error, wrong pairs by kind of people: for whom matching fails."""

from pathlib import Path
from typing import Any

import pytest

from tests.matching.evaluated import evaluate, report_of, write

FOUND = {"east": (300, 300), "west": (300, 255), "tiny": (4, 3)}
"""By group: true pairs, and how many of them are called certain; the others are called possible."""


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Besides the true pairs six wrong ones within east, and one between east and west."""
    rows = [
        (f"{group}{at}l", f"{group}{at}r", 9, "certain" if at < found else "possible")
        for group, (true, found) in FOUND.items()
        for at in range(true)
    ]
    rows += [(f"east{at}l", f"east{at + 1}r", 8, "certain") for at in range(6)]
    rows.append(("west7r", "east7l", 8, "possible"))
    return write(tmp_path / "pairs.csv", "id_left,id_right,score,decision", rows)


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    rows = [(f"{group}{at}l", f"{group}{at}r") for group, (true, _) in FOUND.items() for at in range(true)]
    return write(tmp_path / "truth.csv", "id_left,id_right", rows)


def about(path: Path, column: str, value: dict[str, Any], other: Any = None) -> Path:
    """A file about everybody: the value of an id, else of its group, else the other one."""
    ids = [f"{group}{at}{side}" for group, (true, _) in FOUND.items() for at in range(true) for side in "lr"]
    return write(path, f"id,{column}", [(one, value.get(one, value.get(one[:4], other))) for one in ids])


def test_rates_of_each_group_and_the_largest_gap(tmp_path: Path, pairs: Path, truth: Path) -> None:
    areas = about(tmp_path / "about.csv", "area", {name: name for name in FOUND})
    (found,) = report_of(pairs, truth, "--groups", areas, "--group", "area")["groups"]
    east, tiny, west = found["lines"]
    assert [(one["value"], one["people"], one["true_pairs"]) for one in (east, tiny, west)] == [
        ("east", 600, 300),
        ("tiny", 8, 4),
        ("west", 600, 300),
    ]
    assert (east["recall"]["certain"]["value"], west["recall"]["certain"]["value"]) == (1, 0.85)
    assert west["recall"]["certain or possible"]["value"] == 1
    assert east["wrong_per_thousand"]["certain"] | {"low": 0, "high": 0} == {
        "value": 10.0, "low": 0, "high": 0, "count": 6, "of": 600, "method": "byar",
    }  # fmt: skip
    assert west["wrong_per_thousand"]["certain"]["count"] == 0
    assert [one["wrong_per_thousand"]["certain or possible"]["count"] for one in (east, tiny, west)] == [7, 0, 1]
    gap = found["gap_of_recall"]["certain"]
    assert (gap["lowest"], gap["highest"], gap["beyond_chance"]) == ("west", "east", True)
    assert gap["size"] == pytest.approx(0.15)
    assert 0 < gap["low"] < 0.15 < gap["high"]
    wrong = found["gap_of_wrong"]["certain or possible"]
    assert (wrong["lowest"], wrong["highest"], wrong["size"]) == ("west", "east", pytest.approx(10))
    assert not wrong["beyond_chance"], "7 of 600 and 1 of 600 may be chance"


def test_groups_too_small_to_tell_are_said_and_not_compared(tmp_path: Path, pairs: Path, truth: Path) -> None:
    areas = about(tmp_path / "about.csv", "area", {"east": "east", "tiny": "tiny"})
    (found,) = report_of(pairs, truth, "--groups", areas, "--group", "area")["groups"]
    assert [(one["value"], one["too_small"]) for one in found["lines"]] == [
        ("east", False),
        ("tiny", True),
        ("(not given)", False),
    ]
    assert found["gap_of_recall"]["certain"] is None
    said = evaluate(pairs, truth, "--resamples", "0", "--groups", areas, "--group", "area").stdout
    assert "too small to tell" in said
    assert "fewer than two groups of area are large enough to compare" in said


def test_a_pair_of_two_groups_counts_for_both(tmp_path: Path, pairs: Path, truth: Path) -> None:
    sides = about(tmp_path / "about.parquet", "side", {"east0l": "left", "east0r": "right"}, "either")
    (found,) = report_of(pairs, truth, "--groups", sides, "--group", "side")["groups"]
    assert {one["value"]: one["true_pairs"] for one in found["lines"]} == {"either": 603, "left": 1, "right": 1}


def test_ages_stand_in_the_order_of_their_numbers(tmp_path: Path, pairs: Path, truth: Path) -> None:
    ages = about(tmp_path / "about.csv", "age", {"east0l": "10-19", "east1l": "5-9", "east2l": "under 5"}, "100+")
    (found,) = report_of(pairs, truth, "--groups", ages, "--group", "age")["groups"]
    assert [one["value"] for one in found["lines"]] == ["under 5", "5-9", "10-19", "100+"]


@pytest.mark.parametrize(
    ("name", "typo", "both", "none"),
    [
        ("tags.csv", "typo", "moved  typo", ""),
        ("tags.parquet", ["typo"], ["moved", "typo"], []),
        ("none_in_list.parquet", ["typo", None], ["moved", "typo"], [None]),
    ],
)
def test_each_word_of_a_tag_counts(
    tmp_path: Path, pairs: Path, truth: Path, name: str, typo: Any, both: Any, none: Any
) -> None:
    tags = about(tmp_path / name, "errors", {"east0l": typo, "west299l": both}, none)
    (found,) = report_of(pairs, truth, "--groups", tags, "--tags", "errors")["tags"]
    told = {one["value"]: (one["people"], one["recall"]["certain"]["value"]) for one in found["lines"]}
    assert {word: told[word] for word in ("typo", "moved")} == {"typo": (2, 0.5), "moved": (1, 0)}
    assert told.keys() == {"typo", "moved", "(none)"}


def test_wrong_pairs_by_kind_of_their_people(tmp_path: Path, pairs: Path, truth: Path) -> None:
    kinds = about(tmp_path / "about.csv", "kind", {"east0l": "twin", "east1r": "twin junior", "west7r": "junior"}, "")
    found = report_of(pairs, truth, "--groups", kinds, "--kind", "kind")["kinds"]["kind"]
    told = [(one["kind"], one["people"], one["wrong"], one["wrong_within"]) for one in found]
    called = ("certain", "certain or possible")
    assert told == [
        ("junior", 2, dict(zip(called, (1, 2), strict=True)), dict.fromkeys(called, 0)),
        ("twin", 2, dict.fromkeys(called, 1), dict.fromkeys(called, 1)),
    ]


def test_hard_negatives_are_a_number_of_their_own(tmp_path: Path, pairs: Path, truth: Path) -> None:
    """Of three pairs of twins one is called; one pair is given twice, one is one person by the truth."""
    twins = [("east1r", "east0l"), ("east0l", "east1r"), ("east9l", "west9r"), ("east9l", "nobody")]
    rows = [(*pair, "twins") for pair in twins] + [("east4l", "east4r", "twins"), ("west7r", "east7l", "")]
    hard = write(tmp_path / "hard.csv", "id_left,id_right,kind", rows)
    unnamed, found = report_of(pairs, truth, "--hard-negatives", hard)["hard_negatives"]
    assert (found["kind"], found["pairs"], found["true"], found["in_file"]) == ("twins", 4, 1, 1)
    assert [found["called"]["certain"][key] for key in ("count", "of")] == [1, 3]
    assert (unnamed["kind"], unnamed["called"]["certain"]["count"]) == ("(not given)", 0)
    assert unnamed["called"]["certain or possible"]["count"] == 1
    assert "Hard negatives: pairs known to be two people" in evaluate(pairs, truth, "--hard-negatives", hard).stdout


def test_without_a_call_it_is_said_that_groups_cannot_be_told(tmp_path: Path) -> None:
    scored = write(tmp_path / "scored.csv", "id_left,id_right,score", [("east0l", "east1l", 3)])
    one = write(tmp_path / "one.csv", "id_left,id_right", [("east0l", "east0r")])
    areas = about(tmp_path / "about.csv", "area", {}, "here")
    assert report_of(scored, one, "--groups", areas, "--group", "area")["groups"] == []
    assert "no pair with a score is true" in evaluate(scored, one, "--groups", areas, "--group", "area").stdout
