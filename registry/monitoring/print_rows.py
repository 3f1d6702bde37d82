"""Rows of any shape in print."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from registry.console import print_json, print_table
from registry.monitoring.balance_rules import LIST, TRAFFIC


def print_rows(
    found: Sequence[Mapping[str, Any]], title: str, as_json: bool = False, whole: tuple[str, ...] = ()
) -> None:
    """Print rows that have one shape: as a table with their names, or each as a line of JSON."""
    if as_json:
        for each in found:
            print_json(dict(each))
        return
    columns = list(found[0]) if found else []
    print_table(title, columns, [[_cell(each[name]) for name in columns] for each in found], whole=whole)


def print_balance(lines: Sequence[Mapping[str, Any]]) -> None:
    """Print a day's figures: the lists, then what came and went."""
    for title, names in (("lists", (*LIST, "differences")), ("traffic", TRAFFIC)):
        print_rows([{"practice": line["practice"], **{name: line[name] for name in names}} for line in lines], title)


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return ", ".join(value) if isinstance(value, list) else value
