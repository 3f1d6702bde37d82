"""The documents lead to what is there: every file that they name, and every link between them."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2]
DOCUMENTS = [HERE / "README.md", HERE / "CONTRIBUTING.md", *sorted((HERE / "docs").rglob("*.md"))]
FOLDERS = ("registry", "tests", "docs", "alembic", "benchmarks")
FILES = sorted(
    path.relative_to(HERE).as_posix()
    for folder in FOLDERS
    for path in (HERE / folder).rglob("*.*")
    if "__pycache__" not in path.parts
)

_NAMED = re.compile(r"`((?:[a-z0-9_-]+/)*[a-z0-9_-]+\.(?:py|md|yaml)|(?:registry|tests|docs|alembic)/[a-z0-9_/-]+)`")
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def named_in(document: Path) -> list[str]:
    return sorted(set(_NAMED.findall(document.read_text())))


def is_there(name: str) -> bool:
    """A path from the top, or the end of one: `ledger.py`, `rules/acceptance.py`."""
    return (HERE / name).exists() or any(file.endswith(f"/{name}") for file in FILES)


def test_the_pattern_finds_files():
    assert "registry/database.py" in named_in(HERE / "docs" / "architecture.md")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_is_named_exists(document: Path):
    missing = [name for name in named_in(document) if not is_there(name)]
    assert missing == [], f"{document.name} names what is not there: {', '.join(missing)}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path):
    links = set(_LINK.findall(document.read_text()))
    missing = sorted(link for link in links if not (document.parent / link).exists())
    assert missing == [], f"{document.name} links to what is not there: {', '.join(missing)}"
