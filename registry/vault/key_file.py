"""The key of a machine on which somebody develops: a file that only its owner reads, made when it is first needed."""

import base64
import os
import tempfile
from contextlib import suppress
from pathlib import Path


def key_of_file(path: Path) -> str:
    """The text of the file, in the form of REGISTRY_VAULT_KEY. Two that make it at once get the same one."""
    if not path.exists():
        _make(path)
    return path.read_text().strip()


def _make(path: Path) -> None:
    """Written whole beside its place and put there by a name that must be free: never half, never twice."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, unfinished = tempfile.mkstemp(prefix=".vault.key.", dir=path.parent)  # readable by its owner alone
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(base64.b64encode(os.urandom(32)).decode() + "\n")
        with suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        os.unlink(unfinished)
