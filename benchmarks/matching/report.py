"""The matcher's figures as tables for people: each tool, then ours against it as ratios."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.matching.report_online import online_tables
from benchmarks.matching.tables import table_of
from benchmarks.matching.tools import OURS

_COLUMNS = ("seconds", "MiB", "pairs", "reached", "F1", "R@0.99", "R@0.999")
_QUALITIES = ("f1", "recall_at_99", "recall_at_999")
_AIMS = (
    "aims beside Splink: wall 0.4 at most at 1,000,000 people and 0.5 at 10,000,000; memory 1 at most; F1 + 0.05;"
    " R@0.999 2 at least (at rate 0.002: R@0.99). R@P: recall at the lowest threshold with that precision; 95 %"
    " intervals in brackets"
)


def show(figures: Mapping[str, Any]) -> None:
    """Print every table that there are figures for."""
    console = Console(width=150)
    for register in figures["registers"]:
        title = f"{register['people']:,} people, seed {register['seed']}, {register['dup_rate']:g} of them twice"
        console.print(_tools(title, register["tools"]))
        console.print(_ratios(register["tools"]))
    for rate, several in _by_rate(figures["registers"]):
        console.print(_together(rate, several))
    for name, tools in figures["public"].items():
        if "absent" in tools:
            console.print(f"{name} left out: {tools['absent']}\n")
        else:
            console.print(_tools(name, tools))
    if "online" in figures:
        for table in online_tables(figures["online"]):
            console.print(table)


def _tools(title: str, tools: Mapping[str, Any]) -> Table:
    table = table_of(title, "", *_COLUMNS)
    for name, found in tools.items():
        table.add_row(name, *(_row(found) if "quality" in found else ["–"]))
    missing = {name: found for name, found in tools.items() if "quality" not in found}
    reasons = [f"{name}: {found.get('absent') or found['failed']}" for name, found in missing.items()]
    table.caption = "\n".join(reasons) or None
    return table


def _row(found: Mapping[str, Any]) -> Iterator[str]:
    quality = found["quality"]
    yield f"{found['seconds']:.1f}"
    yield f"{found['peak_mebibytes']:,.0f}"
    yield f"{quality['pairs']:,}"
    yield f"{quality['reached']:.4f}"
    for name in _QUALITIES:
        value, low, high = quality[name]
        yield f"{value:.4f} [{low:.3f}, {high:.3f}]"


def _ratios(tools: Mapping[str, Any]) -> Table:
    table = table_of("Ours beside it", "", "wall", "memory", "F1", "R@0.99", "R@0.999")
    for name, ratios in ratios_of(tools).items():
        shown = (f"{ratios[each]:.2f}" for each in ("recall_at_99", "recall_at_999"))
        table.add_row(name, f"{ratios['wall']:.2f}", f"{ratios['memory']:.2f}", f"{ratios['f1']:+.4f}", *shown)
    table.caption = _AIMS
    return table


def ratios_of(tools: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Ours over each other tool: wall, memory and recalls as ratios, F1 as a difference; only where both ran."""
    ours = tools.get(OURS, {})
    if "quality" not in ours:
        return {}
    return {name: _ratio(ours, other) for name, other in tools.items() if name != OURS and "quality" in other}


def _ratio(ours: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, float]:
    found = {
        "wall": ours["seconds"] / other["seconds"],
        "memory": ours["peak_mebibytes"] / other["peak_mebibytes"],
        "f1": ours["quality"]["f1"][0] - other["quality"]["f1"][0],
    }
    for name in ("recall_at_99", "recall_at_999"):
        theirs = other["quality"][name][0]
        found[name] = ours["quality"][name][0] / theirs if theirs else float("inf")
    return found


def _by_rate(registers: Sequence[Mapping[str, Any]]) -> list[tuple[float, list[Mapping[str, Any]]]]:
    """Registers of several seeds at one rate of duplicates."""
    rates = dict.fromkeys(each["dup_rate"] for each in registers)
    gathered = [(rate, [each for each in registers if each["dup_rate"] == rate]) for rate in rates]
    return [(rate, several) for rate, several in gathered if len(several) > 1]


def _together(rate: float, several: Sequence[Mapping[str, Any]]) -> Table:
    table = table_of(f"{rate:g} of them twice, {len(several)} seeds: mean (least to most)", "", *_COLUMNS[-3:])
    for name in several[0]["tools"]:
        found = [each["tools"][name]["quality"] for each in several if "quality" in each["tools"].get(name, {})]
        if found:
            table.add_row(name, *(_spread([each[of][0] for each in found]) for of in _QUALITIES))
    return table


def _spread(values: Sequence[float]) -> str:
    return f"{fmean(values):.4f} ({min(values):.4f} to {max(values):.4f})"
