"""Makes a fresh installation to measure on: its own folder, either engine, migrated and seeded."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app import models  # noqa: F401  every table, so that foreign keys resolve
from app.core.db import Database, open_engine
from app.core.secrets import Secrets, load_secrets, make_secrets
from config import Settings
from tests.support import postgres
from tests.support.databases import build

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Installation:
    """Settings, secrets and database of an installation."""

    settings: Settings
    secrets: Secrets
    database: Database

    @contextmanager
    def process(self, module: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
        """Run a process of the app until the block ends; it is ready when it listens on `port`."""
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SIAGA_")},
            "PYTHONPATH": str(ROOT),
            "SIAGA_DATA": str(self.settings.data),
            "SIAGA_PORT": str(self.settings.port),
            "SIAGA_CANARY_EVERY_H": "0",
            "DATABASE_URL": self.settings.database_url,
        }
        with (self.settings.data / f"{module}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", module], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        try:
            wait_for(port)
            yield process
        finally:
            process.terminate()
            process.wait(15)


@contextmanager
def installation(engine: str, port: int) -> Iterator[Installation]:
    """Create an installation on `sqlite` or `postgresql`; erase it afterwards."""
    with tempfile.TemporaryDirectory(prefix="siaga-bench-") as folder, _database(engine, Path(folder)) as url:
        data = Path(folder) / "instance"
        make_secrets(data)
        settings = Settings(data=data, database_url=url, port=port)
        build(settings.sqlalchemy_url.replace("+psycopg", ""))
        opened = open_engine(settings.sqlalchemy_url)
        yield Installation(settings, load_secrets(data), Database(opened))
        opened.dispose()


@contextmanager
def _database(engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        (folder / "instance").mkdir(mode=0o700)
        yield ""
        return
    started_here = postgres.FOLDER not in os.environ
    if started_here:
        postgres.plan()
    postgres.server()
    name = f"bench_{os.getpid()}_{time.monotonic_ns()}"
    with postgres.administrator() as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield postgres.url(name)
    finally:
        with postgres.administrator() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        if started_here:
            postgres.end()
            del os.environ[postgres.FOLDER]


def wait_for(port: int) -> None:
    """Wait at most 30 seconds until a process listens on the port."""
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return
