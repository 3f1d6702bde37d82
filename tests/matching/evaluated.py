"""Small files of pairs, truth and people, and the command that evaluates them."""

import csv
import gzip
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from typer.testing import CliRunner, Result

from registry.matching.command_line import app

Rows = Iterable[Sequence[Any]]


def write(path: Path, header: str, rows: Rows) -> Path:
    """A table, in the form that its name says; `header` has the columns between commas."""
    names, rows = header.split(","), list(rows)
    if path.suffix == ".parquet":
        pq.write_table(pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)}), path)
        return path
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([names, *rows])
    return path


def evaluate(pairs: Path, truth: Path, *options: str | Path) -> Result:
    """What the command prints."""
    return CliRunner().invoke(app, ["evaluate", str(pairs), "--truth", str(truth), *map(str, options)])


def report_of(pairs: Path, truth: Path, *options: str | Path) -> dict[str, Any]:
    """What the command says as JSON, without drawing people anew."""
    result = evaluate(pairs, truth, "--json", "--resamples", "0", *options)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
