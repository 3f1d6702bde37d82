"""The figures as a table for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


def show(figures: Mapping[str, Any]) -> None:
    """Print what each kind of request reaches beside pgbench, how long one waits, and what one costs."""
    console = Console(width=118)
    console.print(
        f"\n{figures['people']:,} people, {figures['processes']} processes of the API, {figures['processors']}"
        f" processors (load at the start {figures['load'][0]:.1f}), commits forced to disk\n"
    )
    console.print(table(figures))


def table(figures: Mapping[str, Any]) -> Table:
    """A row for each kind and number of connections."""
    made = Table(title="Requests a second", title_justify="left")
    for column in (
        "",
        "at once",
        "rate",
        "pgbench",
        "ratio",
        "p50",
        "p95",
        "p99 ms",
        "round trips",
        "CPU ms",
        "not 2xx",
    ):
        made.add_column(column, justify="right" if column else "left")
    for kind, by_connections in figures["kinds"].items():
        for connections, found in by_connections.items():
            made.add_row(kind, connections, *_cells(found))
    made.caption = (
        "pgbench sends the statements of the same requests, each set of parameters once, its look-up of them taken off;"
        " CPU is the API's and PostgreSQL's for one request"
    )
    return made


def _cells(found: Mapping[str, Any]) -> list[str]:
    other, waits = found["pgbench"], found["milliseconds"]
    refused = sum(number for status, number in found["statuses"].items() if not status.startswith("2"))
    return [
        f"{found['per_second']:.0f}",
        f"{other['per_second']:.0f}",
        f"{found['per_second'] / other['per_second']:.2f}",
        *(f"{waits[name]:.1f}" for name in ("p50", "p95", "p99")),
        f"{other['round_trips']:.1f}",
        f"{sum(found['processor_milliseconds'].values()):.1f}",
        str(refused),
    ]
