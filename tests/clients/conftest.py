"""A register that is served, for programs to talk to."""

import json
import subprocess
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.fhir_api.population import HERE, people
from tests.support import databases
from tests.support.fhir_patients import a_file
from tests.support.served import Served, served

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Supplier:
    """Somebody with a program, and with the tokens of a practice's user and of its system."""

    register: Served
    user: str
    system: str

    def runs(self, *command: str, folder: Path = FOLDER) -> dict[str, Any]:
        """What a program tells of what it did: one JSON object, the last line that it prints."""
        words: Sequence[str] = [*command, self.register.base, self.user, self.system]
        done = subprocess.run(words, cwd=folder, check=False, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@pytest_asyncio.fixture(scope="package")
async def supplier(template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Supplier]:
    home = tmp_path_factory.mktemp("clients")
    async with databases.cloned(template) as database:
        await database.engine.dispose()
        with served(home, a_file(home, *people()), database_url=database.url, worker=True) as register:
            tokens = [register.token("--practice", HERE, "--role", role) for role in ("staff", "app")]
            yield Supplier(register, *tokens)
