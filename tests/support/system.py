"""The three real processes on free ports, as `./siaga run` starts them, for tests that need the whole."""

import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

import pytest
from sqlalchemy import insert, select

from app.accounts.models import Staff
from app.accounts.seed import first_staff
from app.core.db import Database, open_engine
from app.run.sqlite_probe import note_prepared
from config import Settings
from tests.support.databases import own_database

ROOT = Path(__file__).resolve().parents[2]
READY_S = 90.0
STOP_S = 60.0


@dataclass
class System:
    """One running installation; `staff` maps a name (operator1, damkar-1, …) to its password."""

    data: Path
    port: int
    database_url: str
    environment: dict[str, str]
    staff: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *options: str, only: str = "web,worker,live") -> "System":
        """Start it, with further options of the command, and wait for its screen.

        Raises:
            AssertionError: it ended before it was ready; the message holds what it said.
        """
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "run", "--only", only, *options],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=(self.data.parent / "run.err").open("ab"),
            text=True,
        )
        output = []
        for line in cast("IO[str]", self.process.stdout):
            output.append(line)
            if staff := re.match(r" {14}([\w.-]+) +(\w{4}-\w{4}-\w{4}-\w{4}) ", line):
                self.staff[staff[1]] = staff[2]
            if line.startswith("  Stop"):
                return self
        raise AssertionError("".join(output) + self.errors())

    def errors(self) -> str:
        """What the supervisor said on standard error."""
        return (self.data.parent / "run.err").read_text()

    def log(self, name: str) -> str:
        """The log of web, worker or live."""
        return (self.data / "log" / f"{name}.log").read_text()

    def pid(self, name: str) -> int | None:
        """Process id of web, worker or live; None while it is down."""
        return self.pids().get(name)

    def pids(self) -> dict[str, int | None]:
        """Process ids by name, the supervisor's as `siaga`; empty when it does not run."""
        try:
            pids: dict[str, int | None] = json.loads((self.data / "run.json").read_text())
        except FileNotFoundError:
            return {}
        return pids

    def kill(self, name: str) -> None:
        """End web, worker or live as a crash would, its own children too."""
        pid = self.pid(name)
        if pid is not None:
            os.killpg(pid, signal.SIGKILL)

    def get(self, path: str, *, port: int | None = None) -> int:
        """Status of a GET, 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=30)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def wait_until(self, true: Callable[[], object], seconds: float = 60.0) -> None:
        """Wait for `true()`; an AssertionError after `seconds`."""
        until = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < until, f"still not so after {seconds} s\n{self.errors()}"
            time.sleep(0.02)

    def stop(self, number: int = signal.SIGINT) -> int:
        """Stop it as Ctrl-C does; return its exit status."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(STOP_S)
        cast("IO[str]", self.process.stdout).close()
        return status


def free_ports() -> int:
    """Return a port that is free together with the next one, and stays so while a process is down.

    They lie below those that the system lends to whoever connects: a browser's many connections would take one.
    """
    while True:
        port = random.SystemRandom().randrange(16_000, 32_000, 2)
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@dataclass(frozen=True)
class FirstStaff:
    """The accounts that a first start makes, hashed once for all installations of a run."""

    rows: list[dict[str, Any]]
    passwords: dict[str, str]

    def move_into(self, system: System) -> System:
        """Prepare an installation, whose database is migrated and seeded, as its first start would."""
        settings = Settings(data=system.data, database_url=system.database_url)
        engine = open_engine(settings.sqlalchemy_url)
        with Database(engine).write() as session:
            session.execute(insert(Staff), self.rows)
        engine.dispose()
        note_prepared(settings)
        system.staff |= self.passwords
        return system


@pytest.fixture(scope="session")
def first_people(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> FirstStaff:
    """The accounts of a newcomer's installation."""
    file = shutil.copyfile(sqlite_template, tmp_path_factory.mktemp("people") / "siaga.sqlite3")
    engine = open_engine(f"sqlite:///{file}")
    passwords = {name: password for name, _, _, password in first_staff(Database(engine))}
    with engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(select(Staff.__table__)).mappings()]
    engine.dispose()
    return FirstStaff(rows, passwords)


def not_started(data: Path, database_url: str, **more: str) -> System:
    """Return an installation on free ports, with `more` in its environment."""
    port = free_ports()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SIAGA_")},
        "PYTHONPATH": str(ROOT),
        "SIAGA_DATA": str(data),
        "SIAGA_PORT": str(port),
        "SIAGA_PUSH_ALLOW_LOOPBACK": "1",
        "SIAGA_CANARY_EVERY_H": "0",
        "DATABASE_URL": database_url,
        **more,
    }
    return System(data, port, database_url, environment)


@pytest.fixture
def make_system(
    engine_url: str, data_folder: Path, first_people: FirstStaff
) -> Iterator[Callable[..., System]]:
    """Return `make(**environment)`: an installation that is not started yet, on the test's own database.

    It was prepared before, unless it is `new` or lies elsewhere: then its start makes schema, seed and staff.
    """
    elsewhere = {"SIAGA_DATA", "DATABASE_URL"}
    made: list[System] = []

    def make(*, new: bool = False, **more: str) -> System:
        made.append(not_started(data_folder, engine_url, **more))
        return made[-1] if new or elsewhere & more.keys() else first_people.move_into(made[-1])

    yield make
    for system in made:
        system.stop()


@pytest.fixture
def system(make_system: Callable[..., System]) -> System:
    """A running installation: web, worker and stream on free loopback ports."""
    return make_system().start()


@pytest.fixture(scope="module")
def shared_system(
    engine_name: str,
    secrets_template: Path,
    first_people: FirstStaff,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[System]:
    """A running installation for all tests of a module that leave it running, on any number of reports."""
    data = shutil.copytree(secrets_template, tmp_path_factory.mktemp("shared") / "instance")
    with own_database(engine_name, data, request) as url:
        running = first_people.move_into(not_started(data, url)).start()
        yield running
        running.stop()
