"""Load a labelled register of any size as far as matching sees it: `patients` in few columns, and `match_keys`.

The rows of keys are those that `registry.matching.keys.keys_of` makes; distinct values are normalised
once, and batches in processes side by side. Run by itself it loads a register and says how long it took:

    python -m benchmarks.matching.load_keys DIR --home HOME
"""

import argparse
import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

import asyncpg
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from sqlalchemy import make_url

from benchmarks.matching.key_columns import KEY_COLUMNS, call, key_columns
from registry.console import progress
from registry.database import create_engine, unit_of_work
from registry.embedded_postgres import ensure_server
from registry.matching.count_names import count_names
from registry.prepare import prepare

BATCH = 200_000
_CSV = pa_csv.WriteOptions(include_header=False, quoting_style="all_valid")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded into the database at `url`, and in how many seconds."""

    url: str
    people: int
    keys: int
    seconds: float


def patient_ids(first: int, many: int) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """The ids of the people in rows `first` onwards of the file, two columns of 64 bits: spread as random ones are."""
    rows = np.arange(first + 1, first + many + 1, dtype=np.uint64)
    return np.stack([_mixed(rows), _mixed(rows ^ np.uint64(0xA5A5A5A5A5A5A5A5))], axis=1)


def patient_id(row: int) -> UUID:
    """The id of the person in a row of the file."""
    high, low = patient_ids(row, 1)[0]
    return UUID(int=int(high) << 64 | int(low))


def _mixed(numbers: np.ndarray[Any, np.dtype[np.uint64]]) -> np.ndarray[Any, np.dtype[np.uint64]]:
    # The finishing step of splitmix64: no two numbers give one.
    mixed = numbers * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def fresh_database(home: Path, name: str) -> str:
    """The URL of an empty, migrated database in a server of the benchmark's own."""
    server = make_url(ensure_server(home, durable=False))
    url = server.set(database=name).render_as_string(hide_password=False)

    async def make() -> None:
        connection = await asyncpg.connect(server.set(database="postgres").render_as_string(hide_password=False))
        try:
            await connection.execute(f'drop database if exists "{name}" with (force)')
            await connection.execute(f'create database "{name}"')
        finally:
            await connection.close()
        engine = create_engine(url, pool_size=1)
        await prepare(engine)
        await engine.dispose()

    asyncio.run(make())
    return url


def load_keys(url: str, people: Path, *, processes: int = 2) -> Loaded:
    """Load `people` (a Parquet file of `registry demo write`) into an empty migrated register, and count its names."""
    begun = perf_counter()
    with progress("people", pq.ParquetFile(people).metadata.num_rows) as tell:
        held, keys = asyncio.run(_load(url, people, processes, tell))
    return Loaded(url, held, keys, perf_counter() - begun)


async def _load(url: str, people: Path, processes: int, tell: Callable[[int], None]) -> tuple[int, int]:
    connection = await asyncpg.connect(url)
    held = keys = 0
    try:
        await connection.execute("set maintenance_work_mem = '1GB'")
        again = [*await _without(connection, _INDEXES), *await _without(connection, _REFERENCES)]
        with ProcessPoolExecutor(processes) as pool:
            async for table, rows in _rows(pool, people, processes):
                await connection.copy_to_table(
                    "patients", source=io.BytesIO(table[0]), columns=PATIENT_COLUMNS, format="csv"
                )
                await connection.copy_to_table(
                    "match_keys", source=io.BytesIO(table[1]), columns=KEY_COLUMNS, format="csv"
                )
                held, keys = held + rows[0], keys + rows[1]
                tell(held)
        await connection.execute(_UNSHARE_NUMBERS)
        for statement in again:
            await connection.execute(statement)
        for table in ("match_keys", "patients"):
            await connection.execute(f"vacuum (analyze) {table}")
    finally:
        await connection.close()
    engine = create_engine(url, pool_size=1)
    async with unit_of_work(engine) as work:
        await count_names(work, datetime.now(UTC))
    await engine.dispose()
    return held, keys


_INDEXES = """
select format('drop index %I', indexname) as drop, indexdef as make from pg_indexes
where tablename in ('match_keys', 'patients') and indexname not like 'pk_%'
"""
_REFERENCES = """
select format('alter table match_keys drop constraint %I', conname) as drop,
       format('alter table match_keys add constraint %I %s', conname, pg_get_constraintdef(oid)) as make
from pg_constraint where conrelid = 'match_keys'::regclass and contype = 'f'
"""


async def _without(connection: "asyncpg.Connection[Any]", what: str) -> list[str]:
    """Drop what would be kept up row by row; returns the statements that make it again."""
    found = await connection.fetch(what)
    for each in found:
        await connection.execute(each["drop"])
    return [each["make"] for each in found]


PATIENT_COLUMNS = ("id", "nhs_number", "surname", "first_forename", "sex", "date_of_birth", "postcode")

# A number that two records bear is in the keys of both; as the number in use it is one's alone.
_UNSHARE_NUMBERS = """
update patients set nhs_number = null where nhs_number is not null and id in (
    select id from (
        select id, row_number() over (partition by nhs_number order by id) as place
        from patients where nhs_number is not null
    ) as borne where place > 1
)
"""

_Made = tuple[tuple[bytes, bytes], tuple[int, int]]


async def _rows(pool: ProcessPoolExecutor, people: Path, processes: int) -> AsyncIterator[_Made]:
    """Batches as text for COPY, in the order of the file; a few are made ahead, and no more."""
    loop = asyncio.get_running_loop()
    ahead: list[asyncio.Future[_Made]] = []
    for first, batch in _batches(people):
        ahead.append(loop.run_in_executor(pool, made, first, batch))
        if len(ahead) > processes:
            yield await ahead.pop(0)
    for future in ahead:
        yield await future


def _batches(people: Path) -> Iterator[tuple[int, pa.RecordBatch]]:
    first = 0
    for batch in pq.ParquetFile(people).iter_batches(BATCH):
        yield first, batch
        first += batch.num_rows


def made(first: int, batch: pa.RecordBatch) -> _Made:
    """The rows of a batch as text for COPY: of patients, and of keys; and how many there are of each."""
    identities = _as_text(patient_ids(first, batch.num_rows))
    keys = key_columns(batch, identities)
    present = keys.slice(0, batch.num_rows)
    sex = pc.fill_null(present["sex"], "9")
    postcode = call("if_else", call("equal", present["postcode"], ""), None, present["postcode"])
    patients = pa.table(
        [
            identities,
            present["nhs_number"],
            present["surname"],
            present["first_forename"],
            sex,
            present["date_of_birth"],
            postcode,
        ],
        names=list(PATIENT_COLUMNS),
    )
    return (_csv(patients), _csv(keys)), (batch.num_rows, keys.num_rows)


def _csv(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pa_csv.write_csv(table, sink, _CSV)
    return sink.getvalue().to_pybytes()


def _as_text(ids: np.ndarray[Any, np.dtype[np.uint64]]) -> pa.Array:
    # PostgreSQL reads 32 hexadecimal digits without hyphens.
    whole = ids.astype(">u8").tobytes().hex()
    return pa.array([whole[start : start + 32] for start in range(0, len(whole), 32)])


def main() -> None:
    """Load a labelled register into a database of its own, and say how long it took."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("directory", type=Path, help="what `registry demo write --out` made")
    parser.add_argument("--home", type=Path, default=Path("var/bench"), help="where the database server lives")
    parser.add_argument("--database", default="matching", help="its name; one of that name is replaced")
    given = parser.parse_args()
    loaded = load_keys(fresh_database(given.home, given.database), given.directory / "people.parquet")
    print(f"{loaded.people} people, {loaded.keys} keys in {loaded.seconds:.0f} s at {loaded.url}")


if __name__ == "__main__":
    main()
