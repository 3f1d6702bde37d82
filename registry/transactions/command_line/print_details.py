"""One person or one transaction in print."""

from collections.abc import Iterable, Mapping
from typing import Any

import typer

from registry.console import print_table

_FACTS = (
    "nhs_number", "superseded_number_asked", "status", "restricted", "previous_surname", "sex", "date_of_birth",
    "date_of_death", "place_of_birth", "drugs_dispensed", "residential_institute", "version", "id",
)  # fmt: skip
_TRANSACTION = (
    "id", "operation_id", "practice", "kind", "source", "transaction_number", "state", "outcome", "sentence",
    "warnings", "nhs_number", "accepted_on", "document_at", "received_at", "posted_at", "expects", "due_at",
)  # fmt: skip
_SECTIONS = {
    "former_names": ("surname", "first_forename", "second_forename", "other_forenames", "since", "until"),
    "former_addresses": ("lines", "postcode", "since", "until"),
    "stays": ("practice", "since", "until", "accepted_on", "gp_code"),
    "movements": ("on", "from", "to", "reason"),
    "open_transactions": ("id", "kind", "state", "practice", "expects", "due_at"),
    "open_cases": ("id", "version", "kind", "sentence", "due_at"),
    "open_matters": ("id", "version", "kind", "state", "expects", "due_at"),
    "pending_deductions": ("practice", "reason", "due_on", "held_because", "transaction_id"),
    "messages": ("kind", "practice", "transaction_number", "created_at", "sent_at", "closed_at"),
    "cases": ("id", "version", "kind", "state", "decision"),
    "national_requests": ("kind", "state", "attempts", "asked_at", "next_attempt_at", "closed_at"),
    "match": ("outcome", "guard", "model_version", "decided_at"),
}
"""The tables below the facts, with their columns."""


def print_person(answer: Mapping[str, Any]) -> None:
    """Print everything about a person, for people to read."""
    name, address, registration = answer["name"], answer["address"], answer["registration"]
    forenames = [name["title"], name["first_forename"], name["second_forename"], name["other_forenames"]]
    typer.echo(" ".join([*filter(None, forenames), name["surname"]]))
    if answer["whereabouts_hidden"]:
        typer.echo("address and practice are protected: `registry protected look` shows them, with a reason")
    else:
        typer.echo(", ".join(filter(None, [*address["lines"], address["postcode"]])) or "no address")
    if registration is None and not answer["whereabouts_hidden"]:
        typer.echo(f"on no practice's list: {answer['list']}")
    elif registration is not None:
        typer.echo(
            f"on the list of {registration['practice']} {registration['practice_name']} since {registration['since']},"
            f" accepted on {registration['accepted_on']}, doctor {registration['gp_code'] or 'not known'}"
        )
    print_facts(answer, _FACTS)
    if answer["former_numbers"]:
        typer.echo(f"former numbers: {', '.join(answer['former_numbers'])}")
    print_sections({**answer, **answer["open_work"]})


def print_transaction(answer: Mapping[str, Any]) -> None:
    """Print a transaction and what followed, for people to read."""
    print_facts(answer, _TRANSACTION)
    print_sections(answer)


def print_facts(answer: Mapping[str, Any], names: Iterable[str]) -> None:
    """Print those of the named facts that say something, one a line."""
    rows = [
        (name.replace("_", " "), _text(answer.get(name))) for name in names if answer.get(name) not in (None, "", [])
    ]
    print_table("", ("", ""), rows)


def print_sections(answer: Mapping[str, Any]) -> None:
    """Print a table for each section that holds anything."""
    for section, columns in _SECTIONS.items():
        rows: list[dict[str, Any]] = answer.get(section) or []
        if rows:
            cells = ([_text(row.get(column)) for column in columns] for row in rows)
            print_table(f"\n{section.replace('_', ' ')}", (column.replace("_", " ") for column in columns), cells)


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(str(each) for each in value if each)
        case _:
            return str(value)
