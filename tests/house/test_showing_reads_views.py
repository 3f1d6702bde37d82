"""What is shown is read from views that hold nothing of where protected people are; what is decided, from the tables.

So nobody who adds a column to an answer has to remember it. A module that shows people is named here.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "registry"

TABLES = (
    "patients", "patient_former_names", "patient_former_addresses", "patient_versions", "match_keys", "match_decisions",
    "transactions", "list_movements", "list_memberships", "pending_deductions", "practice_messages", "anomalies",
    "matters", "matter_events", "letters", "assignment_decisions", "practice_refusals", "open_work", "audit_events",
    "hidden_people", "hidden_work",
)  # fmt: skip

SHOWING: dict[str, frozenset[str]] = {
    "transactions/look/person.py": frozenset(),
    "transactions/look/lists.py": frozenset(),
    "transactions/look/transactions.py": frozenset(),
    "transactions/show_case.py": frozenset(),
    "transactions/matters/read.py": frozenset({"_WHOSE", "_LOCK", "_DOER"}),
    "transactions/acts/on_matter.py": frozenset(),
    "transactions/letters/look.py": frozenset(),
    "transactions/liaison/look.py": frozenset(),
    "audit/trail.py": frozenset({"_MERGED"}),
    "transactions/removals/look.py": frozenset(),
    "transactions/notices/look.py": frozenset(),
    "transactions/assignment/look.py": frozenset({"_SHARES"}),
    "anomalies/store.py": frozenset({"_COUNTS"}),
    "monitoring/work.py": frozenset({"_COUNTED", "_COUNTS", "_COUNTS_OF"}),
    "monitoring/ages.py": frozenset({"_UNANSWERED", "_RECEIPTS", "_REFUSED"}),
    "links/inbox.py": frozenset(),
    "paper/read.py": frozenset(),
    "fhir_api/work/tasks/sources.py": frozenset(),
    "fhir_api/work/tasks/store.py": frozenset({"_FORMS"}),
    "fhir_api/work/communications/store.py": frozenset(),
    "fhir_api/work/episodes/store.py": frozenset(),
    "fhir_api/lists/episodes.py": frozenset(),
    "fhir_api/lists/fill.py": frozenset(),
    "fhir_api/lists/group.py": frozenset(),
    "fhir_api/lists/fetch.py": frozenset(),
    "transactions/command_line/anomalies.py": frozenset(),
    "transactions/command_line/letters.py": frozenset(),
    "transactions/command_line/lists.py": frozenset(),
    "transactions/command_line/matters.py": frozenset(),
    "transactions/command_line/people.py": frozenset(),
    "transactions/command_line/print_cases.py": frozenset(),
    "transactions/command_line/print_details.py": frozenset(),
    "transactions/command_line/print_lists.py": frozenset(),
    "transactions/command_line/removals.py": frozenset(),
    "transactions/command_line/transactions.py": frozenset(),
    "fhir_api/people/store.py": frozenset({"_HOLDER"}),
}
"""The module, and the names of its statements that count, lock, or ask without showing."""

FROM_FACTS: dict[str, str] = {
    "transactions/merges/preview.py": "the plan is made of both records, locked, and must be that which is carried out",
    "transactions/confusions/look.py": "items are those that are attributed, gathered with their rows locked",
    "transactions/particulars/history.py": "versions are compared with each other, the last with the locked record",
}
"""What shows people from locked facts, and why: each asks the view whether it may tell where somebody is."""

_NAMES_TABLE = re.compile(rf"\b(?:from|join|update|into)\s+(?:{'|'.join(TABLES)})\b")
_OF_PRACTICE = re.compile(r"\w+\.of_practice_id(?! = :scope_practice_id\))")


def statements(path: Path, but: frozenset[str]) -> list[str]:
    """The strings of a module, but for those of the assignments that are named, and docstrings."""
    found: list[str] = []
    for node in ast.parse(path.read_text()).body:
        names = {target.id for target in getattr(node, "targets", []) if isinstance(target, ast.Name)}
        if names & but:
            continue
        found += [
            each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)
        ]
    return [text for text in found if "\n\n    " not in text]


@pytest.mark.parametrize("module", SHOWING)
def test_what_shows_people_reads_views(module: str):
    for text in statements(ROOT / module, SHOWING[module]):
        assert not _NAMES_TABLE.search(text), f"{module} shows what it reads from a table: {text.strip()[:200]}"


@pytest.mark.parametrize("module", SHOWING)
def test_a_hidden_practice_narrows_and_is_never_shown(module: str):
    for text in statements(ROOT / module, frozenset()):
        assert not _OF_PRACTICE.search(text), f"{module} uses the practice that is hidden: {text.strip()[:200]}"


@pytest.mark.parametrize("module", FROM_FACTS)
def test_what_shows_facts_asks_the_view_first(module: str):
    text = (ROOT / module).read_text()
    assert re.search(r"hidden = .*await any_hidden\(connection, ", text)


def test_one_module_alone_shows_where_protected_people_are():
    """It names the opening that it keeps; nothing else of the package reads an address."""
    folder = ROOT / "transactions" / "protected"
    reading = {path.name for path in folder.glob("*.py") if "line_1" in path.read_text()}
    assert reading == {"whereabouts.py"}
