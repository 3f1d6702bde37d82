"""The command's groups say of themselves what their parts say, although the parts are not loaded to say it."""

import subprocess
import sys

from registry.cli import OFFICE
from registry.transactions.office_acts import OFFICE_ACTS


def test_every_group_of_acts_is_a_group_of_commands_with_the_same_words():
    assert {group.name: group.help for group in OFFICE_ACTS} == OFFICE


def test_a_command_starts_without_the_code_of_others():
    """Whoever asks for help should not wait for a database library to be loaded."""
    heavy = "sqlalchemy", "fastapi", "pydantic"
    code = f"import registry.cli, sys; print([name for name in {heavy!r} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
