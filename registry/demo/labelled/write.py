"""Write a labelled register: part after part, in one process or several, never all at once."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from registry.demo.labelled.make import Tables
from registry.demo.labelled.parts import parts
from registry.demo.labelled.plan import AS_OF, VERSION, Plan

FILES = ("people.parquet", "truth.parquet", "about.parquet", "queries.parquet", "manifest.json")
Tell = Callable[[int], None]
_LATER = 0.5
"""Of the duplicates that wait, how many stand among the next part's people: not all near their first record."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, for the manifest and for print."""

    arguments: dict[str, int | float]
    generator: str
    as_of: str
    rows: dict[str, int]
    counts: dict[str, int]


def write_register(plan: Plan, folder: Path, tell: Tell, processes: int = 1) -> Written:
    """Writes the five files into a folder, which is made where it is not there; tells how many records are done.

    The same plan gives the same bytes, with however many processes. Files of that name are replaced, all at the
    end: a run that breaks off leaves only `.part` files. OSError where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts: Counter[str] = Counter()
    rng = np.random.default_rng([plan.seed, 99])
    waiting: list[Tables] = []
    incoming: list[pa.Table] = []
    done, last = 0, len(plan.chunks) - 1
    with _Files(folder) as files:
        for number, made in enumerate(parts(plan, processes)):
            waiting = [*waiting, made.duplicates]
            held = Tables.together(waiting)
            order = rng.permutation(held.truth.num_rows)
            now = len(order) if number == last else round(_LATER * len(order))
            group = Tables.together([made.people, held.take(order[:now])])
            files.add(group.take(rng.permutation(group.truth.num_rows)))
            waiting = [held.take(order[now:])]
            incoming.append(made.queries)
            counts += made.counts
            done += group.truth.num_rows
            tell(done)
    _write_queries(_part(folder, "queries.parquet"), plan, rng, incoming)
    written = Written(
        arguments={"people": plan.people, "seed": plan.seed, "dup_rate": plan.dup_rate, "queries": plan.queries},
        generator=VERSION,
        as_of=AS_OF.isoformat(),
        rows={"people": done, "truth": done, "about": done, "queries": plan.queries},
        counts=dict(sorted(counts.items())),
    )
    _part(folder, "manifest.json").write_bytes(orjson.dumps(asdict(written), option=orjson.OPT_INDENT_2) + b"\n")
    for name in FILES:
        _part(folder, name).replace(folder / name)
    return written


def _part(folder: Path, name: str) -> Path:
    return folder / f"{name}.part"


def _write_queries(path: Path, plan: Plan, rng: np.random.Generator, incoming: list[pa.Table]) -> None:
    every = pa.concat_tables(incoming)
    every = every.take(pa.array(rng.permutation(every.num_rows)))
    ids = pa.array(plan.people + 1 + np.arange(every.num_rows), type=pa.int64())
    pq.write_table(every.add_column(0, "id", ids), path, compression="zstd")


class _Files:
    """The three files that are written in row groups, closed together."""

    _NAMES = ("people", "truth", "about")

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> "_Files":
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self._writers.values():
            writer.close()

    def add(self, tables: Tables) -> None:
        """One row group in each file."""
        for name in self._NAMES:
            table: pa.Table = getattr(tables, name)
            if name not in self._writers:
                path = _part(self._folder, f"{name}.parquet")
                self._writers[name] = pq.ParquetWriter(path, table.schema, compression="zstd")
            self._writers[name].write_table(table, row_group_size=max(1, table.num_rows))
