"""Starts and stops a supervised process in its own process group, with its own log file, and counts its exits."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from app.run.processes import Plan
from config import ROOT

WINDOW_S = 60.0
TOO_MANY = 5
LOG_BYTES = 10_000_000
_PR_SET_PDEATHSIG = 1


class Child:
    """Runs a process that the supervisor restarts when it dies, until it dies too often."""

    def __init__(self, plan: Plan, environment: Mapping[str, str], log: Path | None) -> None:
        self.plan = plan
        self.deaths: deque[float] = deque(maxlen=TOO_MANY)
        self.start_at = 0.0
        """Earliest time of its next start (monotonic)."""
        self.is_ready = False
        self._environment = dict(environment)
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process in its own group, so that Ctrl-C in the terminal reaches only the supervisor."""
        self.is_ready = False
        sink = self._log.open("ab") if self._log else sys.stderr.buffer
        try:
            self._process = subprocess.Popen(  # noqa: S603
                self.plan.command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
            )
        finally:
            if self._log:
                sink.close()

    def died(self) -> bool:
        """Return whether the process has just died; kill the rest of its group, so that its port is free."""
        if self._process is None or self._process.poll() is None:
            return False
        self._kill_group(self._process.pid)
        self._process = None
        self.is_ready = False
        moment = time.monotonic()
        self.deaths.append(moment)
        recent = sum(1 for at in self.deaths if moment - at < WINDOW_S)
        self.start_at = moment + 0.25 * (recent - 1)
        return True

    def died_too_often(self) -> bool:
        """Return whether the last `TOO_MANY` deaths lie within `WINDOW_S`."""
        return len(self.deaths) == TOO_MANY and self.deaths[-1] - self.deaths[0] < WINDOW_S

    def request_stop(self) -> None:
        """Send SIGTERM, on which the process finishes its current work."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def wait_stopped(self, until: float) -> None:
        """Wait for the process to end, and kill its group at `until` (monotonic)."""
        if self._process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, until - time.monotonic()))
        self._kill_group(self._process.pid)
        self._process.wait()
        self._process = None

    def last_log_line(self) -> str:
        """Return the last line it logged; empty when there is none."""
        if self._log is None or not self._log.exists():
            return ""
        with self._log.open("rb") as file:
            file.seek(max(0, self._log.stat().st_size - 4000))
            lines = [line.strip() for line in file.read().decode("utf-8", "replace").splitlines()]
        last = next((line for line in reversed(lines) if line), "")
        try:
            record = json.loads(last)
            return str(record.get("event", last))
        except (ValueError, AttributeError):
            return last

    def trim_log(self) -> None:
        """Keep the log file below `LOG_BYTES`; the older part goes to `NAME.log.1`."""
        if self._log and self._log.exists() and self._log.stat().st_size > LOG_BYTES:
            shutil.copyfile(self._log, self._log.with_suffix(".log.1"))
            os.truncate(self._log, 0)

    @staticmethod
    def _kill_group(group: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


def _die_with_parent() -> None:
    """Make Linux stop this process when the supervisor is killed, so that no process runs unsupervised."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
