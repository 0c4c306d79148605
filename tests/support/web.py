"""One web process for all browser tests of a test process: they tell their rows apart by key."""

import http.client
import json
import os
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.core.clock import now
from app.core.secrets import make_secrets
from app.run.processes import plans
from config import Settings
from tests.support.commands import Program, environment_of
from tests.support.system import READY_S, free_ports

STOP_S = 60.0
"""How long a process may take to end what it was asked: no promise."""


@dataclass
class Web:
    """A web process on loopback with a database of its own."""

    data: Path
    port: int
    process: Program | None = None
    database_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    """More of the environment, `SIAGA_…`."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Web":
        """Start it and wait until it answers."""
        environment = environment_of(
            SIAGA_DATA=str(self.data),
            SIAGA_PORT=str(self.port),
            SIAGA_WEB_THREADS="8",
            DATABASE_URL=self.database_url,
            **self.settings,
        )
        web = plans(Settings.from_mapping(environment), since=now())[0]
        python, as_module, *command = web.command
        assert (python, as_module) == (sys.executable, "-m")
        self.process = Program(*command, environment=environment, log=self.data / "web.err")
        until = time.monotonic() + READY_S
        while not self.answers():
            assert time.monotonic() < until, (self.data / "web.err").read_text()
            time.sleep(0.02)
        return self

    def answers(self) -> bool:
        """Whether somebody listens and is well."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """End it as a crash would: the server and the workers that it started, all at one moment."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(STOP_S)
            self.process = None

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """Look into the database."""
        connection = sqlite3.connect(self.data / "siaga.sqlite3", timeout=10)
        connection.row_factory = sqlite3.Row
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def report(self, key: str) -> dict[str, Any] | None:
        """The stored report with this idempotency key, answers read; None while there is none."""
        found = self.rows("SELECT * FROM report WHERE key = ?", key)
        assert len(found) <= 1
        return dict(found[0]) | {"answers": json.loads(found[0]["answers"])} if found else None


@pytest.fixture(scope="session")
def web(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A running web process; its address is `web.url`."""
    data = tmp_path_factory.mktemp("web") / "instance"
    make_secrets(data)
    shutil.copyfile(sqlite_template, data / "siaga.sqlite3")
    served = Web(data, free_ports()).start()
    yield served
    served.stop()
