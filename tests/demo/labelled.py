"""A small labelled register that tests look at, as rows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from registry.demo.labelled.plan import Plan
from registry.demo.labelled.write import Written, write_register

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Register:
    """What was written, read back."""

    written: Written
    people: list[Row]
    truth: list[Row]
    about: list[Row]
    queries: list[Row]

    @property
    def by_id(self) -> dict[int, Row]:
        """Records with what is said about them: tags as a set."""
        about = {row["id"]: row for row in self.about}
        clusters = {row["id"]: row["cluster"] for row in self.truth}
        return {
            row["id"]: {
                **row,
                **about[row["id"]],
                "tags": set(about[row["id"]]["tags"].split()),
                "cluster": clusters[row["id"]],
            }
            for row in self.people
        }


def write_and_read(folder: Path, plan: Plan, processes: int = 1) -> Register:
    """Write a register and read it."""
    written = write_register(plan, folder, lambda _: None, processes)
    files = (pq.read_table(folder / f"{name}.parquet") for name in ("people", "truth", "about", "queries"))
    return Register(written, *(table.to_pylist() for table in files))
