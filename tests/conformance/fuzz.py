"""Asks the FHIR API whatever its description lets be asked, and much that it does not: `make fuzz`.

A server of its own on an embedded database in a temporary folder, people for the examples, a token of a practice's
staff, and schemathesis with all its checks. What is excepted stands in fuzz.toml with its reason. Arguments go to
`schemathesis run`. Exit code: its own, or 1 where fewer than `LEAST` cases were tried.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx

from tests.conformance.described import PRACTICE, described
from tests.support.served import Served, served

HERE = Path(__file__).parent
COMMAND = Path(sys.executable).with_name("schemathesis")
LEAST = 2_000
_PATHS = r"^(/FHIR/R4|/oauth2/token)"


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="registry-fuzz-") as name:
        home = Path(name)
        with served(home, described(home), worker=True) as register:
            return fuzz(register, LEAST, *sys.argv[1:])


def fuzz(register: Served, least: int, *options: str) -> int:
    """Run schemathesis against a register, as a practice's user and as the office; what it says is printed."""
    # Made when it is first asked for, which may take longer than schemathesis waits.
    httpx.get(f"{register.url}/openapi.json", timeout=120).raise_for_status()
    tried = 0
    for who in (("--practice", PRACTICE), ("--office",)):
        code, cases = _run(register, register.token(*who), *options)
        if code != 0:
            return code
        tried += cases
    if tried < least:
        print(f"only {tried} cases were tried, and at least {least} are wanted", file=sys.stderr)
        return 1
    print(f"{tried} cases, and nothing found")
    return 0


def _run(register: Served, token: str, *options: str) -> tuple[int, int]:
    """The exit code, and how many cases were tried."""
    command = [str(COMMAND), "--config-file", str(HERE / "fuzz.toml"), "run", f"{register.url}/openapi.json"]
    command += ["--include-path-regex", _PATHS, "--checks", "all", "--generation-database", "none"]
    command += ["--header", f"Authorization: Bearer {token}", *options]
    tried = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=register.home) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            found = re.search(r"([\d,]+) generated", line)
            tried = int(found[1].replace(",", "")) if found else tried
    return process.returncode, tried


if __name__ == "__main__":
    sys.exit(main())
