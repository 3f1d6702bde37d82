"""`registry run`: everything on one machine, started together and stopped together.

The API and the worker are processes in sessions of their own, so that Ctrl-C reaches this one
alone and it can stop them in order. Each holds the other end of a pipe. They load their code
while the database is made ready, and begin when told so through the pipe; when this process is
killed, the pipe closes and they stop too, and with the last of them the embedded server.
"""

import asyncio
import os
import signal
import socket
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.database import create_engine, unit_of_work
from registry.embedded_postgres import EmbeddedPostgresError, database_url
from registry.prepare import prepare
from registry.security.callers import Role
from registry.security.tokens import caller_of, hash_of, issue
from registry.settings import Settings
from registry.supervised import PIPE
from registry.transactions.summary import summarise
from registry.values.clock import SystemClock

MOST_RESTARTS = 5
"""In one minute; after that something is wrong that starting again does not mend."""
_LARGEST_LOG = 20 * 1024 * 1024

console = Console(highlight=False, soft_wrap=True)


class CannotRun(Exception):
    """Why nothing was started; a sentence for the person at the terminal."""


def run(settings: Settings) -> int:
    """Run until Ctrl-C or SIGTERM. Returns the exit status."""
    try:
        return asyncio.run(_run(settings))
    except (CannotRun, EmbeddedPostgresError) as error:
        console.print(f"[bold red]{error}[/]")
        return 1


async def _run(settings: Settings) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    started = time.perf_counter()
    _refuse_taken_port(settings)
    logs = settings.home.expanduser().resolve() / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    ready = asyncio.Event()
    children = [Child("api", ["serve"], logs / "api.log"), Child("worker", ["worker"], logs / "worker.log")]
    keepers = [asyncio.create_task(children[0].keep(ready, stop))]
    failed = True
    try:
        await _prepare(settings, stop)
        ready.set()
        await _until_ready(settings, stop, keepers)
        # The worker comes last: on a small machine the API is there sooner for it.
        keepers.append(asyncio.create_task(children[1].keep(ready, stop)))
        if not stop.is_set() and not any(keeper.done() for keeper in keepers):
            _tell(settings, logs, time.perf_counter() - started)
        failed = await _until_stopped(stop, keepers)
    finally:
        stop.set()
        console.print("Stopping …")
        await asyncio.gather(*(child.stop() for child in children))
        await asyncio.gather(*keepers, return_exceptions=True)
    console.print("Stopped.")
    return 1 if failed else 0


def _refuse_taken_port(settings: Settings) -> None:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise CannotRun(
                f"{settings.host}:{settings.port} cannot be listened on ({error.strerror}). "
                "Is another one running? Set REGISTRY_PORT to another port, and REGISTRY_HOME to have other data."
            ) from None


async def _prepare(settings: Settings, stop: asyncio.Event) -> None:
    """The database, its schema, the demonstration office, and the development token."""
    url = await asyncio.to_thread(database_url, settings)
    where = "the database of DATABASE_URL" if settings.database_url else f"PostgreSQL in {settings.home}"
    console.print(f"[green]✓[/] {where}")
    engine = create_engine(url)
    try:
        if await prepare(engine):
            console.print("[green]✓[/] migrated")
        if settings.is_development:
            if settings.demonstration:
                await _demonstrate(engine, settings, stop)
            await _development_token(engine, settings.home.expanduser() / "dev-token")
        async with engine.connect() as connection:
            for sentence in (await summarise(connection)).sentences():
                console.print(f"  {sentence}")
    finally:
        await engine.dispose()


async def _demonstrate(engine: AsyncEngine, settings: Settings, stop: asyncio.Event) -> None:
    """Load the demonstration office into an empty register, where this installation has one."""
    from registry.demo.commands import bars
    from registry.demo.load import load_if_empty

    with ExitStack() as stack:
        loading = asyncio.ensure_future(load_if_empty(engine, settings, bars(stack)))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait((loading, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
    if not loading.done():
        loading.cancel()
        with suppress(asyncio.CancelledError):
            await loading
    elif (loaded := loading.result()) is not None:
        console.print(
            f"[green]✓[/] demonstration office: {loaded.people} people of {loaded.practices} practices,"
            f" and {loaded.interchanges} interchanges of {loaded.day:%A %d %B}"
        )


async def _development_token(engine: AsyncEngine, file: Path) -> None:
    """Keep a token of the office in a file, and make another when that one no longer works."""
    now = SystemClock().now()
    async with unit_of_work(engine) as connection:
        token = file.read_text().strip() if file.exists() else ""
        if token and await caller_of(connection, hash_of(token), now):
            return
        token = await issue(connection, "development", Role.STAFF, now, practice_id=None, development=True)
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(token + "\n")


@dataclass(slots=True)
class Child:
    """One process that is kept alive."""

    name: str
    arguments: list[str]
    log: Path
    _process: asyncio.subprocess.Process | None = None
    _starts: list[float] = field(default_factory=list)

    async def keep(self, ready: asyncio.Event, stop: asyncio.Event) -> None:
        """Start the process, let it begin when `ready` is set, and start it again whenever it ends.

        Raises CannotRun when starting again does not help.
        """
        if self.log.exists() and self.log.stat().st_size > _LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        while not stop.is_set():
            pipe = await self._start()
            try:
                status = await self._ended(ready, pipe)
            finally:
                os.close(pipe)
            if stop.is_set():
                return
            console.print(f"[yellow]{self.name} has ended (status {status}); see {self.log}. Starting it again.[/]")
            self._starts = [*(at for at in self._starts if at > time.monotonic() - 60), time.monotonic()]
            if len(self._starts) > MOST_RESTARTS:
                raise CannotRun(f"{self.name} ends again and again; see {self.log}")
            await asyncio.sleep(min(0.2 * 2 ** len(self._starts), 5))

    async def _start(self) -> int:
        """Start the process and return our end of its pipe."""
        reading, writing = os.pipe()
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "registry.cli_service",
                *self.arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(reading,),
                env={**os.environ, PIPE: str(reading)},
            )
        os.close(reading)
        return writing

    async def _ended(self, ready: asyncio.Event, pipe: int) -> int:
        """Tell the process to begin when all is ready; return its status when it has ended."""
        assert self._process is not None  # noqa: S101  (for the type checker)
        ending = asyncio.ensure_future(self._process.wait())
        begin = asyncio.create_task(ready.wait())
        await asyncio.wait((ending, begin), return_when=asyncio.FIRST_COMPLETED)
        if begin.done():
            with suppress(BrokenPipeError):
                os.write(pipe, b"g")
        begin.cancel()
        return await ending

    async def stop(self) -> None:
        """Ask the process to end; insist after a while."""
        if self._process is None or self._process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), timeout=20)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


async def _until_ready(settings: Settings, stop: asyncio.Event, keepers: list[asyncio.Task[None]]) -> None:
    """Wait until the API answers."""
    while not stop.is_set() and not any(keeper.done() for keeper in keepers):
        with suppress(OSError):
            _, writer = await asyncio.open_connection(settings.host, settings.port)
            writer.close()
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), timeout=0.05)


async def _until_stopped(stop: asyncio.Event, keepers: list[asyncio.Task[None]]) -> bool:
    """Wait for the end. Returns whether it was a failure."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((stopping, *keepers), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    for keeper in keepers:
        if keeper.done() and not keeper.cancelled() and (error := keeper.exception()):
            console.print(f"[bold red]{error}[/]")
            return True
    return False


def _tell(settings: Settings, logs: Path, seconds: float) -> None:
    base = f"http://{settings.host}:{settings.port}"
    console.print(f"[green]✓[/] API and worker, after {seconds:.1f} s\n")
    lines = [("API", f"{base}/docs"), ("GP Links façade", f"{base}/fhir"), ("Figures", f"{base}/metrics")]
    if settings.is_development:
        lines.append(("Token (office)", f"{settings.home}/dev-token"))
    lines.append(("Logs", f"{logs}/api.log, worker.log"))
    for name, value in lines:
        console.print(f"  {name:<16} {value}")
    console.print("\n  Ctrl-C stops everything; the data stay.")
