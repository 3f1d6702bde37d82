"""Who acts. Nothing is done by nobody."""

from dataclasses import dataclass
from enum import Enum


class ActorKind(Enum):
    """The kinds of actor that the audit distinguishes."""

    PRACTICE = "practice"
    """A practice's system, by link or by API."""
    STAFF = "staff"
    """A person of the office."""
    JOB = "job"
    """The worker, doing what fell due."""
    SYSTEM = "system"
    """Set-up, import and demonstration."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for whom. `name` is an account's or a job's, never a patient's."""

    kind: ActorKind
    name: str
    practice_ods: str | None = None

    @property
    def is_office(self) -> bool:
        """Whether every practice is within this actor's view."""
        return self.kind is not ActorKind.PRACTICE
