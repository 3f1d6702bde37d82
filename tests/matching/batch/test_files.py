"""Files as they come: what is read of them, what is said of them, and what is refused before work starts."""

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from registry.matching.batch.make_records import read_people, read_two
from registry.matching.batch.read_file import UnusableFile, mapping_of, read_columns
from registry.matching.command_line import app

HEADER = ("id", "first", "last", "dob", "gender", "pc", "street", "number")
PEOPLE = (
    ("1", "Jonathan", "Featherstone", "12/03/1970", "M", "ZX1 2AB", "12 High Street", "9990000018"),
    ("2", "Jonathen", "Featherstone", "12/03/1970", "M", "ZX1 2AB", "12 High St.", ""),
    ("3", "Mary Ann", "O'Neil", "01/01/1900", "F", "ZX9 9ZZ", "1 Mill Lane", "9990000019"),
    ("4", "Baby", "Ng", "30/02/2020", "", "ZZ99 3VZ", "", "1019912006"),
    ("5", "X", "李", "05/06/1980", "f", "not known", "", ""),
)
MAPS = (
    "forename=first",
    "surname=last",
    "date_of_birth=dob:%d/%m/%Y",
    "sex=gender",
    "postcode=pc",
    "address_line_1=street",
    "nhs_number=number",
)


def write(path: Path, rows: Iterable[Iterable[str]] = PEOPLE, header: Iterable[str] = HEADER) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([list(header), *rows])
    return path


def dedupe(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["dedupe", *arguments])


def options(maps: Iterable[str] = MAPS) -> list[str]:
    return [word for each in maps for word in ("--map", each)]


def test_a_file_becomes_columns_of_normalised_values(tmp_path: Path) -> None:
    records = read_people(write(tmp_path / "people.csv"), mapping_of("id", MAPS)).records
    names = records.names.values
    assert [names[code] for code in records.forename] == ["JONATHAN", "JONATHEN", "MARY", "", "X"]
    assert [names[code] for code in records.middle] == ["", "", "ANN", "", ""]
    assert [names[code] for code in records.surname] == ["FEATHERSTONE", "FEATHERSTONE", "ONEIL", "NG", ""]
    assert records.born.tolist() == [19700312, 19700312, 0, 0, 19800605]
    assert records.sex.tolist() == [1, 1, 2, 0, 2]
    assert records.number.tolist() == [9990000018, 0, 9990000019, 0, 0]
    assert records.number_is_valid.tolist() == [True, False, False, False, False]
    assert records.addresses.of(records.forename[:0]) == []


def test_what_is_odd_is_counted_and_never_an_agreement(tmp_path: Path) -> None:
    odd = read_people(write(tmp_path / "people.csv"), mapping_of("id", MAPS)).odd
    assert odd["date of birth unreadable"] == 1
    assert odd["date of birth that only fills the field"] == 1
    assert odd["forename of one letter"] == 1
    assert odd["forename unreadable, too long, or a stand-in"] == 1
    assert odd["surname unreadable, too long, or a stand-in"] == 1
    assert odd["NHS number not a valid one of England or Wales"] == 2


def test_parquet_says_the_same_as_csv(tmp_path: Path) -> None:
    written = write(tmp_path / "people.csv")
    columns = dict(zip(HEADER, map(list, zip(*PEOPLE, strict=True)), strict=True))
    pq.write_table(pa.table(columns), tmp_path / "people.parquet")
    from_csv = read_people(written, mapping_of("id", MAPS)).records
    from_parquet = read_people(tmp_path / "people.parquet", mapping_of("id", MAPS)).records
    for name in ("forename", "surname", "born", "postcode", "number"):
        assert getattr(from_csv, name).tolist() == getattr(from_parquet, name).tolist()


def test_one_spelling_of_dates_is_found_out(tmp_path: Path) -> None:
    mapping = mapping_of("id", ["date_of_birth=dob"])
    assert read_people(write(tmp_path / "people.csv"), mapping).records.born.tolist()[0] == 19700312


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        (["surname=family_name"], "has no column family_name"),
        (["surnam=last"], "surnam is no field"),
        (["surname"], "write FIELD=COLUMN"),
        (["surname=last", "surname=first"], "given twice"),
        (["date_of_birth=dob:dmy"], "a form of dates is written like"),
        (["date_of_birth=last"], "date_of_birth: most of the column is no date"),
    ],
)
def test_a_wrong_mapping_is_refused_naming_it(tmp_path: Path, mapping: list[str], told: str) -> None:
    out = tmp_path / "pairs.csv"
    file = write(tmp_path / "people.csv")
    result = dedupe(str(file), "--id", "id", *options(mapping), "--out", str(out))
    assert result.exit_code == 2
    assert told in result.stderr
    assert not out.exists()


@pytest.mark.parametrize(("out", "told"), [("pairs.txt", "ends in .csv or"), ("none/pairs.csv", "no folder none")])
def test_where_to_write_is_looked_at_before_work_starts(tmp_path: Path, out: str, told: str) -> None:
    result = dedupe(str(tmp_path / "none.csv"), "--id", "id", *options(), "--out", str(tmp_path / out))
    assert result.exit_code == 2
    assert told in result.stderr


def test_ids_must_name_each_row(tmp_path: Path) -> None:
    twice = write(tmp_path / "people.csv", [PEOPLE[0], PEOPLE[0]])
    with pytest.raises(UnusableFile, match="is not an id: 1 rows repeat one"):
        read_columns(twice, mapping_of("id", MAPS))


def test_no_file_no_rows_no_table(tmp_path: Path) -> None:
    (tmp_path / "odd.parquet").write_text("not parquet")
    for path, told in (
        (tmp_path / "none.csv", "is not there"),
        (write(tmp_path / "empty.csv", []), "holds nobody"),
        (tmp_path / "odd.parquet", "cannot be read as Parquet"),
    ):
        with pytest.raises(UnusableFile, match=told):
            read_columns(path, mapping_of("id", MAPS))


def test_dedupe_finds_the_pair_and_writes_how_it_agrees(tmp_path: Path) -> None:
    pairs, clusters = tmp_path / "pairs.csv", tmp_path / "clusters.csv"
    file = write(tmp_path / "people.csv")
    arguments = (str(file), "--id", "id", *options(), "--out", str(pairs), "--clusters", str(clusters), "--json")
    result = dedupe(*arguments)
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["people"] == 5
    assert report["pairs_compared"] == 10
    best = rows(pairs)[0]
    assert {best["id_left"], best["id_right"]} == {"1", "2"}
    assert best["level_surname"] == "equal"
    assert best["level_forename"] == "similar"
    assert best["level_place"] == "same_address"
    assert float(best["score"]) > 0
    assert best["decision"] in ("certain", "possible")
    together = {row["id"]: row["cluster"] for row in rows(clusters)}
    assert together == {"1": "1", "2": "1", "3": "3", "4": "4", "5": "5"}


def test_nothing_of_absurd_records_is_an_agreement(tmp_path: Path) -> None:
    absurd = [
        (str(number), "Baby", "Unknown", "01/01/1900", "", "ZZ99 3VZ", "", "1111111111") for number in range(20)
    ] + [(str(number), "X" * 300, "李", "99/99/9999", "?", "?", "", "abc") for number in range(20, 30)]
    pairs = tmp_path / "pairs.parquet"
    file = write(tmp_path / "people.csv", absurd)
    result = dedupe(str(file), "--id", "id", *options(), "--out", str(pairs), "--min-score", "-40")
    assert result.exit_code == 0, result.output
    found = pq.read_table(pairs).to_pylist()
    assert all(row["decision"] != "certain" for row in found)
    assert not {name for name in (found or [{}])[0] if name.startswith("level_")} - {"level_forename"}


def test_link_looks_across_the_files_only(tmp_path: Path) -> None:
    left, right = write(tmp_path / "left.csv", PEOPLE[:3]), write(tmp_path / "right.csv", PEOPLE[:2])
    mapping = mapping_of("id", MAPS)
    records = read_two((left, mapping), (right, mapping)).records
    assert records.boundary == 3
    out = tmp_path / "pairs.csv"
    maps = [word for each in MAPS for side in ("--map-left", "--map-right") for word in (side, each)]
    ids = ["--id-left", "id", "--id-right", "id", "--out", str(out)]
    result = CliRunner().invoke(app, ["link", str(left), str(right), *ids, *maps])
    assert result.exit_code == 0, result.output
    found = {(row["id_left"], row["id_right"]) for row in rows(out) if float(row["score"]) > 0}
    assert found == {("1", "1"), ("1", "2"), ("2", "1"), ("2", "2")}


def rows(path: Path) -> list[Mapping[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
