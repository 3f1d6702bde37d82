"""Bundles: what a search found, page by page, and what happened, in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from registry.fhir.outcomes import Json


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource at its address; `search` is what a search says of it (mode, score, grade)."""

    resource: Json
    full_url: str
    search: Json | None = None

    def as_json(self) -> Json:
        told: Json = {"fullUrl": self.full_url}
        if self.search is not None:
            told["search"] = self.search
        return {**told, "resource": self.resource}


def searchset(
    entries: Sequence[Entry],
    *,
    self_url: str,
    timestamp: str,
    total: int | None = None,
    next_url: str | None = None,
) -> Json:
    """A Bundle of what was found, in the order given. `total` only where it was counted."""
    links: list[Json] = [{"relation": "self", "url": self_url}]
    if next_url is not None:
        links.append({"relation": "next", "url": next_url})
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "timestamp": timestamp}
    if total is not None:
        bundle["total"] = total
    return {**bundle, "link": links, "entry": [each.as_json() for each in entries]}
