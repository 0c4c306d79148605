"""The worker's real process on the test's database."""

import signal
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from config import Settings
from tests.support.commands import Program, environment_of


@dataclass
class WorkerProcess:
    """Start it, end it kindly or as a crash would."""

    settings: Settings
    process: Program | None = None

    def start(self) -> "WorkerProcess":
        environment = environment_of(
            SIAGA_DATA=str(self.settings.data),
            DATABASE_URL=self.settings.database_url,
            SIAGA_PUSH_ALLOW_LOOPBACK="1" if self.settings.push_allow_loopback else "0",
            SIAGA_PUSH_AUTHORITIES=str(self.settings.push_authorities or ""),
        )
        log = self.settings.data / "worker.log"
        self.process = Program("app.worker.main", environment=environment, log=log)
        return self

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def log(self) -> str:
        return (self.settings.data / "worker.log").read_text()


@pytest.fixture
def worker(settings: Settings) -> Iterator[WorkerProcess]:
    """A running worker; ask for the fixtures of tests/support/pushes.py too, or it knows no push service."""
    made = WorkerProcess(settings).start()
    yield made
    made.stop()
