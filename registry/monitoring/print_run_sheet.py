"""The run sheet in print, for the wall of the office."""

from collections.abc import Iterable, Mapping
from typing import Any

import typer

from registry.console import print_table


def print_run_sheet(sheet: Mapping[str, Any]) -> None:
    """Print it section by section; a section with nothing in it is one line."""
    typer.echo(f"Run sheet of {sheet['day']:%A %d %B %Y}\n")
    _section("Due today", sheet["due_today"], ("owner", "kind", "what", "count", "first_due"))
    _section("Late", sheet["late"], ("owner", "kind", "what", "count", "first_due"))
    queues = [
        {"owner": owner, **{name: queue[name] for name in ("open", "late", "escalated")}, **queue["ages"]}
        for owner, queue in sheet["queues"].items()
    ]
    _section("Queues, by working days since it began", queues, tuple(queues[0]) if queues else ())
    _section("Unanswered acceptances, by working days", [sheet["unanswered"]], tuple(sheet["unanswered"]))
    waiting = sheet["never_approved"]
    _section(
        "Without an answer for longer than any may be", waiting, ("id", "practice", "state", "expects", "received_at")
    )
    links = sheet["links"]
    numbers = ("unfinished", "undelivered", "unsent", "receipts_late")
    _section("Links", [{name: links[name] for name in numbers}], numbers)
    receipts = links["receipts"]["all"]
    _section("Messages without receipt, by working days", [receipts], tuple(receipts))
    _section("Missing numbers", links["gaps"], ("practice", "recipient", "missing", "numbers", "since"))
    _section("Silent practices", links["silent"], ("practice", "last_heard_at", "working_days", "usual_most"))
    _section("Work that fails", sheet["failing"], ("what", "item", "attempts", "first_at", "error"))
    _section("Days to be signed", sheet["unsigned"], ("day", "practices", "differences", "due_at"))
    lines = sheet["yesterday"]["lines"] if sheet["yesterday"] else []
    shown = [{"practice": line["practice"], "differences": ", ".join(line["differences"])} for line in lines]
    _section("Yesterday's differences", shown, ("practice", "differences"))
    cases = sheet["identity_cases"]
    typer.echo(f"Identity cases: {cases['open']} open, {cases['late']} late\n")
    _section("FP69s to be answered", sheet["fp69"], ("practice", "open", "expiring", "first_due"))


def _section(title: str, rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...]) -> None:
    found = list(rows)
    if not found:
        typer.echo(f"{title}: none\n")
        return
    typer.echo(title)
    print_table("", columns, [[_cell(row[name]) for name in columns] for row in found], whole=("id", "item"))
    typer.echo("")


def _cell(value: Any) -> Any:
    if hasattr(value, "hour"):
        return f"{value:%Y-%m-%d %H:%M}"
    return ", ".join(str(each) for each in value) if isinstance(value, list) else value
