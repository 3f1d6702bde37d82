"""Runs a file of request and answer cases against a fresh server: `make cases CASES=FILE POPULATION=FILE`.

A server of its own on an embedded database in a temporary folder, the people of POPULATION, a token for each
part that the cases know, and the shared runner, which ends with its figure. Exit code: the runner's.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

SHARED = Path(os.environ.get("REGISTRY_SHARED", "../shared"))
COMMAND = Path(sys.executable).with_name("registry")
PRACTICE = "Y90001"
TOKENS = {
    "staff": ("--practice", PRACTICE, "--role", "staff"),
    "app": ("--practice", PRACTICE, "--role", "app"),
    "app-read": ("--practice", PRACTICE, "--role", "app-read"),
    "office": ("--office", "--role", "staff"),
}
_PATIENCE = 60


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    examples = SHARED / "fhir" / "examples" / "cases"
    asked.add_argument("--cases", type=Path, default=examples / "cases.json")
    asked.add_argument("--population", type=Path, default=examples / "population.ndjson")
    given, more = asked.parse_known_args()
    runner = SHARED / "tools" / "fhir_cases.py"
    for path in (runner, given.cases, given.population):
        if not path.is_file():
            print(f"{path} is not there: set REGISTRY_SHARED, or name CASES and POPULATION", file=sys.stderr)
            return 2
    with tempfile.TemporaryDirectory(prefix="registry-cases-") as home:
        return _run(Path(home), runner, given.cases, given.population, more)


def _run(home: Path, runner: Path, cases: Path, population: Path, more: list[str]) -> int:
    port = _free_port()
    environment = {**os.environ, "REGISTRY_HOME": str(home), "REGISTRY_PORT": str(port), "REGISTRY_ENV": "development"}
    environment.pop("DATABASE_URL", None)
    restore = [str(COMMAND), "dev", "restore", "--population", str(population.resolve()), "--create-practices"]
    os.environ.update(environment)
    _call(str(COMMAND), "migrate")
    _call(*restore)
    with _server(environment, port, home):
        tokens = [
            f"--token={name}={_call(str(COMMAND), 'tokens', 'issue', *options)}" for name, options in TOKENS.items()
        ]
        base = f"http://127.0.0.1:{port}/FHIR/R4"
        command = [
            sys.executable,
            str(runner),
            str(cases),
            "--base",
            base,
            *tokens,
            "--reload",
            " ".join(restore),
            *more,
        ]
        return subprocess.run(command, check=False, env=environment).returncode


@contextmanager
def _server(environment: dict[str, str], port: int, home: Path) -> Iterator[None]:
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen([str(COMMAND), "serve"], env=environment, stderr=log, stdout=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/readyz", server)
        yield
    finally:
        server.terminate()
        server.wait(_PATIENCE)


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def _call(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main())
