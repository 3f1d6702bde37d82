"""Waiting times of questions as tables for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table

from benchmarks.matching.tables import table_of

_COLUMNS = ("questions", "a second", "mean ms", "p50", "p95", "p99", "max")
_NAMES = ("mean", "p50", "p95", "p99", "max")


def online_tables(figures: Mapping[str, Any]) -> Iterator[Table]:
    """The tables, one after the other."""
    inside, floor, http = figures["inside"], figures["floor"], figures["http"]
    title = f"Who is this? {figures['people']:,} people, {figures['keys']:,} rows of keys in PostgreSQL"
    table = table_of(title, "", *_COLUMNS)
    for name in ("cold", "warm"):
        told = inside[name]
        table.add_row(f"inside the service, {name}", f"{told['questions']:,}", "", *_times(told["milliseconds"]))
    table.add_row("of this comparing and deciding", "", "", *_times(inside["warm"]["deciding"]))
    mean = floor["mean_milliseconds"]
    table.add_row("pgbench, the same statements", f"{floor['transactions']:,}", f"{1000 / mean:.0f}", f"{mean:.2f}")
    for name, told in (("cold, 1 connection", http["cold"]), *_warm(http)):
        number = sum(told["statuses"].values())
        table.add_row(f"over HTTP, {name}", f"{number:,}", f"{told['per_second']:.0f}", *_times(told["milliseconds"]))
    table.caption = _caption(figures)
    yield table
    yield _bars(figures["decisions"])
    yield _by_threshold(figures["decisions"])


def _bars(decisions: Mapping[str, Any]) -> Table:
    table = table_of("How they were decided", "", "figure", "aim")
    for name, bar in decisions["bars"].items():
        table.add_row(name, bar["figure"], "met" if bar["met"] else "MISSED")
    return table


def _by_threshold(decisions: Mapping[str, Any]) -> Table:
    columns = ("precision of the certain", "known, certain and right", "to a person", "wrong")
    table = table_of("By the least score of a match", "", *columns)
    for row in decisions["by_threshold"]:
        name = f"{row['certain_from']:g}, {'guards' if row['guards'] else 'no guards'}"
        wrong = ", ".join(f"{number} {kind}" for kind, number in row["wrong"].items()) or "none"
        table.add_row(name, row["precision"], row["known_certain"], row["to_a_person"], wrong)
    return table


def _warm(http: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for told in http["warm"]:
        plural = "s" if told["connections"] > 1 else ""
        yield f"{told['connections']} connection{plural}", told


def _times(milliseconds: Mapping[str, float]) -> Iterator[str]:
    return (f"{milliseconds[name]:.2f}" for name in _NAMES)


def _caption(figures: Mapping[str, Any]) -> str:
    warm, floor = figures["inside"]["warm"], figures["floor"]
    times = warm["milliseconds"]["mean"] / floor["mean_milliseconds"]
    answers = [figures["http"]["cold"], *figures["http"]["warm"]]
    unlike = {status for told in answers for status in told["statuses"]} - {"200"}
    parts = [
        f"ours is {times:.2f} times pgbench (mean, warm; pgbench played {floor['share']:.0%} of what was kept)",
        f"candidates: {_candidates(warm['candidates'])}",
        "aims at 10,000,000 people: p99 under 10 ms inside, under 15 ms over HTTP at one connection",
    ]
    if not figures["cold_is_cold"]:
        parts.append("the system kept the server's files in memory: cold is not quite cold")
    if unlike:
        parts.append(f"SOME ANSWERS WERE NOT 200: {', '.join(sorted(unlike))}")
    return "; ".join(parts)


def _candidates(counts: Mapping[str, float]) -> str:
    return f"median {counts['p50']:.0f}, p99 {counts['p99']:.0f}, most {counts['max']:.0f}"
