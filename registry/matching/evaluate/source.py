"""Tables in files, CSV or Parquet by suffix, opened for questions in SQL and checked before any work starts."""

import csv
import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

CSV_SUFFIXES = (".csv", ".csv.gz")
PARQUET_SUFFIX = ".parquet"


@dataclass(slots=True)
class Unusable(Exception):
    """A file that cannot be used. The sentence names the file and the column, and nothing from its rows."""

    sentence: str

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class Source:
    """A readable table: its columns with DuckDB's types, and what to write after FROM."""

    name: str
    types: dict[str, str]
    relation: str

    def has(self, *columns: str) -> bool:
        """Whether it has all of these columns."""
        return all(column in self.types for column in columns)

    def text(self, column: str, table: str = "") -> str:
        """The column as text without blanks around it; empty is NULL."""
        return f"nullif(trim(cast({self._at(column, table)} as varchar)), '')"

    def number(self, column: str, table: str = "") -> str:
        """The column as a number; NULL where it is none."""
        return f"try_cast({self._at(column, table)} as double)"

    def is_list(self, column: str) -> bool:
        """Whether each row has several values there."""
        return self.types[column].endswith("]")

    def _at(self, column: str, table: str) -> str:
        return f"{table}.{quoted(column)}" if table else quoted(column)


def quoted(name: str) -> str:
    """A column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def session() -> "duckdb.DuckDBPyConnection":
    """A DuckDB in memory that never writes to disk: the ids of a file may be people's numbers."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("set temp_directory = ''")
    connection.execute("set enable_progress_bar = false")
    return connection


def open_source(db: "duckdb.DuckDBPyConnection", path: Path, needed: Sequence[str] = ()) -> Source:
    """A file as a table.

    Unusable where it is missing, of another kind, without a header, or without a needed column.
    """
    if not path.is_file():
        raise Unusable(f"{path.name}: there is no such file")
    lower = path.name.lower()
    if lower.endswith(PARQUET_SUFFIX):
        source = _parquet(db, path)
    elif lower.endswith(CSV_SUFFIXES):
        source = _csv(path)
    else:
        raise Unusable(f"{path.name}: the file's name must end in .csv, .csv.gz or .parquet")
    missing = [column for column in needed if column not in source.types]
    if missing:
        raise Unusable(
            f"{path.name} has no column {', '.join(missing)}: it has {', '.join(source.types)}."
            " Rename the column in the file, or name another file."
        )
    return source


def asked(db: "duckdb.DuckDBPyConnection", sql: str, *sources: Source) -> "duckdb.DuckDBPyConnection":
    """Run a question; Unusable with the line's number where a file cannot be read to its end."""
    import duckdb

    try:
        return db.execute(sql)
    except duckdb.OutOfMemoryException:
        raise Unusable("these files need more memory than this machine has") from None
    except (duckdb.InvalidInputException, duckdb.IOException) as error:
        # DuckDB's own words quote the row.
        names = " or ".join(source.name for source in sources)
        raise Unusable(f"{names}: {_why(str(error))}") from None


def _why(message: str) -> str:
    line = re.search(r"on Line: (\d+)", message)
    where = f"line {line.group(1)}" if line else "a row"
    if "unicode" in message or "utf-8" in message.lower():
        return f"{where} is not in UTF-8. Save the file in UTF-8."
    if "Number of Columns" in message:
        return f"{where} has not as many columns as the header. Quote values that hold commas."
    return f"{where} cannot be read. Check quotes and line ends there."


def _parquet(db: "duckdb.DuckDBPyConnection", path: Path) -> Source:
    import duckdb

    relation = f"read_parquet({_literal(str(path))})"
    try:
        rows = db.execute(f"describe select * from {relation}").fetchall()
    except duckdb.Error:
        raise Unusable(f"{path.name} is not a Parquet file, though its name ends in .parquet") from None
    return Source(path.name, {name: kind for name, kind, *_ in rows}, relation)


def _csv(path: Path) -> Source:
    names = _header(path)
    columns = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in names)
    relation = (
        f"read_csv({_literal(str(path))}, auto_detect = false, header = true, delim = ',', quote = '\"',"
        f" escape = '\"', columns = {{{columns}}})"
    )
    return Source(path.name, dict.fromkeys(names, "VARCHAR"), relation)


def _header(path: Path) -> list[str]:
    opener = gzip.open if path.name.lower().endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as lines:
            names = next(csv.reader(lines), [])
    except UnicodeDecodeError:
        raise Unusable(f"{path.name} is not in UTF-8. Save the file in UTF-8.") from None
    except (OSError, EOFError, csv.Error):
        raise Unusable(f"{path.name} cannot be read as CSV") from None
    if not any(names):
        raise Unusable(f"{path.name} is empty: its first line must name the columns")
    if len({name.casefold() for name in names}) < len(names) or not all(names):
        raise Unusable(f"{path.name} names a column twice, or leaves one without a name: {', '.join(names)}")
    return names


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
