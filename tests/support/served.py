"""A register that is really served: processes of its own, on a port that is free, with a population and tokens."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

COMMAND = Path(sys.executable).with_name("registry")
_PATIENCE = 120
"""Seconds to start in, and to end in."""


@dataclass(frozen=True, slots=True)
class Served:
    """A register that answers. Its logs lie in `home`."""

    home: Path
    port: int
    environment: Mapping[str, str] = field(repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def base(self) -> str:
        """The address of the FHIR API."""
        return f"{self.url}/FHIR/R4"

    def command(self, *words: str) -> str:
        """What a command prints. Raises CalledProcessError."""
        return _call(self.environment, *words)

    def token(self, *options: str) -> str:
        """A new token, by the options of `registry tokens issue`."""
        return self.command("tokens", "issue", *options)


@contextmanager
def served(
    home: Path, population: Path, *, database_url: str | None = None, port: int | None = None, worker: bool = False
) -> Iterator[Served]:
    """Serve a population: on an embedded database below `home`, or on one that is migrated already.

    `worker`: with a process that does jobs, such as exports.
    """
    chosen = port or free_port()
    environment = {
        **os.environ,
        "REGISTRY_HOME": str(home),
        "REGISTRY_PORT": str(chosen),
        "REGISTRY_ENV": "development",
    }
    environment.pop("DATABASE_URL", None)
    if database_url is not None:
        environment["DATABASE_URL"] = database_url
    if database_url is None:
        _call(environment, "migrate")
    _call(environment, *restoring(population))
    with ExitStack() as processes:
        server = processes.enter_context(_process(environment, home, "serve"))
        if worker:
            processes.enter_context(_process(environment, home, "worker"))
        _wait_for(f"http://127.0.0.1:{chosen}/readyz", server, home / "serve.log")
        yield Served(home, chosen, environment)


def restoring(population: Path) -> list[str]:
    """The words of the command that puts a register back to a population."""
    return ["dev", "restore", "--population", str(population.resolve()), "--create-practices"]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def _process(environment: Mapping[str, str], home: Path, name: str) -> Iterator["subprocess.Popen[bytes]"]:
    with (home / f"{name}.log").open("w") as log:
        process = subprocess.Popen([str(COMMAND), name], env=environment, stderr=log, stdout=log)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(url, timeout=10).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {log.read_text()[-2000:]}")


def _call(environment: Mapping[str, str], *words: str) -> str:
    done = subprocess.run([str(COMMAND), *words], env=environment, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"registry {' '.join(words)}: {done.stderr[-2000:]}")
    return done.stdout.strip()
