"""What somebody told the office about a person's particulars, as plain values that can be stored."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from pydantic import TypeAdapter

from registry.transactions.commands import Changes
from registry.transactions.rules.provenance import Evidence, Said, Source

KIND = "particulars"
"""The kind of its transaction."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Who says what of a person. `reason` is the clerk's own text; `reference` that of whoever wrote."""

    said: Said
    changes: Changes
    reason: str = ""
    reference: str | None = None


_CHANGES: TypeAdapter[Changes] = TypeAdapter(Changes)


def to_stored(statement: Statement, number: str | None) -> dict[str, Any]:
    """A statement as plain JSON data. The speaker stands apart, under `origin`: it may be somebody's practice,
    which is not shown of restricted people."""
    said = statement.said
    return {
        "number": number,
        "said": {
            "source": said.source.value,
            "effective_on": said.effective_on.isoformat(),
            "evidence": said.evidence.value,
        },
        "origin": {"by": said.by},
        "changes": orjson.loads(_CHANGES.dump_json(statement.changes, exclude_defaults=True)),
        "reason": statement.reason,
        "reference": statement.reference,
    }


def from_stored(data: Any) -> tuple[Statement, str]:
    """The statement that was stored, and the number of the person whom it is about."""
    said = Said(
        Source(data["said"]["source"]),
        data["origin"]["by"],
        date.fromisoformat(data["said"]["effective_on"]),
        Evidence(data["said"]["evidence"]),
    )
    changes = _CHANGES.validate_python(data["changes"], strict=False)
    return Statement(said, changes, data["reason"], data["reference"]), data["number"] or ""
