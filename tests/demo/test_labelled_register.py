"""A labelled register: as many as were asked for, the truth complete, slips at their rates, hard cases there."""

import hashlib
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from registry.demo.labelled.country import invented_areas
from registry.demo.labelled.plan import AS_OF, Plan, unusable, usual_queries
from registry.demo.labelled.write import FILES
from registry.values.address import normal_postcode
from registry.values.nhs_number import NumberKind, kind_of
from tests.demo.labelled import Register, Row, write_and_read

PEOPLE, EXTRA = 20_000, 400


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Register:
    return write_and_read(tmp_path_factory.mktemp("labelled"), Plan(PEOPLE, 5, 0.02, 3_000, chunk=7_000))


@pytest.fixture(scope="module")
def records(register: Register) -> dict[int, Row]:
    return register.by_id


def _digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}


def test_the_same_arguments_give_the_same_files_with_however_many_processes(tmp_path: Path):
    plan = Plan(3_000, 11, 0.02, 300, chunk=1_000)
    write_and_read(tmp_path / "one", plan)
    write_and_read(tmp_path / "two", plan, processes=2)
    write_and_read(tmp_path / "other", Plan(3_000, 12, 0.02, 300, chunk=1_000))
    one, two, other = (_digests(tmp_path / name) for name in ("one", "two", "other"))
    assert one == two
    assert all(one[name] != other[name] for name in FILES)
    assert {path.name for path in (tmp_path / "one").iterdir()} == set(FILES)


@pytest.mark.parametrize(
    ("people", "rate", "extra"), [(1_000, 0.002, 2), (1_234, 0.05, 62), (100, 0.0, 0), (503, 0.2, 101)]
)
def test_exactly_the_rate_of_the_records_are_further_ones(tmp_path: Path, people: int, rate: float, extra: int):
    small = write_and_read(tmp_path, Plan(people, 3, rate, 10))
    assert len({row["id"] for row in small.people}) == people
    assert len({row["cluster"] for row in small.truth}) == people - extra
    assert Counter(row["kind"] for row in small.about)["duplicate"] == extra


def test_the_truth_is_about_every_record_and_is_not_among_what_a_matcher_reads(register: Register):
    ids = {row["id"] for row in register.people}
    assert len(ids) == PEOPLE == len(register.people)
    assert ids == {row["id"] for row in register.truth} == {row["id"] for row in register.about}
    known_by = set(register.people[0])
    assert not known_by & {"cluster", "kind", "tags", "community", "household", "true_id", "type", "area"}
    assert known_by - {"accepted_on"} <= set(register.queries[0])


def test_a_few_people_have_three_records_and_nobody_more(records: dict[int, Row]):
    sizes = Counter(Counter(row["cluster"] for row in records.values()).values())
    assert set(sizes) == {1, 2, 3}
    assert sizes[2] + 2 * sizes[3] == EXTRA and sizes[3] == pytest.approx(0.075 * EXTRA, abs=3)


def test_slips_are_as_frequent_as_they_are_meant_to_be(records: dict[int, Row]):
    doubles = [row for row in records.values() if row["kind"] == "duplicate"]
    found = Counter(tag for row in doubles for tag in row["tags"])
    for tag, share in {"no-number": 0.62, "other-number": 0.25, "moved": 0.46}.items():
        assert found[tag] / EXTRA == pytest.approx(share, abs=0.08), tag
    for tag in ("typo-forename", "typo-surname", "nickname"):
        assert 0.025 < found[tag] / EXTRA < 0.095, tag
    assert 0.025 < (found["date-slip"] + found["date-swapped"]) / EXTRA < 0.1
    women = [row for row in doubles if row["sex"] == "female" and 19 <= _age(row) <= 49]
    assert 0.07 < sum("married" in row["tags"] for row in women) / len(women) < 0.27


def _age(row: Row) -> float:
    return (AS_OF - date.fromisoformat(row["date_of_birth"])).days / 365.2425


def test_a_duplicate_differs_from_its_person_in_what_its_tags_say(records: dict[int, Row]):
    persons = {row["cluster"]: row for row in records.values() if row["kind"] == "person"}
    for row in (row for row in records.values() if row["kind"] == "duplicate"):
        person, tags = persons[row["cluster"]], row["tags"]
        if not tags & {"typo-surname", "married", "custom", "swapped-names", "double-surname"}:
            assert row["surname"] == person["surname"]
        if not tags & {"typo-forename", "nickname", "initial", "custom", "swapped-names", "no-forename"}:
            assert row["forename"] == person["forename"]
        assert (row["date_of_birth"] != person["date_of_birth"]) <= any(tag.startswith("date-") for tag in tags)
        assert ("no-number" in tags) == (row["nhs_number"] is None)
        if "same-number" in tags:
            assert row["nhs_number"] == person["nhs_number"]
        if not tags & {"moved", "postcode-typo"}:
            assert row["postcode"] == person["postcode"]


def test_numbers_are_valid_and_nobody_elses(records: dict[int, Row]):
    holders: dict[str, set[int]] = defaultdict(set)
    for row in records.values():
        if row["nhs_number"] is not None:
            assert kind_of(row["nhs_number"]) is NumberKind.NHS and row["nhs_number"].startswith("999")
            holders[row["nhs_number"]].add(row["cluster"])
    assert all(len(clusters) == 1 for clusters in holders.values())
    repeated = Counter(row["nhs_number"] for row in records.values() if row["nhs_number"])
    same = sum("same-number" in row["tags"] for row in records.values() if row["kind"] == "duplicate")
    assert sum(count - 1 for count in repeated.values()) == same


def test_postcodes_have_a_right_shape_and_areas_that_exist_nowhere(records: dict[int, Row]):
    areas = set(invented_areas())
    assert not areas & {"AB", "LS", "SW", "ZX", "ZZ"}
    for row in records.values():
        assert normal_postcode(row["postcode"]) == row["postcode"] and row["area"] in areas
        assert row["postcode"].startswith(row["area"])
    assert len({row["area"] for row in records.values()}) >= 3


def _homes(records: dict[int, Row]) -> dict[tuple[str | None, ...], list[Row]]:
    homes: dict[tuple[str | None, ...], list[Row]] = defaultdict(list)
    for row in records.values():
        if row["kind"] == "person":
            homes[row["postcode"], row["address_line_1"], row["address_line_2"]].append(row)
    return homes


def test_there_are_twins_and_sons_with_their_fathers_names(records: dict[int, Row]):
    twins = juniors = 0
    for home in _homes(records).values():
        born = Counter(row["date_of_birth"] for row in home if "twin" in row["tags"])
        assert all(count % 2 == 0 for count in born.values())
        twins += len(born)
        for row in (row for row in home if "junior" in row["tags"] and row["sex"] == "male"):
            fathers = [other for other in home if other["forename"] == row["forename"] and "senior" in other["tags"]]
            assert fathers and all(_age(father) - _age(row) > 15 for father in fathers)
            juniors += 1
    assert twins / PEOPLE > 0.002 and juniors / PEOPLE > 0.001


def test_people_live_together_as_people_do(records: dict[int, Row]):
    sizes = [len(home) for home in _homes(records).values()]
    assert sum(sizes) / len(sizes) == pytest.approx(2.45, abs=0.25)
    assert 0.24 < sum(size == 1 for size in sizes) / len(sizes) < 0.4
    ages = [_age(row) for row in records.values()]
    assert 0.18 < sum(age < 18 for age in ages) / PEOPLE < 0.26
    assert 0.12 < sum(age >= 65 for age in ages) / PEOPLE < 0.22
    communities = Counter(row["community"] for row in records.values())
    assert 0.55 < communities["british"] / PEOPLE < 0.85 and len(communities) > 18


def test_seven_in_ten_registrations_are_of_people_who_are_known(register: Register, records: dict[int, Row]):
    types = Counter(row["type"] for row in register.queries)
    assert set(types) == {"known", "junior", "twin", "newborn", "partner", "unrelated"}
    assert types["known"] / len(register.queries) == pytest.approx(0.71, abs=0.03)
    sizes = Counter(row["cluster"] for row in records.values())
    for row in register.queries:
        assert (row["true_id"] is not None) == (row["type"] == "known")
        if row["true_id"] is not None:
            assert sizes[records[row["true_id"]]["cluster"]] == 1
    known = [row for row in register.queries if row["type"] == "known"]
    right = sum(row["nhs_number"] == records[row["true_id"]]["nhs_number"] is not None for row in known)
    assert right / len(known) == pytest.approx(0.56, abs=0.04)
    assert len({row["id"] for row in register.queries} | records.keys()) == PEOPLE + len(register.queries)


def test_a_new_junior_bears_his_fathers_name_at_his_address_and_is_decades_younger(
    register: Register, records: dict[int, Row]
):
    homes = _homes(records)
    untouched = {"junior", "no-middle-name", "right-number", "no-number"}
    seen = 0
    for row in register.queries:
        if row["type"] == "junior" and set(row["tags"].split()) <= untouched:
            home = homes[row["postcode"], row["address_line_1"], row["address_line_2"]]
            same = [each for each in home if (each["forename"], each["surname"]) == (row["forename"], row["surname"])]
            assert any(_age(father) - _age(row) > 17 for father in same)
            seen += 1
    assert seen > 40


def test_what_is_quoted_as_a_number_is_of_all_kinds(register: Register):
    kinds = {
        "mistyped-number": NumberKind.WRONG_CHECK_DIGIT,
        "scottish-number": NumberKind.SCOTTISH,
        "old-number": NumberKind.OLD,
        "right-number": NumberKind.NHS,
        "housemates-number": NumberKind.NHS,
    }
    for tag, kind in kinds.items():
        quoted = [row["nhs_number"] for row in register.queries if tag in row["tags"].split()]
        assert quoted and all(kind_of(number) is kind for number in quoted), tag


@pytest.mark.parametrize(
    ("people", "seed", "rate", "queries", "names"),
    [
        (99, 1, 0.02, 0, "--people"),
        (60_000_000, 1, 0.02, 0, "--people"),
        (1_000, -1, 0.02, 0, "--seed"),
        (1_000, 1, 0.21, 0, "--dup-rate"),
        (1_000, 1, -0.1, 0, "--dup-rate"),
        (1_000, 1, float("nan"), 0, "--dup-rate"),
        (1_000, 1, 0.02, 501, "--queries"),
    ],
)
def test_arguments_that_cannot_be_used_are_named(people: int, seed: int, rate: float, queries: int, names: str):
    sentence = unusable(people, seed, rate, queries)
    assert sentence is not None and sentence.startswith(names) and "give" in sentence


def test_usual_arguments_can_be_used():
    assert unusable(1_000_000, 7, 0.002, usual_queries(1_000_000)) is None
    assert (usual_queries(1_000_000), usual_queries(20_000)) == (30_000, 2_000)


def test_the_files_are_written_part_after_part(tmp_path: Path):
    write_and_read(tmp_path, Plan(3_000, 2, 0.02, 100, chunk=1_000))
    assert pq.ParquetFile(tmp_path / "people.parquet").num_row_groups == 3
