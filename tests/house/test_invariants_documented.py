"""Every promise of the data is explained: the invariants' queries, and the constraints by name."""

import re
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import ExcludeConstraint

import registry.tables  # noqa: F401  (fills the metadata)
from registry.database import metadata
from registry.monitoring.check import INVARIANTS

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "invariants.md").read_text()


def rules_of(table: Table) -> set[str]:
    """The names, as in the models, of what PostgreSQL refuses to a table; primary and foreign keys apart."""
    named = {
        str(constraint.name).removeprefix(f"ck_{table.name}_")
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint | UniqueConstraint | ExcludeConstraint) and constraint.name
    }
    return named | {str(index.name) for index in table.indexes if index.unique}


RULES = sorted((table.name, rule) for table in metadata.sorted_tables for rule in rules_of(table))


@pytest.mark.parametrize("name", [invariant.name for invariant in INVARIANTS])
def test_every_invariant_has_its_section(name: str):
    assert f"\n### `{name}`\n" in DOCUMENT, f"docs/invariants.md has no section for {name}"


def test_no_section_is_about_an_invariant_that_is_gone():
    assert set(re.findall(r"^### `([a-z0-9_]+)`$", DOCUMENT, re.MULTILINE)) == {each.name for each in INVARIANTS}


def test_the_names_of_invariants_are_told_apart():
    assert len({invariant.name for invariant in INVARIANTS}) == len(INVARIANTS)


@pytest.mark.parametrize(("table", "rule"), RULES, ids=[f"{table}.{rule}" for table, rule in RULES])
def test_every_constraint_is_explained(table: str, rule: str):
    assert f"\n| `{rule}` | `{table}` | " in DOCUMENT, (
        f"docs/invariants.md has no line `| {rule} | {table} | rule and reason |`"
    )
