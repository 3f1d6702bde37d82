"""The questions of a labelled register, as people described to the service and as bodies of `POST /api/match`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq

from registry.transactions.finding.asked import DescribedPerson

_SEXES = {"1": "male", "2": "female", "m": "male", "f": "female", "male": "male", "female": "female"}
_TEXTS = {
    "surname": "surname",
    "forename": "first_forename",
    "middle_name": "second_forename",
    "previous_surname": "previous_surname",
    "postcode": "postcode",
    "previous_postcode": "previous_postcode",
    "nhs_number": "nhs_number",
}
"""The generator's words, and those of the API."""
_LINES = tuple(f"address_line_{number}" for number in range(1, 6))


@dataclass(frozen=True, slots=True)
class Query:
    """Somebody described."""

    person: DescribedPerson

    @property
    def body(self) -> bytes:
        """As it is sent over HTTP; what is not given is left out."""
        return orjson.dumps(self.person.model_dump(mode="json", exclude_defaults=True))


def read_queries(path: Path, most: int) -> list[Query]:
    """The first so many questions of a file that `registry demo write` wrote."""
    found: list[Query] = []
    for row in _rows(path):
        if len(found) == most:
            break
        found.append(Query(described(row)))
    return found


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    file = pq.ParquetFile(path)
    wanted = [name for name in (*_TEXTS, "date_of_birth", "sex", *_LINES) if name in file.schema_arrow.names]
    for batch in file.iter_batches(10_000, columns=wanted):
        yield from batch.to_pylist()


def described(row: Mapping[str, Any]) -> DescribedPerson:
    """A row of the file in the words of the API."""
    given: dict[str, Any] = {ours: str(row[theirs]) for theirs, ours in _TEXTS.items() if row.get(theirs)}
    lines = [str(row.get(name) or "") for name in _LINES]
    if any(lines):
        given["address_lines"] = lines
    if row.get("date_of_birth"):
        given["date_of_birth"] = _date(row["date_of_birth"])
    if sex := _SEXES.get(str(row.get("sex") or "").lower()):
        given["sex"] = sex
    return DescribedPerson(**given)


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
