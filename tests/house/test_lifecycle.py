"""`registry run` from outside: it starts, it ends, and it survives being killed."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from registry.embedded_postgres import ensure_server, release

pytestmark = pytest.mark.skipif("DATABASE_URL" in os.environ, reason="DATABASE_URL is set; nothing is embedded")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_gone(pid: int) -> bool:
    """Whether a process has ended, or does so within a moment: its pid file goes before it does."""
    try:
        psutil.Process(pid).wait(timeout=5)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True


class Run:
    """One `registry run` with a home of its own. Only processes that it started are ever signalled."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> "subprocess.Popen[str]":
        environment = {
            **os.environ,
            "REGISTRY_HOME": str(self.home),
            "REGISTRY_PORT": str(self.port),
            "REGISTRY_DEMO": "off",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "registry.cli_service", "run"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return self.process

    def ask(self, path: str = "/readyz", token: str | None = None) -> int:
        """The status of an answer, once there is one."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        deadline = time.monotonic() + 150
        while True:
            try:
                return urllib.request.urlopen(request, timeout=5).status
            except urllib.error.HTTPError as error:
                return error.code
            except OSError:
                assert time.monotonic() < deadline, "the API never answered"
                time.sleep(0.05)

    def postmaster(self) -> int | None:
        file = self.home / "postgres" / "postmaster.pid"
        return int(file.read_text().split("\n", 1)[0]) if file.exists() else None

    def end(self, number: signal.Signals) -> tuple[int, str]:
        assert self.process is not None
        self.process.send_signal(number)
        output, _ = self.process.communicate(timeout=120)
        return self.process.returncode, output


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder outside pytest's own, which every session that starts closes to other users.

    As root, the server is another user.
    """
    with tempfile.TemporaryDirectory(prefix="registry-lifecycle-") as folder:
        yield Path(folder)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path / "a home with spaces")
    yield run
    if run.process is not None and run.process.poll() is None:
        run.end(signal.SIGTERM)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_everything_that_it_started(run: Run, number: signal.Signals):
    process = run.start()
    assert run.ask() == 200
    started = psutil.Process(process.pid).children(recursive=True)
    postmaster = run.postmaster()
    assert postmaster is not None
    token_file = run.home / "dev-token"
    assert token_file.stat().st_mode & 0o077 == 0

    status, output = run.end(number)

    assert status == 0, output
    assert "Traceback" not in output
    assert "Stopped." in output
    _, alive = psutil.wait_procs(started, timeout=10)
    assert alive == []
    assert is_gone(postmaster)
    for log in (run.home / "logs").iterdir():
        assert "Traceback" not in log.read_text()


def test_a_supervisor_that_is_killed_leaves_nothing_and_the_next_one_starts(run: Run):
    process = run.start()
    assert run.ask() == 200
    token = (run.home / "dev-token").read_text()
    started = psutil.Process(process.pid).children(recursive=True)
    postmaster = run.postmaster()
    assert postmaster is not None

    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(started, timeout=90)

    assert alive == []
    assert is_gone(postmaster), "the last process to leave stops the server"
    run.start()
    assert run.ask() == 200
    assert (run.home / "dev-token").read_text() == token, "the data are those of before"
    assert run.end(signal.SIGINT)[0] == 0


def test_everything_killed_at_once_starts_again(run: Run):
    process = run.start()
    assert run.ask() == 200
    postmaster = run.postmaster()
    assert postmaster is not None
    for victim in (process, *psutil.Process(process.pid).children(), psutil.Process(postmaster)):
        victim.kill()
    process.communicate()
    run.start()
    assert run.ask() == 200
    assert run.end(signal.SIGINT)[0] == 0


def test_a_part_that_ends_is_started_again(run: Run):
    process = run.start()
    assert run.ask() == 200
    api = next(child for child in psutil.Process(process.pid).children() if child.cmdline()[-1] == "serve")
    api.kill()
    api.wait(10)
    assert run.ask() == 200
    status, output = run.end(signal.SIGINT)
    assert status == 0
    assert "api has ended" in output


def test_a_port_that_is_taken_is_said_so(run: Run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", run.port))
        taken.listen()
        output, _ = run.start().communicate(timeout=120)
    assert run.process is not None
    assert run.process.returncode == 1
    assert "REGISTRY_PORT" in output
    assert "Traceback" not in output


def test_two_homes_side_by_side_and_a_long_path(tmp_path: Path):
    homes = [tmp_path / "one", tmp_path / ("long " * 25)]
    try:
        urls = {ensure_server(home, durable=False) for home in homes}
        assert len(urls) == 2
        pids = {int((home / "postgres" / "postmaster.pid").read_text().split()[0]) for home in homes}
    finally:
        for home in homes:
            release(home)
    assert all(is_gone(pid) for pid in pids)


def test_a_pid_that_has_gone_to_another_program_is_not_believed(tmp_path: Path):
    ensure_server(tmp_path, durable=False)
    pid_file = tmp_path / "postgres" / "postmaster.pid"
    lines = pid_file.read_text()
    release(tmp_path)
    pid_file.write_text(lines.replace(lines.split("\n", 1)[0], str(os.getpid()), 1))
    try:
        ensure_server(tmp_path, durable=False)
        assert int(pid_file.read_text().split()[0]) != os.getpid()
    finally:
        release(tmp_path)


async def test_a_server_killed_in_the_middle_of_a_query_starts_again(tmp_path: Path):
    url = ensure_server(tmp_path)
    busy = await asyncpg.connect(url)
    querying = asyncio.create_task(busy.fetch("select count(*) from generate_series(1, 1000000000)"))
    try:
        await asyncio.sleep(0.3)
        killed = int((tmp_path / "postgres" / "postmaster.pid").read_text().split()[0])
        psutil.Process(killed).kill()
        assert is_gone(killed)
        assert await asyncio.to_thread(ensure_server, tmp_path) == url
        again = await asyncpg.connect(url)
        assert await again.fetchval("select current_database()") == "registry"
        await again.close()
    finally:
        await asyncio.gather(querying, return_exceptions=True)
        busy.terminate()
        release(tmp_path)
