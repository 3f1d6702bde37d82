"""A state machine as data: the stages of a kind of matter, and the steps between them.

The same data decide what may be done, are drawn into docs/states, and name the states that an
invariant allows. Standard library only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Owner = Literal[
    "registration",
    "scheme",
    "list-maintenance",
    "post-room",
    "supervisor",
    "counter-fraud",
    "practice",
    "commissioner",
    "national-back-office",
    "correspondent",
]
"""Whose move it is: a team of the office, or an outsider who is chased. A correspondent is whom a case names."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A state. Without `expects` it is an end: nothing is waited for any more."""

    name: str
    meaning: str
    owner: Owner | None = None
    expects: str | None = None

    @property
    def is_end(self) -> bool:
        return self.expects is None


@dataclass(frozen=True, slots=True)
class Step:
    """An event that takes a matter from any of some states to another (or leaves it where it is).

    `not_by` names an earlier event whose doer must be another person than the doer of this one.
    """

    event: str
    before: tuple[str, ...]
    after: str
    meaning: str
    not_by: str | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """The states and steps of one kind of matter; the first stage is where it begins.

    Raises ValueError when a step names a state that is none.
    """

    kind: str
    title: str
    meaning: str
    source: str
    """The regulation or guidance behind it."""
    stages: tuple[Stage, ...]
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        names = {stage.name for stage in self.stages}
        for step in self.steps:
            unknown = {*step.before, step.after} - names
            if unknown:
                raise ValueError(f"{self.kind}: step {step.event} names unknown states {sorted(unknown)}")

    def stage(self, name: str) -> Stage:
        """The stage of a name. Raises KeyError."""
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise KeyError(name)

    def step(self, state: str, event: str) -> Step | None:
        """The step that an event takes in a state, or None where it is not allowed there."""
        return next((step for step in self.steps if step.event == event and state in step.before), None)

    def states_for(self, event: str) -> tuple[str, ...]:
        """The states in which an event is allowed."""
        return tuple(dict.fromkeys(state for step in self.steps if step.event == event for state in step.before))

    def drawing(self) -> Iterator[str]:
        """The lines of a Mermaid state diagram."""
        yield "stateDiagram-v2"
        yield f"    [*] --> {_word(self.stages[0].name)}"
        for step in self.steps:
            for state in step.before:
                yield f"    {_word(state)} --> {_word(step.after)}: {step.event}"
        for stage in self.stages:
            if stage.is_end:
                yield f"    {_word(stage.name)} --> [*]"
        for stage in self.stages:
            if "-" in stage.name:
                yield f"    {_word(stage.name)}: {stage.name}"


def _word(name: str) -> str:
    return name.replace("-", "_")
