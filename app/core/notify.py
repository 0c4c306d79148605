"""Wake other processes after a commit: NOTIFY on PostgreSQL, `data_version` on SQLite.

A wake carries no data: the woken process reads the tables. Every process also reads them at its next sweep,
so a lost wake costs a second and loses nothing.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from app.core.db import Database
from app.core.log import log

CHANNEL = "siaga"


def announce(database: Database) -> None:
    """Wake the other processes; call it after the commit (inside it would prevent group commit)."""
    if database.is_sqlite:
        return
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(f"NOTIFY {CHANNEL}")


class Bell:
    """Send wakes from a background thread, so that no request waits; several rings become one wake."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rung = threading.Event()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._connection: Any = None

    def ring(self) -> None:
        """Schedule a wake of the other processes and return at once."""
        if self._database.is_sqlite:
            return
        self._rung.set()
        if self._thread is None:
            with self._guard:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while True:
            self._rung.wait()
            self._rung.clear()
            try:
                self._notify()
            except Exception as fault:  # noqa: BLE001  a lost wake costs a second: the others sweep
                log().warning("bell_lost", fault=type(fault).__name__)
                self._connection = None

    def _notify(self) -> None:
        if self._connection is None or self._connection.closed:
            pooled = self._database.engine.raw_connection()
            self._connection = pooled.driver_connection
            pooled.detach()
            self._connection.autocommit = True
            self._connection.execute("SET synchronous_commit = off")  # a wake need not be on disk
        self._connection.execute(f"NOTIFY {CHANNEL}")


class Watch:
    """Wait for commits of other processes on a separate connection; reopen it after the database was away."""

    def __init__(self, database: Database, *, poll_s: float) -> None:
        self._database = database
        self._poll_s = poll_s
        """SQLite: interval between reads of the file's version, in seconds; a read takes about 5 µs."""
        self._connection: Any = None
        self._version = -1

    def wait(self, timeout_s: float) -> bool:
        """Return True when something was committed, False after `timeout_s`."""
        try:
            if self._connection is None:
                self._open()
            return self._wait_sqlite(timeout_s) if self._database.is_sqlite else self._wait_notify(timeout_s)
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> None:
        pooled = self._database.engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()
        if self._database.is_sqlite:
            self._version = connection.execute("PRAGMA data_version").fetchone()[0]
        else:
            connection.autocommit = True
            connection.execute(f"LISTEN {CHANNEL}")
        self._connection = connection

    def _wait_sqlite(self, timeout_s: float) -> bool:
        cursor = self._connection.cursor()
        rounds = max(1, round(timeout_s / self._poll_s))
        for _ in range(rounds):
            version = cursor.execute("PRAGMA data_version").fetchone()[0]
            if version != self._version:
                self._version = version
                return True
            time.sleep(self._poll_s)
        return False

    def _wait_notify(self, timeout_s: float) -> bool:
        return any(True for _ in self._connection.notifies(timeout=timeout_s, stop_after=1))
