"""The pages of docs/states are what the code draws, and every state can be reached and left."""

from pathlib import Path

import pytest

from registry.transactions.draw_states import pages
from registry.transactions.kinds_of_matter import KINDS
from registry.transactions.matters.kind import Kind, known_kinds

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "states"


def test_every_page_is_current():
    written = {path.name: path.read_text() for path in FOLDER.glob("*.md")}
    assert written == pages(), "run `make states`"


def test_every_kind_that_is_declared_is_listed():
    assert {kind.machine.kind for kind in known_kinds()} == {kind.machine.kind for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.machine.kind)
def test_every_state_can_be_reached_and_every_open_one_left(kind: Kind):
    machine = kind.machine
    entered = {step.after for step in machine.steps if set(step.before) != {step.after}} | {machine.stages[0].name}
    left = {state for step in machine.steps for state in step.before if state != step.after}
    assert {stage.name for stage in machine.stages} == entered
    assert {stage.name for stage in machine.stages if not stage.is_end} == left


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.machine.kind)
def test_open_stages_have_an_owner(kind: Kind):
    assert all(stage.owner for stage in kind.machine.stages if not stage.is_end)
