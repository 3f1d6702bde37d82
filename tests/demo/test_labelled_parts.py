"""What labelled registers are made of: numbers, slips, draws; and the command that writes one."""

import json
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from typer.testing import CliRunner

from registry.demo.commands import app
from registry.demo.labelled.compose import composed, other_spellings
from registry.demo.labelled.draws import Draws
from registry.demo.labelled.numbers import NumberRange, chi_numbers
from registry.demo.labelled.plan import AS_OF, Plan
from registry.demo.labelled.quoted import mistyped
from registry.demo.labelled.render import scattered
from registry.demo.labelled.slip_dates import slipped
from registry.demo.labelled.write import FILES
from registry.values.nhs_number import NumberKind, kind_of


@pytest.mark.parametrize(("needed", "prefix"), [(1_000, "999"), (899_991, "999"), (899_992, "9"), (50_000_000, "9")])
def test_numbers_start_with_999_while_those_suffice_and_are_valid(needed: int, prefix: str):
    numbers = NumberRange(needed, seed=4)
    assert numbers.prefix == prefix
    positions = np.linspace(0, needed - 1, 500).astype(np.int64)
    for number in numbers.at(positions).tolist():
        assert kind_of(str(number)) is NumberKind.NHS and str(number).startswith(prefix)


def test_no_number_comes_twice_in_the_whole_range():
    numbers = NumberRange(800_000, seed=4)
    assert len(np.unique(numbers.at(np.arange(numbers.size)))) == numbers.size
    with pytest.raises(ValueError, match="begin with 9"):
        NumberRange(90_000_000, seed=4)


@given(st.dates(date(1910, 1, 1), AS_OF), st.booleans(), st.integers(0, 1 << 32))
def test_a_scottish_number_has_the_date_of_birth_and_the_sex_in_it(born: date, is_female: bool, seed: int):
    assume(born != date(2000, 1, 1))  # 010100 is below the published range, which begins with 010101
    days = np.array([born], dtype="datetime64[D]")
    number = f"{int(chi_numbers(np.random.default_rng(seed), days, np.array([is_female]))[0]):010d}"
    assert kind_of(number) is NumberKind.SCOTTISH
    assert number[:6] == f"{born:%d%m%y}" and int(number[8]) % 2 == (not is_female)


@given(st.integers(0, 800_000), st.integers())
def test_a_mistyped_number_is_never_a_valid_one(position: int, seed: int):
    number = str(_NUMBERS.at(np.array([position]))[0])
    assert kind_of(mistyped(Random(seed), number)) is NumberKind.WRONG_CHECK_DIGIT


_NUMBERS = NumberRange(800_000, seed=4)


@given(st.integers(), st.dates(date(1905, 1, 1), AS_OF))
def test_a_slip_in_a_date_gives_another_date_that_is_past(seed: int, born: date):
    found = slipped(Random(seed), born)
    assert found != born and found <= AS_OF


def test_draws_are_by_weight_and_of_the_group_that_was_asked_for():
    draws = Draws([([1, 2], [3.0, 1.0]), ([7], [0.1]), ([4, 5, 6], [0.0, 1.0, 1.0])])
    rng = np.random.default_rng(1)
    first = draws.draw(rng, np.zeros(20_000, dtype=np.int64))
    assert set(first.tolist()) == {1, 2} and (first == 1).mean() == pytest.approx(0.75, abs=0.02)
    assert set(draws.draw(rng, np.full(500, 1)).tolist()) == {7}
    assert set(draws.draw(rng, np.full(500, 2)).tolist()) == {5, 6}


@pytest.mark.parametrize("size", [1, 2, 100, 999, 20_000])
def test_scattered_numbers_are_each_used_once(size: int):
    found = scattered(np.arange(size), size, salt=7)
    assert sorted(found.tolist()) == list(range(1, size + 1))


def test_composed_names_are_the_same_every_time_and_can_be_said():
    names = composed("surnames", "british")
    assert len(names) > 50_000 and len(set(names)) == len(names)
    assert all(name[0].isupper() and 2 <= len(name) <= 22 for name in names)
    composed.cache_clear()
    assert composed("surnames", "british") == names
    assert "Katy" in other_spellings("Katie") and "Katie" not in other_spellings("Katie")


def test_parts_share_out_everything(tmp_path: Path):
    plan = Plan(1_000_003, 1, 0.02, 30_001)
    chunks = plan.chunks
    assert sum(chunk.people for chunk in chunks) == plan.persons and sum(chunk.extra for chunk in chunks) == plan.extra
    assert sum(chunk.queries for chunk in chunks) == 30_001
    assert [chunk.first_person for chunk in chunks[1:]] == [each.first_person + each.people for each in chunks[:-1]]


def test_the_command_writes_the_files_and_says_so(tmp_path: Path):
    out = tmp_path / "new" / "folder"
    run = CliRunner().invoke(app, ["write", "--people", "300", "--seed", "2", "--out", str(out), "--json"])
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["rows"]["people"] == 300
    assert {path.name for path in out.iterdir()} == set(FILES)
    manifest = json.loads((out / "manifest.json").read_bytes())
    assert manifest["arguments"] == {"people": 300, "seed": 2, "dup_rate": 0.02, "queries": 30}


def test_the_command_refuses_what_it_cannot_use_before_it_writes(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("")
    for arguments, word in (
        (["--dup-rate", "2", "--out", str(tmp_path / "a")], "--dup-rate"),
        (["--people", "10", "--out", str(tmp_path / "a")], "--people"),
        (["--people", "200", "--out", str(file)], "is a file"),
    ):
        run = CliRunner().invoke(app, ["write", *arguments])
        assert run.exit_code == 2 and word in run.output
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
