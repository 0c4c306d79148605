"""The worker's real process on the test's database."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from config import Settings

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class WorkerProcess:
    """Start it, end it kindly or as a crash would."""

    settings: Settings
    process: subprocess.Popen | None = None

    def start(self) -> "WorkerProcess":
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SIAGA_")},
            "PYTHONPATH": str(ROOT),
            "SIAGA_DATA": str(self.settings.data),
            "DATABASE_URL": self.settings.database_url,
            "SIAGA_PUSH_ALLOW_LOOPBACK": "1" if self.settings.push_allow_loopback else "0",
            "SIAGA_PUSH_AUTHORITIES": str(self.settings.push_authorities or ""),
        }
        with (self.settings.data / "worker.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.worker.main"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        return self

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def log(self) -> str:
        return (self.settings.data / "worker.log").read_text()


@pytest.fixture
def worker(settings):
    """A running worker; ask for the fixtures of tests/support/pushes.py too, or it knows no push service."""
    made = WorkerProcess(settings).start()
    yield made
    made.stop()
