"""The pages of docs/states: every kind of matter, and the pending deduction, drawn from its machine.

`python -m registry.transactions.draw_states docs/states` writes them; a test of the house
checks that they are current.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from registry.transactions.kinds_of_matter import KINDS
from registry.transactions.matters.machine import Machine
from registry.transactions.removals.machine import PENDING_DEDUCTION


def pages() -> dict[str, str]:
    """The text of each page by the name of its file."""
    machines = (PENDING_DEDUCTION, *(kind.machine for kind in KINDS))
    return {f"{machine.kind}.md": "\n".join(_page(machine)) + "\n" for machine in machines}


def _page(machine: Machine) -> Iterator[str]:
    yield f"# {machine.title}"
    yield ""
    yield machine.meaning
    yield ""
    yield f"Source: {machine.source}"
    yield ""
    yield "```mermaid"
    yield from machine.drawing()
    yield "```"
    yield ""
    yield "| State | Means | Whose move | Waits for |"
    yield "|---|---|---|---|"
    for stage in machine.stages:
        yield f"| `{stage.name}` | {stage.meaning} | {stage.owner or '–'} | {stage.expects or 'nothing: an end'} |"
    yield ""
    yield "| Event | From | To | Means | Not by whoever did |"
    yield "|---|---|---|---|---|"
    for step in machine.steps:
        before = ", ".join(f"`{state}`" for state in step.before)
        yield f"| `{step.event}` | {before} | `{step.after}` | {step.meaning} | {step.not_by or '–'} |"
    yield ""
    yield "Besides, an open matter may be `held` (its clock struck, and something about the person is unread) or"
    yield "`escalated` (nobody moved in time: it rises, and is the supervisor's the second time)."
    yield "Neither changes its state."


def write(folder: Path) -> None:
    """Write every page, and remove pages of kinds that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = pages()
    for path in folder.glob("*.md"):
        if path.name not in drawn:
            path.unlink()
    for name, text in drawn.items():
        (folder / name).write_text(text)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
