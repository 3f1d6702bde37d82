"""The tools that are set beside one another: how each is started on a file, and what came of it."""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.matching.metered import Run, run_metered
from benchmarks.matching.splink_library import ABSENT, is_installed

OURS = "ours"
REGISTRY = str(Path(sys.executable).with_name("registry"))
Tell = Callable[[str], None]

_ADDRESS = tuple(f"address_line_{number}" for number in range(1, 6))
FIELDS = (
    "forename",
    "middle_name",
    "surname",
    "previous_surname",
    "date_of_birth",
    "sex",
    "postcode",
    "previous_postcode",
    *_ADDRESS,
    "nhs_number",
)
"""What the tools are given of the register's people, beside an id."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A name, and the command that writes a file of pairs."""

    name: str
    command: Callable[[Path], Sequence[str]]
    absent: str = ""
    """Why it cannot be run here; empty where it can."""


def ours_on(people: Path, columns: Sequence[str]) -> Tool:
    """`registry match dedupe` on a register, told only which column is what."""
    maps = [part for field in FIELDS if field in columns for part in ("--map", f"{field}={field}")]

    def command(pairs: Path) -> Sequence[str]:
        clusters = pairs.with_suffix(".clusters.parquet")
        started = [REGISTRY, "match", "dedupe", str(people), "--id", "id", *maps]
        return [*started, "--out", str(pairs), "--clusters", str(clusters), "--json"]

    return Tool(OURS, command)


def splink_on(people: Path, way: str) -> Tool:
    """Splink on a register, in one of its ways."""

    def command(pairs: Path) -> Sequence[str]:
        module = "benchmarks.matching.splink_register"
        return [sys.executable, "-m", module, str(people), "--way", way, "--out", str(pairs)]

    return Tool(f"splink-{way}", command, "" if is_installed() else ABSENT)


def run_tools(tools: Sequence[Tool], truth: Path, folder: Path, tell: Tell) -> dict[str, Any]:
    """Run the tools one after the other and measure what each wrote by the same code; by name, its figures.

    A tool that cannot be run here or fails has only the reason, under `absent` or `failed`.
    """
    return {tool.name: _figures(tool, truth, folder, tell) for tool in tools}


def _figures(tool: Tool, truth: Path, folder: Path, tell: Tell) -> dict[str, Any]:
    if tool.absent:
        return {"absent": tool.absent}
    pairs = folder / f"{tool.name}.pairs.parquet"
    pairs.unlink(missing_ok=True)
    tell(f"{tool.name}")
    load = os.getloadavg()[0]
    try:
        run = run_metered(tool.command(pairs), folder, tool.name)
        tell(f"measuring the pairs of {tool.name}")
        judged = [sys.executable, "-m", "benchmarks.matching.quality", str(pairs), str(truth)]
        measured = run_metered(judged, folder, f"{tool.name}-quality")
    except RuntimeError as trouble:
        return {"failed": str(trouble)}
    return {**_of_run(run), "load_before": load, "told": _told(run.output), **json.loads(measured.output)}


def _of_run(run: Run) -> dict[str, Any]:
    return {name: value for name, value in asdict(run).items() if name != "output"}


def _told(output: str) -> Mapping[str, Any]:
    """What a tool says of itself: the last line, or all of it, as JSON."""
    for text in (output, output.strip().rpartition("\n")[2]):
        try:
            told = json.loads(text)
        except ValueError:
            continue
        return told if isinstance(told, dict) else {}
    return {}
