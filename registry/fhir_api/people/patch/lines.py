"""The lines of an address as they are amended: five places, of which only those that are filled are seen.

A client saw the filled lines alone, so an index in a patch counts those. A whole list that it sends has places.
"""

from collections.abc import Sequence
from typing import Any

from registry.fhir_api.people.patch.paths import wrong_patch
from registry.fhir_api.people.patch.read_patches import too_many

PLACES = 5


class Lines(list[str]):
    """Five places; an empty text is an empty one."""

    @property
    def filled(self) -> list[int]:
        """The places that are filled, in order: what a client counts."""
        return [place for place, line in enumerate(self) if line]

    @property
    def shown(self) -> list[str]:
        """The lines as an answer has them."""
        return [line for line in self if line]

    @classmethod
    def of(cls, lines: Sequence[str], held: "Lines | None" = None) -> "Lines":
        """The places of lines that were sent whole. Raises RequestError (400) for more than five.

        Whoever sends back what they saw has not moved anything: those lines keep the places that are `held`.
        """
        if len(lines) > PLACES:
            raise too_many("address/line")
        if held is not None and len(lines) < PLACES and list(lines) == held.shown:
            return cls(held)
        return cls([*lines, *[""] * (PLACES - len(lines))])

    def put_in(self, index: int, line: str) -> None:
        """Add a line before the filled one of an index, or after the last. Raises RequestError where no place is
        free there."""
        filled = self.filled
        after = filled[index - 1] + 1 if index else 0
        before = filled[index] if index < len(filled) else PLACES
        if after >= before:
            raise wrong_patch("there is no free line: replace the whole list of lines", "address/line")
        self[after] = line


def with_places(address: Any, held: Lines | None) -> None:
    """Give the lines of an address their places, where they were sent as a plain list of texts."""
    lines = address.get("line") if isinstance(address, dict) else None
    if isinstance(lines, list) and not isinstance(lines, Lines) and all(isinstance(each, str) for each in lines):
        address["line"] = Lines.of(lines, held)


def as_shown(value: Any) -> Any:
    """A value, or a whole address, without the places that are empty."""
    if isinstance(value, Lines):
        return value.shown
    if isinstance(value, dict) and isinstance(value.get("line"), list):
        return {**value, "line": [line for line in value["line"] if line != ""]}
    return value
