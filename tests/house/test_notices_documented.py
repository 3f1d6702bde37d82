"""What senders of notice files and readers of refusals are told is what the code does."""

from pathlib import Path

import pytest

from registry.transactions.deductions.refusals import NoticeRefusal
from registry.transactions.notices.form import FORMS, OPTIONAL, QUERY, TRAILER

DOCS = Path(__file__).resolve().parents[2] / "docs"
FORM = (DOCS / "notice-files.md").read_text()
STATES = (DOCS / "states.md").read_text()


@pytest.mark.parametrize("kind", FORMS)
def test_every_kind_of_file_is_described(kind: str):
    [row] = [line for line in FORM.splitlines() if line.startswith(f"| `{kind}` |")]
    says = [f"`{notice}`" for notice in FORMS[kind].notices]
    assert "no such column" in row if len(says) == 1 else all(notice in row for notice in says)


@pytest.mark.parametrize("column", sorted({*OPTIONAL, *(name for form in FORMS.values() for name in form.columns)}))
def test_every_column_is_described(column: str):
    assert f"\n| `{column}` | " in FORM


def test_the_trailer_and_the_queries_are_described():
    assert f"\n{TRAILER},2\n" in FORM and f"`{QUERY}`" in FORM


@pytest.mark.parametrize("refusal", NoticeRefusal, ids=lambda refusal: refusal.label)
def test_every_refusal_of_a_notice_has_its_sentence(refusal: NoticeRefusal):
    assert f"\n| `{refusal.label}` | `{refusal.field}` | {refusal.sentence} |" in STATES
