"""The register that is measured: a server of its own with production's settings, and copies of one loaded register."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

from registry.console import progress
from registry.database import create_engine, unit_of_work
from registry.demo.people import GENERATOR_VERSION, generate_office
from registry.demo.to_records import to_practice, to_record
from registry.embedded_postgres import ensure_server, release
from registry.migrations import FOLDER
from registry.patients.record import PersonRecord
from registry.policies import profiles
from registry.practices.import_practices import add_practices
from registry.prepare import prepare
from registry.transactions.take_on.take_on import take_on
from registry.values.actor import Actor, ActorKind

LOADER = Actor(ActorKind.SYSTEM, "benchmark")
SEED = 1


@dataclass(frozen=True, slots=True)
class Stage:
    """The server in `home` and the name of its loaded register, which is copied and never changed."""

    home: Path
    server_url: str
    template: str

    def url(self, database: str) -> str:
        return make_url(self.server_url).set(database=database).render_as_string(hide_password=False)

    async def copy(self, name: str) -> str:
        """A fresh copy of the loaded register, in place of an earlier one; returns its URL."""
        await self.run(f'drop database if exists "{name}" with (force)')
        await self.run(f'create database "{name}" template "{self.template}" strategy file_copy')
        return self.url(name)

    async def drop(self, name: str) -> None:
        await self.run(f'drop database if exists "{name}" with (force)')

    async def run(self, statement: str, database: str = "postgres") -> list[asyncpg.Record]:
        """Run a statement outside of any transaction; returns its rows."""
        connection = await asyncpg.connect(self.url(database))
        try:
            return await connection.fetch(statement)
        finally:
            await connection.close()

    async def checkpoint(self) -> None:
        """Have everything written out, so that a measurement pays for its own writes alone."""
        # The register's own role may not.
        connection = await asyncpg.connect(self.url("postgres"), user="postgres")
        try:
            await connection.execute("checkpoint")
        finally:
            await connection.close()

    @property
    def server_pid(self) -> int:
        """The process from which all of the server's processes descend."""
        return int((self.home / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])

    def close(self) -> None:
        release(self.home)


async def set_up(home: Path, people: int, now: datetime) -> Stage:
    """Start the server, and load the register unless an earlier run with this schema and size has done so."""
    url = ensure_server(home)
    stage = Stage(home, url, f"bench_{people}_{_digest()}")
    databases = [row["datname"] for row in await stage.run("select datname from pg_database")]
    for stale in (name for name in databases if name.startswith(f"bench_{people}_") and name != stage.template):
        await stage.drop(stale)
    if stage.template not in databases:
        unfinished = f"loading_{people}"
        await stage.drop(unfinished)
        await stage.run(f'create database "{unfinished}"')
        await _load(stage.url(unfinished), people, now)
        await stage.run("vacuum (analyze)", unfinished)
        await stage.run(f'alter database "{unfinished}" rename to "{stage.template}"')
    return stage


async def _load(url: str, people: int, now: datetime) -> None:
    office = generate_office(people, SEED, now.date())

    def records(tell: Callable[[int], None]) -> Iterator[PersonRecord]:
        for done, person in enumerate(office.people, start=1):
            if done % 1000 == 0:
                tell(done)
            yield to_record(person)

    engine = create_engine(url, pool_size=1)
    try:
        await prepare(engine)
        async with unit_of_work(engine) as connection:
            await add_practices(connection, map(to_practice, office.practices), actor=LOADER, at=now)
        with progress("people", people) as tell:
            async with unit_of_work(engine) as connection:
                await take_on(connection, records(tell), actor=LOADER, now=now)
    finally:
        await engine.dispose()


def _digest() -> str:
    """Tells the schema and the generator that made a loaded register."""
    digest = hashlib.sha256(GENERATOR_VERSION.encode())
    for path in [*sorted(FOLDER.rglob("*.py")), Path(profiles.__file__)]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:8]
