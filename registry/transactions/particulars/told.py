"""What is told of particulars: to a practice, by the names of GP Links; to a clerk, both sides of a conflict."""

from collections.abc import Collection, Mapping
from typing import Any, cast

from registry.transactions.commands import Changes
from registry.transactions.facts import PersonFacts
from registry.transactions.rules.precedence import Ask, Keep, Verdict
from registry.transactions.rules.provenance import Said


def told_items(changes: Changes, without: Collection[str] = ()) -> dict[str, Any]:
    """The items of an amendment to a practice, but those of some fields, by their names on GP Links."""
    kept = named_fields(without)
    items: dict[str, Any] = {name: getattr(changes, name) for name in changes.named() if name not in kept}
    forenames = items.pop("forenames", None)
    if forenames == "%":
        items["first_forename"] = "%"
    elif forenames is not None:
        first, second, others = cast(tuple[str, str, str], forenames)
        items |= {"first_forename": first, "second_forename": second or "%", "other_forenames": others or "%"}
    return items


def named_fields(fields: Collection[str]) -> tuple[str, ...]:
    """Fields by the names of an amendment's items: a postcode goes with its address."""
    return (*fields, "postcode") if "address" in fields else tuple(fields)


def shown_conflict(person: PersonFacts | None, said: Said, verdicts: Mapping[str, Verdict]) -> dict[str, Any]:
    """Both sides of each field that is not plainly taken: sources, days and evidence, but no values.

    The values stand in the transaction and in the person's row, which are shown beside it.
    """
    disputed = {field: each.why for field, each in verdicts.items() if isinstance(each, Ask | Keep)}
    if person is None or not disputed:
        return {}
    provenance = cast(Mapping[str, Any], person.row.get("provenance") or {})
    return {
        "said": _side(said.source.value, said.effective_on.isoformat(), said.evidence.value),
        "fields": [
            {"field": field, "why": why.label, "sentence": why.value, "held": _held(provenance.get(field))}
            for field, why in disputed.items()
        ],
    }


def _held(entry: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if entry is None else _side(entry["source"], entry["effective_on"], entry["evidence"])


def _side(source: str, effective_on: str, evidence: str) -> dict[str, Any]:
    return {"source": source, "effective_on": effective_on, "evidence": evidence}
