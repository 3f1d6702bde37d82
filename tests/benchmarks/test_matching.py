"""The bench of the matcher does what it says, on a register of 2,000 people; nothing is timed here."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.matching.__main__ import measure, options
from benchmarks.matching.metered import run_metered
from benchmarks.matching.queries import described
from benchmarks.matching.registers import Register, write
from benchmarks.matching.report import ratios_of, show
from benchmarks.matching.splink_library import ABSENT, is_installed


def _silent(what: str) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("bench")
    ways = ["--splink", *(["tuned"] if is_installed() else [])]
    chosen = options(["--people", "2000", "--seed", "7", *ways, "--no-public", "--no-online", "--home", str(home)])
    found = measure(chosen, _silent, home / "kept.json")
    assert json.loads((home / "kept.json").read_bytes())["registers"]
    return found


def test_our_pairs_are_measured_against_the_truth(figures: dict[str, Any]) -> None:
    (register,) = figures["registers"]
    ours = register["tools"]["ours"]
    assert ours["quality"]["true_pairs"] >= 40
    assert ours["quality"]["f1"][0] > 0.5
    assert ours["told"]["people"] == 2000
    assert ours["peak_mebibytes"] > 30


def test_splink_is_measured_in_the_same_run(figures: dict[str, Any]) -> None:
    if not is_installed():
        pytest.skip(ABSENT)
    (register,) = figures["registers"]
    assert register["tools"]["splink-tuned"]["quality"]["pairs"] > 0
    assert ratios_of(register["tools"])["splink-tuned"]["wall"] > 0


def test_the_tools_are_not_given_the_answer(tmp_path: Path) -> None:
    written = write(Register(500, 3, 0.02), tmp_path, _silent)
    assert set(written.columns).isdisjoint({"cluster", "kind", "tags", "practice_code"})
    assert {"id", "surname", "date_of_birth"} <= set(written.columns)


def test_a_tool_that_is_not_here_is_shown_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    tools = {"splink-tuned": {"absent": ABSENT}}
    assert ratios_of(tools) == {}
    show({"registers": [{"people": 10, "seed": 1, "dup_rate": 0.1, "tools": tools}], "public": {}})
    assert "not installed" in capsys.readouterr().out


def test_memory_of_a_program_and_of_its_children_is_seen(tmp_path: Path) -> None:
    child = "import time; held = bytearray(60_000_000); time.sleep(0.5)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    assert run_metered([sys.executable, "-c", parent], tmp_path, "held").peak_mebibytes > 60


def test_a_program_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no such luck"):
        run_metered([sys.executable, "-c", "raise SystemExit('no such luck')"], tmp_path, "failing")


def test_a_question_is_put_in_the_words_of_the_api() -> None:
    row = {"forename": "Ann", "surname": "Lee", "sex": "female", "date_of_birth": "1980-02-29", "address_line_2": "1 A"}
    asked = described({**row, "nhs_number": None})
    assert (asked.first_forename, asked.sex, asked.address_lines[1]) == ("Ann", "female", "1 A")
    assert asked.nhs_number == "" and asked.demographics().number is None
