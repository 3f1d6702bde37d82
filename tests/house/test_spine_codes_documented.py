"""Every code by which the FHIR API refuses is in docs/errors.md, with the statuses that it goes with."""

import re
from pathlib import Path

import pytest

from registry.fhir.spine import CODES

HERE = Path(__file__).resolve().parents[2]
SECTION = (HERE / "docs" / "errors.md").read_text().partition("\n## Codes of the FHIR API\n")[2].partition("\n## ")[0]
LINES = dict(re.findall(r"^\| `([A-Z_]+)` \| ([0-9, ]+) \|", SECTION, re.MULTILINE))
_RAISED = re.compile(r"""refusal\(\s*(\d{3}),\s*"([A-Z_]+)\"""")


@pytest.mark.parametrize("code", CODES)
def test_every_code_says_when_it_is_given(code: str):
    assert code in LINES, f"docs/errors.md has no line for {code}"


def test_nothing_is_documented_that_is_gone():
    assert LINES.keys() <= CODES.keys()


def test_every_status_that_is_raised_is_documented():
    raised = {
        (code, status)
        for path in (HERE / "registry").rglob("*.py")
        for status, code in _RAISED.findall(path.read_text())
    }
    missing = sorted(f"{code} with {status}" for code, status in raised if status not in LINES.get(code, ""))
    assert missing == []
