"""What the published description says can be asked of the FHIR API, with the examples that it gives."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from registry.http.answers import FHIR_BASE
from registry.values.nhs_number import NHSNumber

_NUMBER = re.compile(r"(?<!\d)\d{10}(?!\d)")
_PRACTICE = re.compile(r"(?<![0-9A-Z])Y9\d{4}(?![0-9A-Z])")
_SAFE_POSTS = ("/_search", "/$match")


@dataclass(frozen=True, slots=True)
class Described:
    """One operation of the description."""

    method: str
    path: str
    """With names in braces."""
    operation: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def kind(self) -> str:
        """The type of resource that it is about, or whatever else the path begins with."""
        return self.path.removeprefix(FHIR_BASE).strip("/").partition("/")[0]

    @property
    def only_looks(self) -> bool:
        """Whether nothing is changed by it."""
        return (self.method == "GET" and not self.path.endswith("/$export")) or self.path.endswith(_SAFE_POSTS)

    def is_at(self, parts: list[str]) -> bool:
        """Whether it answers at a path below the base, by its parts."""
        mine = self.path.removeprefix(FHIR_BASE).strip("/").split("/")
        return len(mine) == len(parts) and all(
            one == said or one.startswith("{") for one, said in zip(mine, parts, strict=True)
        )

    def parameters(self, where: str) -> list[Mapping[str, Any]]:
        """Those of the path, the query or the headers."""
        return [each for each in self.operation.get("parameters", ()) if each["in"] == where]

    @property
    def is_open(self) -> bool:
        """Whether anybody may ask it, without a token."""
        return not self.operation.get("security")

    @property
    def statuses(self) -> set[int]:
        return {int(each) for each in self.operation["responses"] if each.isdigit()}

    @property
    def good(self) -> set[int]:
        """The statuses of success."""
        return {each for each in self.statuses if each < 400}

    @property
    def needs_if_match(self) -> bool:
        return any(each["name"] == "If-Match" for each in self.parameters("header"))

    @property
    def media(self) -> str | None:
        """The media type of the body, if it takes one."""
        content = self.operation.get("requestBody", {}).get("content", {})
        return next(iter(content), None)

    @property
    def bodies(self) -> list[Any]:
        """The examples of a body."""
        body = self.operation.get("requestBody", {}).get("content", {}).get(self.media, {})
        named = [each["value"] for each in body.get("examples", {}).values()]
        return [body["example"], *named] if "example" in body else named

    def query(self) -> list[tuple[str, str]]:
        """Every parameter of the query with its example."""
        return [pair for each in self.parameters("query") for pair in example_of(each)]


def example_of(parameter: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The example of one parameter, as pairs of a query; none where it has none."""
    found = parameter.get("example", [])
    return [(parameter["name"], str(each)) for each in (found if isinstance(found, list) else [found])]


def interactions_of(app: FastAPI) -> list[Described]:
    """Every operation below the base, in the order of the description."""
    return [
        Described(method.upper(), path, operation)
        for path, methods in app.openapi()["paths"].items()
        if path.startswith(FHIR_BASE)
        for method, operation in methods.items()
    ]


def swapped(content: Any, number: str | None = None, practice: str | None = None) -> Any:
    """An example about somebody else, or of another practice: every NHS number and every code in it exchanged."""

    def swap(text: str) -> str:
        if number is not None:
            text = _NUMBER.sub(lambda found: str(number) if NHSNumber.parse(found[0]) else found[0], text)
        return text if practice is None else _PRACTICE.sub(practice, text)

    return in_every_text(content, swap)


def in_every_text(content: Any, change: Callable[[str], str]) -> Any:
    """The same content with every text changed."""
    match content:
        case str():
            return change(content)
        case dict():
            return {name: in_every_text(each, change) for name, each in content.items()}
        case list() | tuple():
            return [in_every_text(each, change) for each in content]
        case _:
            return content


def texts_in(content: Any) -> Iterator[str]:
    """Every text of a JSON content."""
    match content:
        case str():
            yield content
        case dict():
            for each in content.values():
                yield from texts_in(each)
        case list():
            for each in content:
                yield from texts_in(each)
        case _:
            return


def links_in(content: Any, base: str) -> set[str]:
    """Every address below the base that a content names: links, and references to resources."""
    found: set[str] = set()
    for text in texts_in(content):
        if text.startswith(base + "/"):
            found.add(text)
        elif _REFERENCE.fullmatch(text):
            found.add(f"{base}/{text}")
    return found


_REFERENCE = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}(?:/_history/\d+)?")
