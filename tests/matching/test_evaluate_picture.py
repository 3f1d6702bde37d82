"""The picture: well-formed, told in words too, and nothing drawn over anything else."""

from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from registry.matching.evaluate.picture.draw import TITLE, draw
from registry.matching.evaluate.picture.group_rows import height_of
from registry.matching.evaluate.report import Report, Wanted
from registry.matching.evaluate.report import evaluate as evaluated
from tests.matching.evaluated import evaluate, write

SVG = "{http://www.w3.org/2000/svg}"
ODD = "<R&D> \"'\x0b\x00"
GROUPS = ("area", "community", "sex")


@pytest.fixture
def wanted(tmp_path: Path) -> Wanted:
    """500 true pairs of which every tenth is missed; twenty areas, two communities of which one has an odd name."""
    ids = [f"{at}{side}" for at in range(500) for side in "lr"]
    people = [(one, f"area {int(one[:-1]) % 20}", ODD if int(one[:-1]) % 2 else "plain", "F") for one in ids]
    rows = [(f"{at}l", f"{at}r", at / 50) for at in range(500) if at % 10]
    rows += [(f"{at}l", f"{at + 1}r", at / 100) for at in range(0, 300, 3)]
    return Wanted(
        pairs=write(tmp_path / "pairs.csv", "id_left,id_right,score", rows),
        truth=write(tmp_path / "truth.csv", "id_left,id_right", [(f"{at}l", f"{at}r") for at in range(500)]),
        groups=write(tmp_path / "about.parquet", f"id,{','.join(GROUPS)}", people),
        group=GROUPS,
        resamples=0,
    )


def texts(svg: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(f"{SVG}text"))


def headings(svg: str) -> dict[str, float]:
    found = [one for one in texts(svg) if one.get("font-size") == "16" and one.get("font-weight") == "600"]
    return {one.text or "": float(one.get("y", "nan")) for one in found}


def test_the_command_draws_a_picture_told_in_words(tmp_path: Path, wanted: Wanted) -> None:
    out = tmp_path / "quality.svg"
    options = [word for column in wanted.group for word in ("--group", column)]
    result = evaluate(wanted.pairs, wanted.truth, "--groups", wanted.groups or "", *options, "--picture", out)
    assert result.exit_code == 0
    assert "quality.svg" in result.stdout
    root = ElementTree.fromstring(out.read_bytes())
    title, described = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and described is not None
    assert title.text == TITLE
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {described.get('id')}"
    said = described.text or ""
    assert "500 true pairs" in said and "Recall by area:" in said and "area 19, 25 true pairs" in said
    assert "Calibration, estimated and true share" in said


def test_sections_stand_below_each_other(wanted: Wanted) -> None:
    report = evaluated(wanted)
    svg = draw(report)
    tops = headings(svg)
    assert list(tops) == ["Area", "Community", "Sex", "Calibration", "Precision and recall"]
    steps = [lower - upper for upper, lower in pairwise(list(tops.values())[:3])]
    assert steps == [height_of(section) for section in report.groups[:2]]
    assert tops["Calibration"] == tops["Precision and recall"] > tops["Sex"] + height_of(report.groups[2])
    height = float(ElementTree.fromstring(svg).get("height", "nan"))
    assert all(0 < float(one.get("y", "nan")) < height for one in texts(svg))


def test_no_words_stand_on_others(wanted: Wanted) -> None:
    """By a narrow guess of the width of letters, left and right of where the words are anchored."""
    boxes = []
    for one in texts(draw(evaluated(wanted))):
        x, y, size = (float(one.get(key, "nan")) for key in ("x", "y", "font-size"))
        width = 0.42 * size * len(one.text or "")
        left = x - width * {"start": 0, "middle": 0.5, "end": 1}[one.get("text-anchor", "start")]
        boxes.append((one.text, left, left + width, y - 0.7 * size, y))
    over = [
        (one[0], other[0])
        for one, other in combinations(boxes, 2)
        if one[1] < other[2] and other[1] < one[2] and one[3] < other[4] and other[3] < one[4]
    ]
    assert [pair for pair in over if not {"1", "2", "3"} & set(pair)] == []


def test_of_many_groups_the_worst_are_drawn_and_the_others_counted(wanted: Wanted) -> None:
    svg = draw(evaluated(wanted))
    drawn = [one.text for one in texts(svg) if (one.text or "").startswith("area ")]
    assert len(drawn) == 14
    assert {"area 0", "area 10"} <= set(drawn), "whose pairs are missed"
    assert "6 more groups are in the table." in [one.text for one in texts(svg)]


def test_odd_names_of_groups_are_escaped(wanted: Wanted) -> None:
    svg = draw(evaluated(wanted))
    assert any((one.text or "").startswith("<R&D> \"'") for one in texts(svg))


def test_a_picture_of_nothing_is_a_picture(tmp_path: Path) -> None:
    none = write(tmp_path / "none.csv", "id_left,id_right,score", [])
    report: Report = evaluated(Wanted(none, write(tmp_path / "truth.csv", "id_left,id_right", [("a", "b")])))
    assert list(headings(draw(report))) == ["Calibration", "Precision and recall"]
