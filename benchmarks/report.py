"""The figures as tables for people."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

AIM_RATIO = 0.3
AIM_ROUND_TRIPS = 8
AIM_MEBIBYTES = 250


def show(figures: Mapping[str, Any]) -> None:
    """Print rates beside pgbench's, then what an acceptance costs, then memory."""
    console = Console(width=118)
    load = figures["load"][0]
    console.print(
        f"\n{figures['people']:,} people, {figures['acceptances']:,} transfers each way, {figures['connections']}"
        f" connections, {figures['processors']} processors (load at the start {load:.1f}), commits forced to disk\n"
    )
    console.print(_rates(figures))
    console.print(_costs(figures))
    console.print(_memory(figures))


def _rates(figures: Mapping[str, Any]) -> Table:
    table = _table("Acceptances a second", "", "rate", "pgbench", "ratio", "ratio by processor time", "p50/p95/p99 ms")
    for name, facade in _facades(figures):
        latencies = " / ".join(f"{value:.1f}" for value in facade["milliseconds"].values())
        table.add_row(name, *_beside(facade, figures["pgbench_facade"]), latencies)
    alone = figures["unit_of_work"]
    table.add_row("its unit of work alone", *_beside(alone, figures["pgbench_facade"]), "")
    for size in (1, 10):
        if f"files_{size}" in figures:
            beside = _beside(figures[f"files_{size}"], figures[f"pgbench_files_{size}"])
            table.add_row(f"files of {size}", *beside, "")
    table.caption = (
        f"aim: a ratio of {AIM_RATIO} at least. pgbench sends the statements of the same acceptances, from a register"
        " in the same state; its look-up of parameters is taken off"
    )
    return table


def _facades(figures: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for processes in figures["processes"]:
        plural = "es" if processes > 1 else ""
        yield f"façade, {processes} process{plural}", figures[f"facade_{processes}"]


def _beside(measured: Mapping[str, Any], pgbench: Mapping[str, Any]) -> Iterable[str]:
    rate, other = measured["per_second"], pgbench["per_second"]
    by_processor = _sum(pgbench["cost"]) / _sum(measured["cost"])
    return f"{rate:.0f}", f"{other:.0f}", f"{rate / other:.2f}", f"{by_processor:.2f}"


def _sum(cost: Mapping[str, Any]) -> float:
    return sum(cost["processor"].values())


def _costs(figures: Mapping[str, Any]) -> Table:
    table = _table(
        "Each acceptance", "", "round trips", "statements", "rows", "WAL bytes", "page images", "others", "processor ms"
    )
    alone = figures["unit_of_work"]
    counted = f"{alone['round_trips']:.1f}", f"{alone['statements']:.1f}"
    for name, facade in _facades(figures):
        table.add_row(name, *counted, *_cost(facade["cost"]))
    table.add_row("its unit of work alone", *counted, *_cost(alone["cost"]))
    table.add_row("pgbench", "", "", *_cost(figures["pgbench_facade"]["cost"]))
    for size in (1, 10):
        if f"files_{size}" in figures:
            files = figures[f"files_{size}"]
            counted = f"{files['round_trips']:.1f}", f"{files['statements']:.1f}"
            table.add_row(f"files of {size}", *counted, *_cost(files["cost"]))
            table.add_row("pgbench", "", "", *_cost(figures[f"pgbench_files_{size}"]["cost"]))
    deciding = [alone["deciding_round_trips"]]
    deciding += [figures[f"files_{size}"]["deciding_round_trips"] for size in (1, 10) if f"files_{size}" in figures]
    table.caption = (
        f"aim: {AIM_ROUND_TRIPS} round trips at most in the deciding unit of work, BEGIN and COMMIT counted;"
        f" seen {', '.join(f'{each:.2f}' for each in deciding)}. Others: the processors' share that went to programs"
        " that have nothing to do with this; above a tenth or so, repeat on a quieter machine"
    )
    return table


def _cost(cost: Mapping[str, Any]) -> Iterable[str]:
    parts = ", ".join(f"{name} {milliseconds:.2f}" for name, milliseconds in cost["processor"].items())
    return (
        f"{cost['rows']:.1f}",
        f"{cost['wal_bytes']:,.0f}",
        f"{cost['full_pages']:.2f}",
        f"{cost['taken_by_others']:.0%}",
        parts,
    )


def _memory(figures: Mapping[str, Any]) -> Table:
    table = _table("Most memory of each process, MiB", "", "")
    for name, facade in _facades(figures):
        table.add_row(f"API, {name}", ", ".join(f"{peak:.0f}" for peak in facade["peaks"]))
        states = ", ".join(f"{number} {state}" for state, number in facade["states"].items())
        table.add_row("what became of the transfers", states)
        table.add_row("worker", ", ".join(f"{peak:.0f}" for peak in facade["worker_peaks"]))
        table.add_row("jobs a second that it did afterwards", f"{facade['jobs_per_second']:.0f}")
    if "files_1" in figures:
        peak = figures["files_1"]["peak"]
        table.add_row("files (the statements kept for pgbench are part of it)", f"{peak:.0f}")
    table.caption = f"aim: less than {AIM_MEBIBYTES} MiB"
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", caption_justify="left", header_style="bold", box=None)
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 or column.startswith("processor") else "right")
    return table
