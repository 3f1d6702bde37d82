"""What a walk has seen: what was found, what was reached, and what it could not call."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from tests.leaks.find import Found, find
from tests.leaks.marks import Marks


@dataclass
class Walk:
    """Looks for marks in whatever it is handed, and counts."""

    marks: Marks
    found: dict[tuple[str, str], Found] = field(default_factory=dict[tuple[str, str], Found])
    """The first of each mark in each place."""
    statuses: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Every answer to each route or command."""
    looked_at: int = 0
    _seen: set[int] = field(default_factory=set[int])

    def look(self, place: str, content: Any, asked: str = "") -> None:
        """Look at something that came out of a place; `asked` says how it was brought to say so."""
        self.looked_at += 1
        key = hash((place, content)) if isinstance(content, bytes | str) else None
        if key is not None and key in self._seen:
            return
        if key is not None:
            self._seen.add(key)
        for each in find(self.marks, content, f"{place} [{asked}]" if asked else place):
            self.found.setdefault((each.mark, place), each)

    def report(self) -> str:
        """What was found, a line each."""
        return "\n".join(f"{each.mark}: {each.where}: …{each.around}…" for each in sorted(self.found.values()))

    def places(self) -> set[str]:
        """Where anything was found."""
        return {place for _, place in self.found}

    def failed(self) -> list[str]:
        """Routes and commands that broke down on something that they were asked."""
        return sorted(name for name, statuses in self.statuses.items() if 500 in statuses)
