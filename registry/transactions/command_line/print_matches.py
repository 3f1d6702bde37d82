"""What the matcher answers, in print: candidates, waterfalls, replays."""

from collections.abc import Mapping
from typing import Any

import typer

from registry.console import print_table

_BAR = 24
"""The widest bar, for a weight of that many bits."""
_PERSON = ("nhs_number", "surname", "first_forename", "second_forename", "date_of_birth", "sex", "postcode")


def print_found(answer: Mapping[str, Any]) -> None:
    """Print who somebody may be, best first."""
    typer.echo(f"{answer['outcome']}: {answer['sentence']}")
    for each in answer["not_used"]:
        typer.echo(f"{each['field']}: {each['sentence']}")
    for candidate in answer["candidates"]:
        typer.echo("")
        if candidate["protected"]:
            typer.echo(f"{candidate['grade']}: somebody who is protected")
            continue
        person = candidate["person"]
        named = "  ".join(str(person[name]) for name in _PERSON if person[name] is not None)
        typer.echo(f"{candidate['grade']} ({candidate['probability']:.4f}): {named}")
        typer.echo(f"{person['status']}, on the list of {person['practice'] or 'no practice'}, id {person['id']}")
        _print_waterfall(candidate["waterfall"])


def print_explained(answer: Mapping[str, Any]) -> None:
    """Print a pair of records, by each set of weights."""
    if answer["places_left_out"]:
        typer.echo("one of them is protected: places are not compared")
    for told in answer["explanations"]:
        typer.echo(f"by the weights of {told['weights']}: {told['outcome']} ({told['probability']:.4f})")
        typer.echo(told["sentence"])
        _print_waterfall(told["waterfall"])
        typer.echo("")


def print_replayed(answer: Mapping[str, Any]) -> None:
    """Print stored decisions, and what came of them when they were taken again."""
    for told in answer["decisions"]:
        versions = f"model {told['model_version']}, normaliser {told['normaliser_version']}"
        typer.echo(f"{told['decided_at']:%Y-%m-%d %H:%M} {told['outcome']} ({versions})")
        typer.echo(told["sentence"])
        for candidate in told["candidates"]:
            again = candidate["score_again"]
            made = "" if again is None else f", made again {again:.6f}"
            typer.echo(f"candidate {candidate['patient_id']}: stored {candidate['score']:.6f}{made}")
            _print_waterfall(candidate["waterfall"])
        typer.echo("")


def _print_waterfall(steps: list[Mapping[str, Any]]) -> None:
    rows = [
        (step["step"], "" if step["weight"] is None else f"{step['weight']:+.1f}", _bar(step), step["sentence"])
        for step in steps
    ]
    print_table("", ("step", "weight", "", "why"), rows)


def _bar(step: Mapping[str, Any]) -> str:
    weight = step["weight"]
    if weight is None or step["step"] in ("score", "threshold"):
        return ""
    return ("+" if weight > 0 else "-") * min(round(abs(weight)), _BAR)
