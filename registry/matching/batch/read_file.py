"""Read people from CSV or Parquet: the header is checked before anything is read, and what is odd is counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from registry.matching.batch.encode import Column, text_column
from registry.matching.batch.extras import KINDS

ADDRESS_LINES = tuple(f"address_line_{number}" for number in range(1, 6))
FIELD_NAMES = (
    "forename",
    "middle_name",
    "surname",
    "previous_surname",
    "date_of_birth",
    "sex",
    "postcode",
    "previous_postcode",
    *ADDRESS_LINES,
    "locality",
    "birthplace",
    "nhs_number",
    "identifier",
)
"""What a column may be mapped to."""


class UnusableFile(Exception):
    """A file or a mapping that cannot be used; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which column of a file is what: by field, the column and the form of its dates; and further columns by kind."""

    id_column: str
    columns: dict[str, str]
    date_form: str | None = None
    extras: tuple[tuple[str, str], ...] = ()

    @property
    def needed(self) -> tuple[str, ...]:
        """Every column that is read, each once."""
        wanted = (self.id_column, *self.columns.values(), *(name for name, _ in self.extras))
        return tuple(dict.fromkeys(wanted))


@dataclass(frozen=True, slots=True)
class FileColumns:
    """The texts of a file by field, blanks trimmed, empty as missing; ids as they are written."""

    ids: Column
    columns: dict[str, Column]
    extras: dict[str, Column]
    kinds: tuple[tuple[str, str], ...]
    date_form: str | None


def mapping_of(id_column: str, pairs: Iterable[str], extras: Iterable[str] = ()) -> Mapping:
    """What `FIELD=COLUMN[:DATEFORMAT]` and `COLUMN:KIND` say. Raises `UnusableFile`, naming what is wrong."""
    columns: dict[str, str] = {}
    form: str | None = None
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not column:
            raise UnusableFile(f"--map {pair}: write FIELD=COLUMN, as in surname=last_name")
        if name not in FIELD_NAMES:
            raise UnusableFile(f"--map {pair}: {name} is no field; the fields are {', '.join(FIELD_NAMES)}")
        if name in columns:
            raise UnusableFile(f"--map {pair}: {name} is given twice")
        if name == "date_of_birth" and ":" in column:
            column, _, form = column.partition(":")
            if "%" not in form:
                raise UnusableFile(f"--map {pair}: a form of dates is written like %d/%m/%Y")
        columns[name] = column
    if not columns and not extras:
        raise UnusableFile("say which columns are what: --map surname=COLUMN --map date_of_birth=COLUMN …")
    return Mapping(id_column, columns, form, tuple(_extra(each) for each in extras))


def _extra(text: str) -> tuple[str, str]:
    name, _, kind = text.rpartition(":")
    if not name or kind not in KINDS:
        raise UnusableFile(f"--extra {text}: write COLUMN:KIND; the kinds are {', '.join(KINDS)}")
    return name, kind


def read_columns(path: Path, mapping: Mapping) -> FileColumns:
    """The columns of a file that a mapping names. Raises `UnusableFile` before anything else is done."""
    present = _header(path)
    missing = [name for name in mapping.needed if name not in present]
    if missing:
        raise UnusableFile(f"{path.name} has no column {', '.join(missing)}; its columns are {', '.join(present)}")
    table = _read(path, mapping.needed)
    if not table.num_rows:
        raise UnusableFile(f"{path.name} holds nobody: it has a header and no rows")
    return FileColumns(
        _ids(table, mapping.id_column, path.name),
        {name: text_column(table, column) for name, column in mapping.columns.items()},
        {name: text_column(table, name) for name, _ in mapping.extras},
        mapping.extras,
        mapping.date_form,
    )


def _header(path: Path) -> Sequence[str]:
    if not path.exists():
        raise UnusableFile(f"{path} is not there")
    try:
        if path.suffix.lower() == ".parquet":
            return pq.read_schema(path).names
        with pa_csv.open_csv(path) as reader:
            return reader.schema.names
    except (pa.ArrowException, OSError) as error:
        raise UnusableFile(f"{path.name} cannot be read as {_format(path)}: {_first_line(error)}") from None


def _read(path: Path, columns: Sequence[str]) -> Any:
    try:
        if path.suffix.lower() == ".parquet":
            return pq.read_table(path, columns=list(columns))
        texts = pa_csv.ConvertOptions(
            include_columns=list(columns),
            column_types=dict.fromkeys(columns, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        )
        return pa_csv.read_csv(path, convert_options=texts)
    except (pa.ArrowException, OSError) as error:
        raise UnusableFile(f"{path.name} cannot be read as {_format(path)}: {_first_line(error)}") from None


def _ids(table: Any, name: str, file: str) -> Column:
    ids = table[name].cast(pa.string())
    if ids.null_count:
        raise UnusableFile(f"{file}: column {name} is empty in {ids.null_count} rows; every row needs an id")
    if len(ids.unique()) != len(ids):
        raise UnusableFile(f"{file}: column {name} is not an id: {len(ids) - len(ids.unique())} rows repeat one")
    return ids


def _format(path: Path) -> str:
    return "Parquet" if path.suffix.lower() == ".parquet" else "CSV in UTF-8 with a header"


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]
