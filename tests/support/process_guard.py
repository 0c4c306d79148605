"""Ends every process that a test run started, however the run ends.

pytest starts one small process before everything else: the guard, in a session of its own, so that no Ctrl-C reaches
it. Whatever tests start inherits the environment variable `BONTANG_TEST_RUN`, which names the run. As soon as pytest
is gone — done, interrupted, killed — the guard kills each process that carries this name, xdist's workers included,
and removes the run's folder, in which all its temporary files lie (PostgreSQL's data, browsers' profiles).

A run within a run (a test that starts pytest) extends the outer name, so that the outer guard ends it too.
Not seen: a process whose environment is emptied on purpose; photos are decoded in such processes, for seconds only.
Linux shows the environment of every process of the same user; macOS hides that of its own programs, not of browsers
and servers. Windows is not supported.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

RUN = "BONTANG_TEST_RUN"
"""Not `SIAGA_…`: tests take those names out of the environment of the servers that they start."""
ROOT = Path(__file__).resolve().parents[2]
POLL_S = 0.1
KIND_S = 5.0
"""How long PostgreSQL may take to remove its shared memory before it is killed."""
_guards: list[subprocess.Popen[bytes]] = []


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        start_guard()


def start_guard() -> None:
    """Start the guard of this process; name the run and give it a folder for temporary files."""
    run = f"{os.environ.get(RUN, '')}/{secrets.token_hex(4)}"
    shared = tempfile.gettempdir()
    folder = tempfile.mkdtemp(prefix="siaga-")
    Path(folder).chmod(0o755)  # PostgreSQL runs as another user where the tests run as root
    command = [sys.executable, "-m", "tests.support.process_guard", str(os.getpid()), run, folder]
    nowhere = subprocess.DEVNULL
    _guards.append(
        subprocess.Popen(
            command, cwd=ROOT, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True
        )
    )
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", shared)  # pytest keeps its own folders of three runs there
    os.environ |= {RUN: run, "TMPDIR": folder}
    tempfile.tempdir = folder


def main(parent: int, run: str, folder: str) -> None:
    """Wait until `parent` is gone, then end its run and remove its folder."""
    while os.getppid() == parent:
        time.sleep(POLL_S)
    end_run(run)
    shutil.rmtree(folder, ignore_errors=True)


def end_run(run: str) -> None:
    """Kill the run's processes until two looks in a row find none: a process may start another while it is killed."""
    began = time.monotonic()
    empty = 0
    while empty < 2:
        found = list(processes_of(run))
        empty = 0 if found else empty + 1
        for process in found:
            _end(process, kindly=time.monotonic() - began < KIND_S)
        time.sleep(POLL_S)


def processes_of(run: str) -> Iterator[psutil.Process]:
    """Yield every process that carries the name of this run or of a run within it."""
    for process in psutil.process_iter():
        try:
            name = process.environ().get(RUN, "")
        except psutil.Error:
            continue
        if f"{name}/".startswith(f"{run}/"):
            yield process


def _end(process: psutil.Process, *, kindly: bool) -> None:
    """Kill a process; PostgreSQL is asked first for an immediate shutdown, which frees its shared memory."""
    try:
        process.send_signal(signal.SIGQUIT if kindly and process.name() == "postgres" else signal.SIGKILL)
    except psutil.Error:
        return


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
