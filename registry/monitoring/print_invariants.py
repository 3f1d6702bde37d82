"""The invariants in print."""

from collections.abc import Sequence
from textwrap import dedent
from typing import Any

import typer

from registry.console import print_table
from registry.database import to_json
from registry.monitoring.check import Checked


def as_data(checked: Sequence[Checked], *, queries: bool) -> dict[str, Any]:
    """What was checked as plain data: `checked`, `breaches`, and a line for each invariant."""
    return {
        "checked": len(checked),
        "breaches": [
            {"name": each.invariant.name, "sentence": each.invariant.sentence, "rows": each.rows}
            for each in checked
            if each.breaking
        ],
        "seconds": round(sum(each.seconds for each in checked), 3),
        "invariants": [
            {
                "name": each.invariant.name,
                "sentence": each.invariant.sentence,
                "breaking": each.breaking,
                "seconds": round(each.seconds, 3),
                **({"query": dedent(each.invariant.query).strip()} if queries else {}),
            }
            for each in checked
        ],
    }


def print_checked(checked: Sequence[Checked], *, queries: bool) -> None:
    """A line for each invariant; what is broken is told on standard error, with some of its rows."""
    columns = ("invariant", "broken by", "seconds", "what it says")
    rows = [(each.invariant.name, each.breaking, f"{each.seconds:.3f}", each.invariant.sentence) for each in checked]
    if queries:
        for each in checked:
            typer.echo(f"-- {each.invariant.name}: {each.breaking} rows, {each.seconds:.3f} s")
            typer.echo(f"-- {each.invariant.sentence}")
            typer.echo(f"{dedent(each.invariant.query).strip()};\n")
    else:
        print_table("", columns, rows, whole=("invariant",))
    for each in checked:
        if each.breaking:
            typer.echo(f"{each.invariant.name}: {each.invariant.sentence} ({each.breaking} rows)", err=True)
            for row in each.rows:
                typer.echo(f"    {to_json(row)}", err=True)
    if not any(each.breaking for each in checked):
        typer.echo(f"all {len(checked)} invariants hold")
