"""Files that cannot be used: exit 2 and a sentence that names the file and the column, before any work."""

from pathlib import Path

import pytest

from tests.matching.evaluated import evaluate, write

PAIRS = "id_left,id_right,score"


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Columns as needed, and a row that stops the work once it begins."""
    return write(tmp_path / "pairs.csv", PAIRS, [("a", "b", "about 7")])


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    return write(tmp_path / "truth.csv", "id_left,id_right", [("a", "b")])


def refused(pairs: Path, truth: Path, *options: str | Path) -> str:
    result = evaluate(pairs, truth, *options)
    assert result.exit_code == 2
    assert result.stdout == ""
    return result.stderr


def test_a_wrong_column_is_named_before_work(tmp_path: Path, pairs: Path, truth: Path) -> None:
    odd = write(tmp_path / "odd.csv", "id,colour", [("a", "red")])
    assert "odd.csv has no column id_left, id_right, score: it has id, colour" in refused(odd, truth)
    assert "odd.csv: the truth needs the columns id_left and id_right" in refused(pairs, odd)
    assert "odd.csv has no column cluster" in refused(pairs, truth, "--clusters", odd)
    assert "odd.csv has no column community" in refused(pairs, truth, "--groups", odd, "--group", "community")
    assert "odd.csv has no column errors" in refused(pairs, truth, "--groups", odd, "--tags", "errors")
    assert "odd.csv has no column id_left, id_right, kind" in refused(pairs, truth, "--hard-negatives", odd)


def test_options_that_need_each_other_say_so(tmp_path: Path, pairs: Path, truth: Path) -> None:
    assert "--groups FILE" in refused(pairs, truth, "--group", "sex")
    assert "--group, --tags or --kind" in refused(pairs, truth, "--groups", pairs)
    assert "must end in .svg" not in refused(pairs, truth, "--picture", tmp_path / "quality.svg")
    assert "end in .svg" in refused(pairs, truth, "--picture", tmp_path / "quality.png")
    assert "no directory" in refused(pairs, truth, "--picture", tmp_path / "none" / "quality.svg")
    assert not list(tmp_path.glob("quality.*"))


def test_no_such_file_and_no_such_kind_of_file(tmp_path: Path, truth: Path) -> None:
    assert "gone.csv: there is no such file" in refused(tmp_path / "gone.csv", truth)
    (tmp_path / "pairs.xlsx").write_text("")
    assert "must end in .csv, .csv.gz or .parquet" in refused(tmp_path / "pairs.xlsx", truth)
    for name in ("pairs.parquet", "pairs.csv.gz", "pairs.csv"):
        (tmp_path / name).write_bytes(b"\xff\xfe\x00 no table")
        assert name in refused(tmp_path / name, truth)
    (tmp_path / "empty.csv").write_text("")
    assert "must name the columns" in refused(tmp_path / "empty.csv", truth)


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("score", "0.9 MARY", "in the column score, 1 rows have no number"),
        ("probability", "1.2", "in the column probability, 1 rows have no number between 0 and 1"),
        ("decision", "MARY", "in the column decision, 1 rows say neither certain, possible nor none"),
    ],
)
def test_a_wrong_value_is_counted_and_never_quoted(
    tmp_path: Path, truth: Path, column: str, value: str, told: str
) -> None:
    row = {"id_left": "a", "id_right": "b", "score": "1"} | {column: value}
    said = refused(write(tmp_path / "wrong.csv", ",".join(row), [tuple(row.values())]), truth)
    assert told in said
    assert "MARY" not in said


def test_a_broken_row_is_named_by_its_line_and_never_quoted(tmp_path: Path, truth: Path) -> None:
    broken = write(tmp_path / "broken.csv", PAIRS, [("a", "b", "1"), ("a", "MARY", "3", "4", "5")])
    said = refused(broken, truth)
    assert "broken.csv: line 3 has not as many columns as the header" in said
    assert "MARY" not in said


def test_an_id_is_one_person(tmp_path: Path, truth: Path) -> None:
    good = write(tmp_path / "good.csv", PAIRS, [("a", "b", "7")])
    torn = write(tmp_path / "torn.csv", "id,cluster", [("a", 1), ("b", 1), ("a", 2), ("c", 2)])
    assert "1 ids have more than one cluster in the column cluster" in refused(good, torn)
    assert "1 ids stand in more than one cluster" in refused(good, truth, "--clusters", torn)


def test_a_truth_about_others_is_refused(tmp_path: Path) -> None:
    good = write(tmp_path / "good.csv", PAIRS, [("a", "b", "7")])
    others = write(tmp_path / "others.csv", "id,cluster", [("A1", 1), ("B1", 1)])
    assert "the truth knows none of the ids in id_left and id_right" in refused(good, others)
    one = write(tmp_path / "one.csv", "id,cluster", [(at, "all") for at in range(20_002)])
    assert "the largest cluster having 20,002 records" in refused(good, one)
