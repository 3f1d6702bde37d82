"""Write what was found: the pairs, best first, and the clusters that they make; CSV or Parquet by the suffix."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from registry.matching.batch.extras import LEVEL_WORDS
from registry.matching.batch.pair_names import Levels
from registry.matching.batch.read_file import UnusableFile
from registry.matching.batch.records import Records
from registry.matching.batch.run import DECISIONS, ScoredPairs
from registry.matching.levels import FIELDS, LEVELS_OF, Field

AT_A_TIME = 200_000
"""Pairs turned into texts at once."""
SUFFIXES = (".csv", ".parquet")

LEVEL_COLUMNS: dict[Field, str] = {
    field: f"level_{'nhs_number' if field is Field.NUMBER else field.name.lower()}" for field in FIELDS
}
"""The column of each field's level."""


def check_target(path: Path) -> None:
    """Raises `UnusableFile` where a file is to be written in a format that is not known, or where it cannot be."""
    if path.suffix.lower() not in SUFFIXES:
        raise UnusableFile(f"{path.name}: write a file that ends in {' or '.join(SUFFIXES)}")
    folder = path.absolute().parent
    if not folder.is_dir():
        raise UnusableFile(f"{path}: there is no folder {folder.name} to write it into")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise UnusableFile(f"{path}: it may not be written there")


def write_pairs(records: Records, found: ScoredPairs, path: Path) -> None:
    """All pairs: ids, score (log2 odds), probability, decision, and the level of each field that was compared at all.

    An empty level is one that was not compared.
    """
    write_table(path, (_table(records, found, start) for start in range(0, max(len(found), 1), AT_A_TIME)))


def write_table(path: Path, tables: Iterator[Any]) -> None:
    """Tables of one shape, one after the other; at least one, which may be empty."""
    first = next(tables)
    is_parquet = path.suffix.lower() == ".parquet"
    try:
        writer = pq.ParquetWriter(path, first.schema) if is_parquet else pa_csv.CSVWriter(path, first.schema)
        with writer:
            writer.write_table(first)
            for table in tables:
                writer.write_table(table)
    except OSError as error:
        raise UnusableFile(f"{path} cannot be written: {error.strerror}") from None


def _table(records: Records, found: ScoredPairs, start: int) -> Any:
    part = slice(start, start + AT_A_TIME)
    score = found.score[part]
    columns: dict[str, Any] = {
        "id_left": records.ids.take(pa.array(found.left[part])).combine_chunks(),
        "id_right": records.ids.take(pa.array(found.right[part])).combine_chunks(),
        "score": np.round(score, 6),
        "probability": 1 / (1 + 2.0 ** -np.clip(score, -300, 300)),
        "decision": pa.array([each.value for each in DECISIONS]).take(pa.array(found.decision[part])),
    }
    for field, levels in zip(FIELDS, found.levels.fields, strict=True):
        if _was_compared(levels):
            words = [level.name.lower() for level in LEVELS_OF[field]]
            columns[LEVEL_COLUMNS[field]] = _words(levels[part], words)
    for extra, levels in zip(records.extras, found.levels.extras, strict=True):
        columns[f"level_{extra.name}"] = _words(levels[part], list(LEVEL_WORDS))
    return pa.table(columns)


def _was_compared(levels: Levels) -> bool:
    return bool((levels >= 0).any())


def _words(levels: Levels, words: list[str]) -> Any:
    known = levels >= 0
    return pa.array(words).take(pa.array(np.where(known, levels, 0).astype(np.int32), mask=~known))
