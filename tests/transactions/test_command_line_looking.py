"""The commands that load and look: exit codes, JSON, and what goes to which stream."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from registry.cli import app
from registry.settings import settings
from tests.support.databases import Database
from tests.support.fhir_patients import a_file, a_number, a_patient, replaced_by

STAYED, FORMER, NOWHERE, UNKNOWN = (a_number(place) for place in range(4))
PRACTICES = (
    "ods_code,name,trading_partner_code,ha_cipher,gp_codes,postcode,list_state\n"
    'Y90001,Old Market Surgery,OMS5,XX1,"9910101,1",ZX1 1AA,open\n'
)
Run = Callable[..., Result]


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a command on a database of the test's own."""
    monkeypatch.setenv("DATABASE_URL", database.url)
    settings.cache_clear()
    yield lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])
    settings.cache_clear()


@pytest.fixture
def loaded(run: Run, tmp_path: Path) -> Run:
    """The same, after practices and people have been loaded."""
    practices = tmp_path / "practices.csv"
    practices.write_text(PRACTICES)
    assert run("practices", "import", practices).exit_code == 0
    people = a_file(tmp_path, a_patient(STAYED), replaced_by(FORMER, STAYED), a_patient(NOWHERE, None))
    done = run("people", "import", people)
    assert (done.exit_code, done.stdout) == (0, "2 added, 0 unchanged, 0 differing, 1 superseded, 0 refused\n")
    return run


def test_practices_import_reports_in_json_and_by_exit_code(run: Run, tmp_path: Path):
    path = tmp_path / "practices.csv"
    path.write_text(PRACTICES + "Y9,Name,OMS7,XX1,,,open\nY90002,,OMS7,XX1,,,open\n")
    done = run("practices", "import", path, "--json")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert [(line["line"], line["result"], line["field"]) for line in told.pop("lines")] == [
        (3, "refused", "ods_code"),
        (4, "refused", "name"),
    ]
    assert told == {"added": 1, "changed": 0, "unchanged": 0, "refused": 2}
    assert "line 3: ods_code must be" in run("practices", "import", path).stdout
    path.write_text("ods_code\n")
    unusable = run("practices", "import", path)
    assert (unusable.exit_code, unusable.stdout) == (2, "")
    assert "missing: name" in unusable.stderr


@pytest.mark.parametrize("bulk", [[], ["--bulk"]])
def test_people_import_reports_refused_and_differing_lines(loaded: Run, tmp_path: Path, bulk: list[str]):
    path = a_file(tmp_path, a_patient(STAYED, gender="male"), b"{", a_patient(UNKNOWN))
    done = loaded("people", "import", path, "--json", *bulk)
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert sorted(told.pop("lines"), key=lambda line: line["line"]) == [
        {"line": 1, "result": "differs", "fields": ["gender"]},
        {"line": 2, "result": "refused", "field": "line", "reason": "is not a line of JSON in UTF-8"},
    ]
    assert told == {"added": 1, "unchanged": 0, "differing": 1, "superseded": 0, "refused": 1}


@pytest.mark.parametrize("bulk", [[], ["--bulk"]])
def test_a_file_that_cannot_be_used_is_exit_2(loaded: Run, tmp_path: Path, bulk: list[str]):
    assert loaded("people", "import", tmp_path / "missing.ndjson", *bulk).exit_code == 2
    done = loaded("people", "import", a_file(tmp_path, b"not json"), "--json", *bulk)
    assert (done.exit_code, json.loads(done.stdout)) == (2, {"lines": []})


def test_people_show(loaded: Run):
    done = loaded("people", "show", f"{FORMER[:3]} {FORMER[3:6]} {FORMER[6:]}", "--json")
    shown = json.loads(done.stdout)
    assert (done.exit_code, shown["nhs_number"], shown["practice"]) == (0, STAYED, "Y90001")
    in_words = loaded("people", "show", STAYED).stdout
    assert "Ms Ada May Quill\n3 Mill Lane, Otterford, ZX1 1AA\non the list of Y90001" in in_words
    assert "on no practice's list: unregistered" in loaded("people", "show", NOWHERE).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["people", "show", UNKNOWN], 1, "nobody with this number"),
        (["people", "show", "9990000019"], 2, "wrong-check-digit"),
        (["lists", "show", "Y99999"], 1, "no practice"),
        (["lists", "show", "death"], 1, "no practice"),
        (["lists", "show", "Y90001", "--on", "today"], 2, "YYYY-MM-DD"),
        (["lists", "movements", "Y99999"], 1, "no list"),
        (["lists", "movements", "Y90001", "--from", "2020-01-02", "--to", "2020-01-01"], 2, "before"),
        (["transactions", "show", "0" * 64], 1, "no transaction"),
        (["anomalies", "show", "0192c000-0000-7000-8000-000000000001"], 1, "no such case"),
        (["anomalies", "show", "first"], 2, "UUID"),
        (["people", "import"], 2, "Missing argument"),
    ],
)
def test_what_cannot_be_shown_is_told_on_standard_error(loaded: Run, arguments: list[str], code: int, sentence: str):
    done = loaded(*arguments)
    assert (done.exit_code, done.stdout) == (code, "")
    assert sentence in done.stderr


def test_lists_show_and_movements(loaded: Run):
    people = loaded("lists", "show", "y90001", "--json").stdout.splitlines()
    assert [json.loads(line)["nhs_number"] for line in people] == [STAYED]
    assert "1 on the list on 2016-01-01" in loaded("lists", "show", "Y90001", "--on", "2016-01-01").stdout
    assert "0 on the list on 2014-12-31" in loaded("lists", "show", "Y90001", "--on", "2014-12-31").stdout
    (movement,) = loaded("lists", "movements", "Y90001", "--json").stdout.splitlines()
    told = json.loads(movement)
    assert (told["effective_on"], told["direction"], told["other_list"]) == ("2015-01-01", "in", "take-on")
    assert loaded("lists", "movements", "Y90001").stdout.endswith("Y90001: opening 0, in 1, out 0, closing 1\n")
    later = loaded("lists", "movements", "Y90001", "--from", "2015-01-02").stdout
    assert later.endswith("Y90001: opening 1, in 0, out 0, closing 1\n")


def test_an_empty_queue_is_shown(loaded: Run):
    assert loaded("anomalies", "list", "--json").stdout == ""
    assert "sentence" in loaded("anomalies", "list").stdout


def test_dev_restore_is_for_development(loaded: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = a_file(tmp_path, a_patient(UNKNOWN, "Y90003"))
    done = loaded("dev", "restore", "--population", path, "--create-practices", "--json")
    counts = {"lines": [], "added": 1, "unchanged": 0, "differing": 0, "superseded": 0, "refused": 0}
    assert (done.exit_code, json.loads(done.stdout)) == (0, counts)
    assert loaded("people", "show", STAYED).exit_code == 1
    monkeypatch.setenv("REGISTRY_ENV", "production")
    settings.cache_clear()
    refused = loaded("dev", "restore", "--population", path)
    assert refused.exit_code == 1
    assert "REGISTRY_ENV" in refused.stderr


@pytest.mark.parametrize(
    "command",
    [["practices", "import"], ["people", "import"], ["people", "show"], ["lists", "show"], ["dev", "restore"]],
)
def test_help_teaches_the_exit_codes(command: list[str]):
    told: Any = CliRunner().invoke(app, [*command, "--help"]).stdout
    assert "Exit codes: 0" in told
