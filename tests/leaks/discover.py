"""Every route and every command that there is, found by looking: none is walked because somebody remembered it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import click
import typer
from fastapi import FastAPI

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Route:
    """A method of a path, and how the published description says that it is called."""

    method: str
    path: str
    parameters: tuple[Mapping[str, Any], ...] = ()
    body: Mapping[str, Any] | None = None
    """The JSON schema of the body, whole."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def routes_of(app: FastAPI) -> list[Route]:
    """Every route, also those that the published description leaves out."""
    described = app.openapi()
    schemas: Mapping[str, Any] = described.get("components", {}).get("schemas", {})
    found: dict[tuple[str, str], Route] = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            body = content.get("application/json", {}).get("schema")
            parameters = tuple(
                {**each, "schema": whole(each["schema"], schemas)} for each in operation.get("parameters", ())
            )
            key = (method.upper(), path)
            found[key] = Route(*key, parameters, None if body is None else whole(body, schemas))
    for method, path in _routed(app):
        found.setdefault((method, path), Route(method, path))
    return sorted(found.values(), key=lambda each: (each.path, each.method))


def whole(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """A schema with what it refers to put in."""
    if "$ref" in schema:
        return whole(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas)
    copied: dict[str, Any] = dict(schema)
    for key, value in schema.items():
        if isinstance(value, Mapping) and key in ("properties",):
            copied[key] = {name: whole(each, schemas) for name, each in value.items()}
        elif isinstance(value, Mapping) and key == "items":
            copied[key] = whole(value, schemas)
        elif isinstance(value, list) and key in ("anyOf", "allOf", "oneOf"):
            copied[key] = [whole(each, schemas) for each in value]
    return copied


def _routed(app: Any) -> Iterator[tuple[str, str]]:
    """Methods and paths as the router has them, however deep they are included."""
    for route in getattr(app, "routes", ()):
        included: Any = route
        context: Any = getattr(included, "effective_route_contexts", None)
        contexts: list[Any] = [route] if context is None else list(context())
        for each in contexts:
            path = getattr(each, "path", None)
            for method in sorted(getattr(each, "methods", None) or ()):
                if path is not None and method in _METHODS:
                    yield method, re.sub(r":[a-z]+}", "}", path)


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the command line, by its words."""

    words: tuple[str, ...]
    parameters: tuple[click.Parameter, ...]

    @property
    def name(self) -> str:
        return " ".join(self.words)

    @property
    def options(self) -> frozenset[str]:
        """The long names of its options."""
        return frozenset(each for parameter in self.parameters for each in parameter.opts if each.startswith("--"))


def commands_of(app: typer.Typer) -> list[Command]:
    """Every command, of every group."""
    return sorted(_commands(typer.main.get_command(app), ()), key=lambda each: each.words)


def _commands(command: Any, words: tuple[str, ...]) -> Iterator[Command]:
    subcommands: Mapping[str, Any] | None = getattr(command, "commands", None)
    if subcommands is None:
        yield Command(words, tuple(command.params))
        return
    for name, each in subcommands.items():
        yield from _commands(each, (*words, name))
