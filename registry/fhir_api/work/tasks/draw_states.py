"""The tables of docs/fhir-work.md, drawn from the data; a test checks that they are current.

`python -m registry.fhir_api.work.tasks.draw_states docs/fhir-work.md` writes them.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from registry.fhir_api.work.tasks.codes import CODES
from registry.fhir_api.work.tasks.inputs import INPUTS
from registry.fhir_api.work.tasks.states import STATES
from registry.fhir_api.work.tasks.transitions import TRANSITIONS

MARK = "<!-- drawn from the code -->\n"


def tables() -> str:
    """Kinds of work, their states, the steps of owners, and inputs."""
    return "\n".join([*_kinds(), "", *_states(), "", *_steps(), "", *_inputs()]) + "\n"


def _kinds() -> Iterator[str]:
    yield "## Kinds of work"
    yield ""
    yield "| Code | Is | Intent | Placed by POST | Seen by |"
    yield "|---|---|---|---|---|"
    for code, each in CODES.items():
        seen = "nobody yet" if each.source is None else "the office" if each.office_only else "its practice, the office"
        yield f"| `{code}` | {each.display} | {each.intent} | {'yes' if each.placed else 'no'} | {seen} |"


def _states() -> Iterator[str]:
    yield "## States"
    yield ""
    yield "| Kind | In the register | status | businessStatus | Owner |"
    yield "|---|---|---|---|---|"
    for code, states in STATES.items():
        for name, state in states.items():
            yield f"| `{code}` | `{name}` | `{state.status}` | `{state.business}` | {state.owner} |"


def _steps() -> Iterator[str]:
    yield "## Steps that an owner takes by PATCH"
    yield ""
    yield "| Kind | From | To | Who | statusReason | Does |"
    yield "|---|---|---|---|---|---|"
    for row in TRANSITIONS:
        guard = f"`{row.guard}`" if row.guard else "–"
        yield f"| `{row.code}` | `{row.before}` | `{row.after}` | {row.who} | {guard} | {row.act} |"


def _inputs() -> Iterator[str]:
    yield "## Inputs"
    yield ""
    yield "| Kind | Input | Value |"
    yield "|---|---|---|"
    for code, inputs in INPUTS.items():
        for name, each in inputs.items():
            yield f"| `{code}` | `{name}` | `{each.value}` |"


def redrawn(document: str) -> str:
    """A document with its tables as they are now: all that stands behind the mark."""
    return document.partition(MARK)[0] + MARK + "\n" + tables()


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(redrawn(page.read_text()))
