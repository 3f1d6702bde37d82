"""What somebody told the office about a person's particulars, as plain values that can be stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from registry.patients.element_changes import ElementChanges
from registry.transactions.commands import Changes
from registry.transactions.rules.provenance import Evidence, Said, Source

KIND = "particulars"
"""The kind of its transaction."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Who says what of a person. `reason` is the clerk's own text; `reference` that of whoever wrote.

    `columns` are said beside the items of an amendment, or more exactly than those can; `elements` what FHIR carries
    of a person beside them (`registry.patients.element_changes`). `is_whole`: all of it is taken, or nothing.
    `practice_id` is the practice whose own system said it, which may follow what becomes of it.
    """

    said: Said
    changes: Changes
    reason: str = ""
    reference: str | None = None
    columns: Mapping[str, Any] = field(default_factory=dict[str, Any])
    elements: ElementChanges = field(default_factory=dict[str, Any])
    is_whole: bool = False
    practice_id: UUID | None = None


_CHANGES: TypeAdapter[Changes] = TypeAdapter(Changes)


def to_stored(statement: Statement, number: str | None) -> dict[str, Any]:
    """A statement as plain JSON data. The speaker stands apart, under `origin`: it may be somebody's practice,
    which is not shown of restricted people."""
    said = statement.said
    more: dict[str, Any] = {
        "columns": dict(statement.columns),
        "elements": statement.elements,
        "is_whole": statement.is_whole,
    }
    return {name: value for name, value in more.items() if value} | {
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
    statement = Statement(
        said,
        changes,
        data["reason"],
        data["reference"],
        data.get("columns", {}),
        data.get("elements", {}),
        data.get("is_whole", False),
    )
    return statement, data["number"] or ""
