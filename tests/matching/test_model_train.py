"""`registry match train`: from a file to a model that can be read, and what it refuses to begin."""

import json
import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from registry.cli import app
from registry.matching.batch.make_records import read_people
from registry.matching.batch.read_file import mapping_of
from registry.matching.levels import FIELDS, Field, Place
from registry.matching.model import gather as gathering
from registry.matching.model.gather import gather
from registry.matching.model.load import SHIPPED, load_model

MAPS = ("forename=first", "surname=last", "date_of_birth=born", "sex=sex", "postcode=pc", "address_line_1=street")
OPTIONS = [word for each in MAPS for word in ("--map", each)]
PEOPLE = 4_000
SECOND_RECORDS = 80
LETTERS = "BCDFGHKLMNPRSTVW"


def _name(draw: random.Random, syllables: int) -> str:
    return "".join(draw.choice(LETTERS) + draw.choice("AEIOU") for _ in range(syllables)).title()


def _town(draw: random.Random) -> list[dict[str, str]]:
    """Households of three with one surname and address, and second records with a slip in the forename."""
    rows: list[dict[str, str]] = []
    forenames = [_name(draw, 3) for _ in range(300)]
    for home in range(PEOPLE // 3):
        surname, postcode = _name(draw, 3), f"ZX{home % 90 + 1} {home % 9 + 1}A{LETTERS[home % 16]}"
        for _ in range(3):
            row = {"id": str(len(rows)), "first": draw.choice(forenames), "last": surname, "pc": postcode}
            born = date(1930, 1, 1) + timedelta(days=draw.randrange(33_000))
            row |= {"born": born.isoformat(), "sex": draw.choice("MF"), "street": f"{home % 80 + 1} High Street"}
            rows.append(row)
    for number, row in enumerate(draw.sample(rows, SECOND_RECORDS)):
        slip = {"first": row["first"][:-1] + "x"} if number % 2 else {}
        rows.append({**row, **slip, "id": f"second-{number}"})
    return rows


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("town") / "people.parquet"
    pq.write_table(pa.Table.from_pylist(_town(random.Random(5))), path)
    return path


@pytest.fixture(autouse=True)
def small_towns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "LEAST_PEOPLE", 1_000)
    monkeypatch.setattr(gathering, "RANDOM_PAIRS", 50_000)


def train(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["match", "train", *arguments])


def test_evidence_is_gathered_from_a_file(town: Path) -> None:
    evidence = gather(read_people(town, mapping_of("id", MAPS)).records, SHIPPED)
    assert evidence.people == PEOPLE // 3 * 3 + SECOND_RECORDS
    assert evidence.share_looked_at == pytest.approx(1.0)
    assert evidence.same_address is not None
    at_one_address = evidence.same_address.level_counts(Field.PLACE)
    assert at_one_address[Place.SAME_ADDRESS] == evidence.same_address.pairs >= PEOPLE
    assert evidence.candidates.pairs >= SECOND_RECORDS
    assert evidence.random.pairs == pytest.approx(50_000, rel=0.01)


def test_a_model_is_learnt_shown_and_written(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "model.json"
    done = train(str(town), "--id", "id", *OPTIONS, "--duplicate-rate", "0.02", "--out", str(out), "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["breaches"] == []
    assert told["matches_expected"] == pytest.approx(SECOND_RECORDS, abs=20)
    assert len(told["levels"]) == sum(len(SHIPPED.random[field]) for field in FIELDS)
    assert set(told["levels"][0]["counts"]) == {"by_chance", "one_address", "candidates"}
    assert load_model(out).version == told["version"]


def test_a_model_outside_its_bounds_is_shown_and_not_written(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "model.json"
    done = train(str(town), "--id", "id", *OPTIONS, "--duplicate-rate", "0.0001", "--out", str(out))
    assert done.exit_code == 1
    assert "times the 0 that the duplicate rate gives" in done.stderr
    assert "model.json was not written" in done.stderr
    assert "forename" in done.stdout
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "give a FILE, --register or --from-decisions"),
        (["FILE", "--register"], "only one of them"),
        (["FILE", *OPTIONS], "say with --id"),
        (["FILE", "--id", "id"], "say which columns are what"),
        (["FILE", "--id", "number", *OPTIONS], "no column number"),
        (["nowhere.csv", "--id", "id", *OPTIONS], "is not there"),
    ],
)
def test_what_cannot_be_used_is_told_first(arguments: Sequence[str], told: str, town: Path, tmp_path: Path) -> None:
    asked = [str(town) if each == "FILE" else each for each in arguments]
    done = train(*asked, "--out", str(tmp_path / "model.json"))
    assert done.exit_code == 2
    assert told in done.stderr


def test_a_model_has_somewhere_to_go(town: Path, tmp_path: Path) -> None:
    done = train(str(town), "--id", "id", *OPTIONS, "--out", str(tmp_path / "nowhere" / "model.json"))
    assert done.exit_code == 2
    assert "is no directory" in done.stderr


def test_few_people_teach_nothing(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "LEAST_PEOPLE", 20_000)
    done = train(str(town), "--id", "id", *OPTIONS, "--out", str(tmp_path / "model.json"))
    assert done.exit_code == 1
    assert "too few to learn from, 20,000 are needed" in done.stderr
