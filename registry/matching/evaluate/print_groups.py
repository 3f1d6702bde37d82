"""Error rates by group, by kind of error and by hard negative, as tables."""

from collections.abc import Iterable, Sequence

import typer

from registry.console import print_table
from registry.matching.evaluate.fairness import GroupLine, Section
from registry.matching.evaluate.hard_negatives import HardNegatives, WrongByKind
from registry.matching.evaluate.in_words import gaps, rate_shown, shown


def print_section(section: Section, *, fair: bool) -> None:
    """One column's groups; with the largest gaps where it is a matter of fairness."""
    calls = list(section.gap_of_recall)
    wrong = [f"wrong {call}, per 1,000" for call in calls] if fair else []
    columns = [section.column, "records", "true pairs", *(f"recall, {call}" for call in calls), *wrong, ""]
    typer.echo(f"\n{'Error rates' if fair else 'Recall'} by {section.column}")
    print_table("", columns, (_line(line, calls, fair) for line in section.lines), whole=columns)
    for sentence in gaps(section) if fair else ():
        typer.echo(sentence)


def _line(line: GroupLine, calls: Sequence[str], fair: bool) -> Iterable[str]:
    return (
        line.value,
        f"{line.people:,}",
        f"{line.true_pairs:,}",
        *(shown(line.recall[call]) for call in calls),
        *(rate_shown(line.wrong_per_thousand[call]) for call in calls if fair),
        "too small to tell" if line.too_small else "",
    )


def print_kinds(column: str, kinds: Sequence[WrongByKind], calls: Sequence[str]) -> None:
    """The wrong pairs of each kind of people."""
    within = [f"both of it, {call}" for call in calls]
    rows = (
        (
            kind.kind,
            f"{kind.people:,}",
            *(f"{kind.wrong[call]:,}" for call in calls),
            *(f"{kind.wrong_within[call]:,}" for call in calls),
        )
        for kind in kinds
    )
    typer.echo(f"\nWrong pairs with a member of each {column}")
    columns = [column, "records", *(f"wrong, {call}" for call in calls), *within]
    print_table("", columns, rows, whole=columns)


def print_hard_negatives(found: Sequence[HardNegatives], calls: Sequence[str]) -> None:
    """How many pairs known to be two people were called one; nothing where none were given."""
    if not found:
        return
    rows = (
        (
            hard.kind,
            f"{hard.pairs:,}",
            f"{hard.in_file:,}",
            *(f"{hard.called[call].count:,}" for call in calls),
            *(shown(hard.called[call]) for call in calls),
            f"{hard.true:,}" if hard.true else "",
        )
        for hard in found
    )
    typer.echo("\nHard negatives: pairs known to be two people")
    called = [f"called, {call}" for call in calls]
    columns = ["kind", "pairs", "in the file", *called, *(f"share, {call}" for call in calls), "true after all"]
    print_table("", columns, rows, whole=columns)
