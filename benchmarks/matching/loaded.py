"""A labelled register in a PostgreSQL of the benchmark's own, loaded once and kept; and how to make it cold."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from benchmarks.matching.load_keys import Loaded, fresh_database, load_keys
from benchmarks.matching.registers import Written
from benchmarks.matching.tools import Tell
from registry.embedded_postgres import ensure_server, release
from registry.matching.normalise import NORMALISER_VERSION
from registry.migrations import FOLDER


@dataclass(frozen=True, slots=True)
class Server:
    """Where the server lives, and what was loaded."""

    home: Path
    loaded: Loaded

    def start(self) -> None:
        """Start it unless it runs."""
        ensure_server(self.home, durable=False)

    def stop(self) -> None:
        """Stop it, unless somebody else uses it."""
        release(self.home)

    def restart_cold(self) -> bool:
        """Start it anew with nothing of it in memory; False where the system would not let go of its files."""
        self.stop()
        held = [path for path in _files(self.home / "postgres" / "base") if not _forget(path)]
        self.start()
        return not held


def load(written: Written, home: Path, tell: Tell) -> Server:
    """The server with the register, which is loaded now unless this schema and normaliser have loaded it before."""
    server = home / "server"
    note = home / f"loaded-{written.folder.name}-{_digest()}.json"
    if not note.exists():
        tell("loading the register into PostgreSQL")
        loaded = load_keys(fresh_database(server, database_of(written)), written.people)
        note.write_bytes(orjson.dumps(asdict(loaded)))
    found = Server(server, Loaded(**orjson.loads(note.read_bytes())))
    found.start()
    return found


def database_of(written: Written) -> str:
    """The name of the database that a register is loaded into."""
    return f"matching-{written.folder.name}"


def _digest() -> str:
    digest = hashlib.sha256(NORMALISER_VERSION.encode())
    for path in sorted(FOLDER.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if path.is_file())


def _forget(path: Path) -> bool:
    """Have the system drop what it holds of a file in memory."""
    if not hasattr(os, "posix_fadvise"):
        return False
    try:
        descriptor = os.open(path, os.O_RDWR)
        try:
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)
    except OSError:
        return False
    return True
