"""A program run by itself: how long it took and the most memory that it held, with all its processes."""

import os
import resource
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.meter import peak_mebibytes, tree

_EVERY_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """What a program took: seconds by the clock and of processors, the most memory, and what it printed."""

    seconds: float
    cpu: float
    peak_mebibytes: float
    output: str


def run_metered(command: Sequence[str], folder: Path, name: str, fine: Sequence[int] = (0,)) -> Run:
    """Run a program to its end; its words are kept in `folder`. Raises RuntimeError with the last of them if it fails:
    if it ends with another code than those of `fine`.

    Memory is the larger of two, seen at twenty looks a second: the most that all processes held
    together, and the most that any one of them had held until then, as the kernel counts it. (What
    the kernel tells of a child that has ended begins with the memory of its parent.)
    """
    printed, told = folder / f"{name}.out", folder / f"{name}.log"
    started = time.perf_counter()
    with printed.open("wb") as output, told.open("wb") as log:
        process = subprocess.Popen(list(command), stdout=output, stderr=log, stdin=subprocess.DEVNULL)
        status, usage, peak = _await_end(process.pid)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in fine:
        raise RuntimeError(f"{name} ended with {process.returncode}: {_last_words(told)} (all of it: {told})")
    return Run(seconds, usage.ru_utime + usage.ru_stime, peak, printed.read_text())


def _await_end(pid: int) -> "tuple[int, resource.struct_rusage, float]":
    peak = 0.0
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            return status, usage, peak
        with suppress(psutil.Error):
            peak = max(peak, _together(pid), *peak_mebibytes(pid))
        time.sleep(_EVERY_SECONDS)


def _together(pid: int) -> float:
    return sum(process.memory_info().rss for process in tree(pid)) / 2**20


def _last_words(log: Path) -> str:
    return " | ".join(log.read_text(errors="replace").strip().splitlines()[-5:])
