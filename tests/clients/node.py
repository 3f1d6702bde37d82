"""The package of npm that a script needs, installed once, by its lock file, into a folder that is not kept in git."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import databases

HERE = Path(__file__).parent
HOME = databases.HOME / "node"


def folder_for(script: str) -> Path:
    """A folder in which a script runs by node; skips the test where there is no node, or no package to be had."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not installed")
    lock = (HERE / "package-lock.json").read_text()
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "install.lock").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        stamp = HOME / ".installed"
        if not stamp.exists() or stamp.read_text() != lock:
            _install()
            stamp.write_text(lock)
        shutil.copy(HERE / script, HOME / script)
    return HOME


def _install() -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, HOME / name)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=HOME, check=False, capture_output=True, text=True, timeout=180)
    if done.returncode != 0:
        pytest.skip(f"npm could not install fhir-kit-client: {done.stderr.strip()[-200:]}")
