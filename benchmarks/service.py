"""The real processes: `registry serve` and `registry worker`, started as an operator starts them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Service:
    """A running process; the API's listens on `port`."""

    pid: int
    port: int


@contextmanager
def running(part: str, url: str, home: Path, processes: int = 1) -> Iterator[Service]:
    """Run `registry serve` or `registry worker` on a database, and end it as its supervisor would."""
    port = _free_port()
    log = home / f"{part}.log"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "REGISTRY_HOME": str(home),
        "REGISTRY_ENV": "development",  # where the worker has the national side's simulator to ask
        "REGISTRY_HOST": HOST,
        "REGISTRY_PORT": str(port),
        "REGISTRY_PROCESSES": str(processes),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "registry.cli_service", part], env=environment, stdout=output, stderr=output
        )
    try:
        if part == "serve":
            _await_answer(process, port, log)
        yield Service(process.pid, port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=_PATIENCE_SECONDS)


def _await_answer(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with socket.socket() as connection:
            if connection.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the API did not start; see {log}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
