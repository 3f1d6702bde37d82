"""Labelled registers, written once by `registry demo write` and kept; the tools see nothing of the truth."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.matching.metered import run_metered
from benchmarks.matching.tools import FIELDS, REGISTRY, Tell
from registry import demo


@dataclass(frozen=True, slots=True)
class Register:
    """A register of so many people; `rate` is the share of records that are duplicates."""

    people: int
    seed: int
    rate: float

    @property
    def name(self) -> str:
        """Of its files and of its database: the same arguments and the same generator."""
        return f"register-{self.people}-{self.seed}-{self.rate:g}-{_generator()}"


@dataclass(frozen=True, slots=True)
class Written:
    """A register in files: what the generator wrote, and what of it the tools are given."""

    folder: Path
    given: Path
    """An id and the people's own particulars, nothing else."""
    columns: tuple[str, ...]

    @property
    def truth(self) -> Path:
        return self.folder / "truth.parquet"

    @property
    def people(self) -> Path:
        return self.folder / "people.parquet"

    @property
    def queries(self) -> Path:
        return self.folder / "queries.parquet"


def write(register: Register, home: Path, tell: Tell) -> Written:
    """The register's files in `home`, written now unless they are there."""
    folder = home / register.name
    given = folder / "given.parquet"
    if not given.exists():
        folder.mkdir(parents=True, exist_ok=True)
        tell(f"writing {register.people:,} people, seed {register.seed}, {register.rate:g} of them twice")
        numbers = ["--people", str(register.people), "--seed", str(register.seed), "--dup-rate", str(register.rate)]
        run_metered([REGISTRY, "demo", "write", *numbers, "--out", str(folder)], folder, "write")
        _leave_out_the_truth(folder / "people.parquet", given)
    return Written(folder, given, _columns(given))


@cache
def _generator() -> str:
    """Tells one state of the generator from another."""
    digest = hashlib.sha256()
    for path in sorted(path for path in Path(demo.__file__).parent.rglob("*") if path.suffix in (".py", ".txt")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def _leave_out_the_truth(people: Path, given: Path) -> None:
    """Only the columns that a register has: whatever else the generator notes would be the answer."""
    import pyarrow.parquet as pq

    whole = pq.ParquetFile(people)
    columns = [name for name in ("id", *FIELDS) if name in whole.schema_arrow.names]
    unfinished = given.with_suffix(".unfinished")
    with pq.ParquetWriter(unfinished, whole.read_row_group(0, columns).schema) as writer:
        for group in range(whole.num_row_groups):
            writer.write_table(whole.read_row_group(group, columns))
    unfinished.rename(given)


def _columns(given: Path) -> tuple[str, ...]:
    import pyarrow.parquet as pq

    return tuple(pq.read_schema(given).names)
