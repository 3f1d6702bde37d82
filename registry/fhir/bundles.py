"""Bundles: what a search found, page by page, and what happened, in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from registry.fhir.outcomes import Json


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource at its address; `search` is what a search says of it (mode, score, grade), `request` and `response`
    what a history says of how it came to be."""

    resource: Json
    full_url: str
    search: Json | None = None
    request: Json | None = None
    response: Json | None = None

    def as_json(self) -> Json:
        told: Json = {"fullUrl": self.full_url}
        if self.search is not None:
            told["search"] = self.search
        told["resource"] = self.resource
        if self.request is not None:
            told["request"] = self.request
        if self.response is not None:
            told["response"] = self.response
        return told


def searchset(
    entries: Sequence[Entry],
    *,
    self_url: str,
    timestamp: str,
    total: int | None = None,
    next_url: str | None = None,
) -> Json:
    """A Bundle of what was found, in the order given. `total` only where it was counted.

    Nobody found: no `entry` at all, since FHIR knows no empty lists.
    """
    return _bundle("searchset", entries, self_url, timestamp, total, next_url)


def history(entries: Sequence[Entry], *, self_url: str, timestamp: str, next_url: str | None = None) -> Json:
    """A Bundle of versions, in the order given, each with its `request` and `response`."""
    return _bundle("history", entries, self_url, timestamp, None, next_url)


def _bundle(
    kind: str, entries: Sequence[Entry], self_url: str, timestamp: str, total: int | None, next_url: str | None
) -> Json:
    links: list[Json] = [{"relation": "self", "url": self_url}]
    if next_url is not None:
        links.append({"relation": "next", "url": next_url})
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": kind, "timestamp": timestamp}
    if total is not None:
        bundle["total"] = total
    return {**bundle, "link": links} | ({"entry": [each.as_json() for each in entries]} if entries else {})
