"""What a piece of work costs the machine: processor time by process, memory, WAL and rows."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.stage import Stage


def tree(pid: int) -> list[psutil.Process]:
    """A process and everything below it."""
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def processor_seconds(pid: int) -> float:
    """Processor time of a process, of those below it, and of those below it that have ended."""
    seconds = 0.0
    for process in tree(pid):
        try:
            used = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        seconds += used.user + used.system
        if process.pid == pid:
            seconds += used.children_user + used.children_system
    return seconds


def peak_mebibytes(pid: int) -> list[float]:
    """The most memory that each process of a tree ever held (VmHWM), the largest first; small helpers are left out."""
    peaks: list[float] = []
    for process in tree(pid):
        try:
            lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        except OSError:
            continue
        peaks += [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")]
    return sorted((peak for peak in peaks if peak > 30), reverse=True)


@dataclass(frozen=True, slots=True)
class Reading:
    """The meters at one instant."""

    at: float
    machine_cpu: float
    """Processor seconds that anybody used, since the machine started."""
    server_cpu: float
    wal: int
    full_pages: int


async def read(stage: Stage) -> Reading:
    """Read the meters of the database server."""
    row = (await stage.run("select pg_current_wal_insert_lsn() - '0/0' as wal, wal_fpi from pg_stat_wal"))[0]
    used = psutil.cpu_times()
    machine = sum(used) - used.idle - getattr(used, "iowait", 0.0) - getattr(used, "guest", 0.0)
    own = processor_seconds(stage.server_pid)
    return Reading(time.perf_counter(), machine, own, int(row["wal"]), int(row["wal_fpi"]))


async def rows_written(stage: Stage, database: str) -> int:
    """Rows inserted, updated and deleted in a database so far; complete once its connections have ended."""
    statement = (
        f"select tup_inserted + tup_updated + tup_deleted as rows from pg_stat_database where datname = '{database}'"
    )
    return int((await stage.run(statement))[0]["rows"])


@dataclass(frozen=True, slots=True)
class Cost:
    """What each acceptance took: processor milliseconds by part, rows, and bytes of WAL with its full page images."""

    processor: Mapping[str, float]
    rows: float
    wal_bytes: float
    full_pages: float
    taken_by_others: float
    """The share of the machine's processors that went to what was not measured."""


def cost(
    before: Reading,
    after: Reading,
    acceptances: int,
    rows: int,
    others: Mapping[str, float],
    taken_off: Mapping[str, float] | None = None,
) -> Cost:
    """The costs of `acceptances` between two readings. `others` are processor seconds beside the server's;
    `taken_off` are those, by part, that belong to the measuring."""
    seconds = {"PostgreSQL": after.server_cpu - before.server_cpu, **others}
    less = taken_off or {}
    others_used = after.machine_cpu - before.machine_cpu - sum(seconds.values())
    available = (after.at - before.at) * (psutil.cpu_count() or 1)
    return Cost(
        {part: (used - less.get(part, 0.0)) * 1000 / acceptances for part, used in seconds.items()},
        rows / acceptances,
        (after.wal - before.wal) / acceptances,
        (after.full_pages - before.full_pages) / acceptances,
        max(0.0, others_used / available),
    )
