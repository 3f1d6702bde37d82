"""What an invariant is: a rule, and the query that returns the rows for which it does not hold."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Invariant:
    """A rule by name, its sentence, and the query for what breaks it."""

    name: str
    sentence: str
    query: str


@dataclass(frozen=True, slots=True)
class Breach:
    """An invariant that does not hold, with some of the rows that show it."""

    name: str
    sentence: str
    rows: tuple[dict[str, Any], ...]
