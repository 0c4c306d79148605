"""An interrupted test run leaves no server, no PostgreSQL, no browser and no folder behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.support.missing_programs import lack
from tests.support.phone import wait_for
from tests.support.process_guard import RUN, processes_of
from tests.support.system import ROOT

INNER = "tests/cli/interrupted.py"
START_S = 150.0
GONE_S = 30.0
"""Far more than they take on a quiet machine; Ctrl-C lets the fixtures end first."""
PARTS = {"app.cli", "granian", "app.worker.main", "app.stream", "postgres", "chromium"}
"""One word of the command line of each process that must have been there."""


@dataclass
class Run:
    """A test run in which the whole system, PostgreSQL and a browser are up."""

    runner: subprocess.Popen[bytes]
    name: str
    pytest_pid: int
    folder: Path

    def started(self) -> list[psutil.Process]:
        """Every process below the runner, also those that have left it, as PostgreSQL does, and their children."""
        marked = list(processes_of(self.name))
        return [*{child for process in marked for child in [process, *process.children(recursive=True)]}]


@pytest.fixture
def start_run(tmp_path: Path) -> Iterator[Callable[[int], Run]]:
    """Return `start(processes)`: `./siaga test` with that many processes, 0 for none beside pytest itself."""
    runs = []

    def start(processes: int) -> Run:
        lost = {"PYTEST_CURRENT_TEST", "PYTEST_XDIST_WORKER", "SIAGA_TEST_POSTGRES"}
        kept = {name: value for name, value in os.environ.items() if name not in lost}
        name = f"{kept.get(RUN, '')}/{tmp_path.name}"
        ready, log = tmp_path / "ready.json", tmp_path / "log"
        options = ["--no-install", "-n", str(processes), "--max-worker-restart", "0"]
        runner = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "test", *options, "-p", "no:cacheprovider", INNER],
            cwd=ROOT,
            env=kept | {RUN: name, "INTERRUPTED": str(ready)},
            stdout=log.open("wb"),
            stderr=subprocess.STDOUT,
            preexec_fn=_hear_ctrl_c,  # noqa: PLW1509
        )
        runs.append(runner)
        wait_for(lambda: ready.exists() or runner.poll() is not None, START_S)
        if runner.poll() == 0:
            lack("what a whole run needs", log.read_text()[-500:])
        assert runner.poll() is None, log.read_text()
        data = json.loads(ready.read_text())
        return Run(runner, name, data["pytest"], Path(data["folder"]))

    yield start
    for runner in runs:
        runner.kill()
        runner.wait()


@pytest.mark.parametrize(
    ("number", "processes"),
    [
        pytest.param(signal.SIGINT, 0, id="Ctrl-C", marks=pytest.mark.long),
        pytest.param(signal.SIGKILL, 0, id="SIGKILL"),
        pytest.param(signal.SIGTERM, 0, id="SIGTERM", marks=pytest.mark.long),
        pytest.param(signal.SIGKILL, 1, id="SIGKILL of a process of xdist", marks=pytest.mark.long),
    ],
)
def test_nothing_is_left(start_run: Callable[[int], Run], number: signal.Signals, processes: int) -> None:
    run = start_run(processes)
    started = run.started()
    words = {word for process in started for word in " ".join(process.cmdline()).replace("/", " ").split()}
    assert words >= PARTS
    assert run.folder.is_dir()

    began = time.monotonic()
    os.kill(run.pytest_pid, number)
    run.runner.wait(GONE_S)
    wait_for(lambda: not any(is_alive(process) for process in [*started, *processes_of(run.name)]), GONE_S)
    print(f"\n{len(started)} processes gone {time.monotonic() - began:.1f} s after {number.name}")
    assert not run.folder.exists()


def _hear_ctrl_c() -> None:
    """Undo that a shell lets its jobs in the background ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
