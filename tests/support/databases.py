"""Databases for tests: a template that is migrated once, and clones of it.

The server is the embedded one in REGISTRY_TEST_HOME (default `var/test`, kept between runs
so that it need not be made again), or that of DATABASE_URL. Clones carry the number of the
process that made them; those whose process is gone are removed at the next start.
"""

import asyncio
import fcntl
import hashlib
import itertools
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.database import create_engine
from registry.embedded_postgres import ensure_server
from registry.migrations import FOLDER
from registry.policies import profiles
from registry.prepare import prepare
from registry.vault import schema

HOME = Path(os.environ.get("REGISTRY_TEST_HOME", "var/test")).resolve()
_MACHINE = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:6]
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Database:
    """A database of a test's own, and an engine on it."""

    url: str
    engine: AsyncEngine


def server_url() -> str:
    """The URL of a database on the server that the tests use; the server is started when it is down."""
    given = os.environ.get("REGISTRY_TEST_DATABASE_URL") or os.environ.get("DATABASE_URL")
    return given or ensure_server(HOME, durable=False)


def url_of(name: str) -> str:
    """The URL of another database on the same server."""
    return make_url(server_url()).set(database=name).render_as_string(hide_password=False)


def template_name() -> str:
    """The template's name, which tells the migrations and policies that made it: changed ones make another."""
    digest = hashlib.sha256()
    made_by = (FOLDER, Path(profiles.__file__).parent, Path(schema.__file__).parent)  # a migration makes the vault
    for path in [path for folder in made_by for path in sorted(folder.rglob("*.py"))]:
        digest.update(path.name.encode() + path.read_bytes())
    return f"registry_template_{digest.hexdigest()[:12]}"


async def ensure_template() -> str:
    """Make the template unless it is there, and clear away what earlier runs have left."""
    name = template_name()
    with _one_at_a_time():
        there = await _databases()
        if name not in there:
            await _make_template(name)
            # A few old ones stay: somebody else may be at work on another branch.
            for stale in [found for found in there if found.startswith("registry_template_")][:-3]:
                await _drop(stale)
        for leftover in (found for found in there if _is_left_over(found)):
            await _drop(leftover)
    return name


async def _make_template(name: str) -> None:
    """Migrate under another name first: one that bears the template's name is a whole one."""
    unfinished = f"{name}_unfinished"
    await _drop(unfinished)
    await _on_server(f'create database "{unfinished}"')
    engine = create_engine(url_of(unfinished), pool_size=1)
    await prepare(engine)
    await engine.dispose()
    await _on_server(f'alter database "{unfinished}" rename to "{name}"')


@asynccontextmanager
async def cloned(template: str, pool_size: int = 8) -> AsyncIterator[Database]:
    """A fresh copy of the template, dropped at the end."""
    name = f"registry_test_{_MACHINE}_{os.getpid()}_{next(_numbers)}"
    await _on_server(f'create database "{name}" template "{template}"')
    engine = create_engine(url_of(name), pool_size)
    try:
        yield Database(url_of(name), engine)
    finally:
        await engine.dispose()
        await _drop(name)


@asynccontextmanager
async def empty() -> AsyncIterator[Database]:
    """A database with nothing in it, dropped at the end."""
    async with cloned("template0", pool_size=2) as database:
        yield database


async def _on_server(statement: str) -> list[asyncpg.Record]:
    for attempt in itertools.count(1):
        connection = await asyncpg.connect(url_of("postgres"))
        try:
            return await connection.fetch(statement)
        except asyncpg.ObjectInUseError:
            # The database being copied is being copied by somebody else too, for a moment.
            if attempt == 50:
                raise
            await asyncio.sleep(0.1)
        finally:
            await connection.close()
    raise AssertionError


async def _drop(name: str) -> None:
    """Drop a database, and end whoever is still in it.

    Where that is the server's own cleaner, whom the role of the tests may not end, a plain drop sends it away.
    """
    try:
        await _on_server(f'drop database if exists "{name}" with (force)')
    except asyncpg.InsufficientPrivilegeError:
        await _on_server(f'drop database if exists "{name}"')


async def _databases() -> list[str]:
    """Names of databases, the oldest first."""
    return [row["datname"] for row in await _on_server("select datname from pg_database order by oid")]


def _is_left_over(name: str) -> bool:
    prefix, _, rest = name.partition(f"registry_test_{_MACHINE}_")
    return not prefix and rest != "" and not _is_alive(int(rest.partition("_")[0]))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "template.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
