"""Whether something that came out says of a protected person where they are: a place beside their name.

Their address is unmistakable and must be nowhere. A practice's code is everywhere, and tells only where it
stands with the person: in one object of an answer, one line of a print, or in answer to a question about them.
"""

from collections.abc import Iterator
from typing import Any

import orjson

from tests.leaks.find import Found, find
from tests.leaks.marks import Marks
from tests.leaks.walk import Walk


class WhereaboutsWalk(Walk):
    """Looks for addresses anywhere, and for a practice in one breath with the person."""

    def __init__(self, anywhere: Marks, person: Marks, practice: Marks) -> None:
        super().__init__(anywhere)
        self.person, self.practice = person, practice

    def look(self, place: str, content: Any, asked: str = "") -> None:
        super().look(place, content, asked)
        about_her = bool(find(self.person, _sent(asked), ""))
        for said in _pieces(content):
            if not find(self.practice, said, place):
                continue
            if about_her or find(self.person, said, place):
                self.found.setdefault(("practice", place), Found("practice", f"{place} [{asked}]", said[:160]))


def _sent(asked: str) -> str:
    """What was asked, without what came of it."""
    return asked.rsplit(" -> ", 1)[0]


def _pieces(content: Any) -> Iterator[str]:
    """What belongs together: an object of a list with what stands above it, or a line."""
    text = content.decode(errors="replace") if isinstance(content, bytes) else str(content)
    for part in [text] if text.lstrip().startswith(("{", "[")) and _json(text) is not None else text.splitlines():
        whole = _json(part)
        if isinstance(whole, dict | list):
            yield from _objects(whole, "")
        else:
            yield part


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _objects(value: Any, above: str) -> Iterator[str]:
    """Each object of a list by itself, with the plain values of those around it."""
    if isinstance(value, list):
        for each in value:
            yield from _objects(each, above)
        return
    if not isinstance(value, dict):
        yield f"{above} {value}"
        return
    lists = {name: each for name, each in value.items() if isinstance(each, list) and any(map(_is_object, each))}
    own = {name: each for name, each in value.items() if name not in lists}
    said = f"{above} {orjson.dumps(own, default=str).decode()}"
    yield said
    for each in lists.values():
        yield from _objects(each, said)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)
