"""The documents say what is so: settings, and the commands that the README gives."""

import re
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

from registry.settings import Settings

HERE = Path(__file__).resolve().parents[2]


def aliases() -> list[str]:
    return [field.alias or name for name, field in Settings.model_fields.items()]


@pytest.mark.parametrize("setting", aliases())
def test_every_setting_is_documented(setting: str):
    assert f"`{setting}`" in (HERE / "docs" / "operations.md").read_text(), (
        f"docs/operations.md does not tell of {setting}"
    )


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (HERE / "Makefile").read_text(), flags=re.MULTILINE))


def commands(group: TyperGroup, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for name, command in group.commands.items():
        found.add(f"{prefix}{name}")
        if isinstance(command, TyperGroup):
            found |= commands(command, f"{prefix}{name} ")
    return found


def documents() -> list[Path]:
    return [HERE / "README.md", HERE / "CONTRIBUTING.md", *sorted((HERE / "docs").rglob("*.md"))]


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.name)
def test_every_make_target_that_is_named_exists(document: Path):
    named = set(re.findall(r"`make ([a-z][a-z-]*)", document.read_text()))
    named |= set(re.findall(r"^ *\$? ?make ([a-z][a-z-]*)", document.read_text(), flags=re.MULTILINE))
    assert named <= targets()


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.name)
def test_every_command_that_is_named_exists(document: Path):
    from registry.cli import app

    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    known = commands(group)
    for named in re.findall(
        r"(?:`|\.venv/bin/|^\s*\$ )registry ((?:[a-z][a-z-]* ?)+)", document.read_text(), re.MULTILINE
    ):
        words = named.split()
        longest = next((" ".join(words[:n]) for n in (2, 1) if " ".join(words[:n]) in known), None)
        assert longest is not None, f"{document.name} names `registry {named.strip()}`, which does not exist"
