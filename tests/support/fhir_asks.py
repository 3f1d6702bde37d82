"""What is worth asking the FHIR API: the examples of its description, about everybody by every number and name."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.fhir_described import Described, example_of, swapped

MOST_IDS = 60
_COUNTED = frozenset({"vid", "number"})
"""Parts of a path that are small numbers: of a version, of a file."""
NOBODYS = "00000000-0000-4000-8000-000000000000"
"""An id that the register gave to nothing."""
_GIVEN_AS = {"$export-file": "$export-status"}
"""Where the register gives an id that goes into other paths too."""
_VERSIONS = ("1", "2", "3")

Asked = tuple[str, list[tuple[str, str]], Any]
"""A path, the parameters of the query, and a body or None."""


@dataclass
class Asks:
    """What may be sent: about people, by their numbers and by what somebody knows of them; about practices."""

    numbers: list[str]
    practices: list[str]
    people: list[dict[str, Any]]
    """Name, gender, birthDate and address of people, as elements of a Patient."""
    ids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Ids that the register gave, by the type of resource."""

    def looks(self, each: Described) -> Iterator[Asked]:
        """For what changes nothing: each path, then each parameter with each value, or each body."""
        least = [pair for one in each.parameters("query") if one.get("required") for pair in example_of(one)]
        if each.path.endswith("/_search"):
            yield from ((each.path, [], dict(query)) for query in self.traces())
            return
        if each.media is not None:
            yield from ((path, least, body) for path in self.paths(each) for body in self.bodies(each))
            return
        for path in self.paths(each):
            yield path, least, None
        if "{" not in each.path:
            yield from self._searches(each, least)

    def _searches(self, each: Described, least: list[tuple[str, str]]) -> Iterator[Asked]:
        if each.kind == "Patient":
            yield from ((each.path, list(query.items()), None) for query in self.traces())
        for one in each.parameters("query"):
            others = [pair for pair in least if pair[0] != one["name"]]
            yield from ((each.path, [*others, (one["name"], value)], None) for value in self._values_of(one))

    def _values_of(self, parameter: Mapping[str, Any]) -> Iterator[str]:
        schema = parameter["schema"]
        schema = schema.get("items", schema)
        if "enum" in schema:
            yield from schema["enum"]
            return
        for _, example in example_of(parameter):
            about = [swapped(example, number, code) for number in self.numbers for code in self.practices]
            yield from dict.fromkeys([example, *about])

    def paths(self, each: Described) -> list[str]:
        """The path with every id that is known of its kind, and one that is nobody's."""
        found = [each.path]
        for one in each.parameters("path"):
            name = "{" + one["name"] + "}"
            found = [path.replace(name, value) for path in found for value in self._ids_of(each, one)]
        return found

    def _ids_of(self, each: Described, parameter: Mapping[str, Any]) -> list[str]:
        if parameter["name"] in _COUNTED:
            return [*_VERSIONS]
        if each.kind == "Patient":
            return self.numbers
        if each.kind == "Group":
            return self.practices
        return [*sorted(self.ids[_GIVEN_AS.get(each.kind, each.kind)])[:MOST_IDS], NOBODYS]

    def bodies(self, each: Described, practice: str | None = None) -> Iterator[Any]:
        """The examples about everybody by their number, and about everybody as they are described."""
        for body in each.bodies:
            yield from (swapped(body, number, practice) for number in self.numbers)
            yield from (with_person(swapped(body, practice=practice), who) for who in self.people)

    def traces(self) -> Iterator[dict[str, str]]:
        """Searches for people whom somebody knows."""
        for person in self.people:
            name, [home, *_] = person["name"][0], person["address"]
            family, born = name["family"], f"eq{person['birthDate']}"
            told = {"family": family, "given": name["given"][0], "birthdate": born}
            yield {"family": family, "birthdate": born}
            yield {"family": family[:3] + "*", "birthdate": born}
            yield {**told, "_history": "true"}
            yield {**told, "_fuzzy-match": "true"}
            yield {**told, "address-postalcode": home.get("postalCode") or "", "gender": person["gender"]}


def with_person(body: Any, person: dict[str, Any]) -> Any:
    """An example with every Patient in it described as somebody."""
    match body:
        case {"resourceType": "Patient"}:
            kept = {name: each for name, each in body.items() if name not in ("id", "identifier", "telecom")}
            return {**kept, **person}
        case dict():
            return {name: with_person(each, person) for name, each in body.items()}
        case list():
            return [with_person(each, person) for each in body]
        case _:
            return body
