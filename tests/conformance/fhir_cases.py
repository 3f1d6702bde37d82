"""Runs a file of request and answer cases against a fresh server: `make cases CASES=FILE POPULATION=FILE`.

A server of its own on an embedded database in a temporary folder, the people of POPULATION, a token for each
part that the cases know, and the shared runner, which ends with its figure. Exit code: the runner's.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.served import COMMAND, restoring, served

SHARED = Path(os.environ.get("REGISTRY_SHARED", "../shared"))
PRACTICE = "Y90001"
TOKENS = {
    "staff": ("--practice", PRACTICE, "--role", "staff"),
    "app": ("--practice", PRACTICE, "--role", "app"),
    "app-read": ("--practice", PRACTICE, "--role", "app-read"),
    "office": ("--office", "--role", "staff"),
}


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
    with served(home, population) as register:
        tokens = [f"--token={name}={register.token(*options)}" for name, options in TOKENS.items()]
        reload = " ".join([str(COMMAND), *restoring(population)])
        command = [sys.executable, str(runner), str(cases), "--base", register.base, *tokens, "--reload", reload, *more]
        return subprocess.run(command, check=False, env=dict(register.environment)).returncode


if __name__ == "__main__":
    sys.exit(main())
