"""Runs `./siaga …` and single processes in forks of a process that has loaded the program: they cost no import.

A fork server (multiprocessing's) loads every module of `app` once, alone and without threads; each command is a fork of
it with its own environment, input and output. It ends when the test process does, however that ends. That the program
also starts from nothing is seen by the tests that run the whole system (tests/support/system.py).
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from multiprocessing import current_process, get_context, parent_process, set_start_method
from pathlib import Path
from runpy import run_module
from tempfile import TemporaryDirectory
from threading import Thread

import pytest

from config import Settings

ROOT = Path(__file__).resolve().parents[2]
_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.support.everything"])


def environment_of(**more: str) -> dict[str, str]:
    """Return the environment of a command: ours without what is set for another installation."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SIAGA_")}
    return ours | {"PYTHONPATH": str(ROOT), **more}


def run_command(
    *words: object, environment: Mapping[str, str], stdin: str = "", timeout_s: float = 300.0
) -> subprocess.CompletedProcess[str]:
    """Run `./siaga` with `words`; return the finished process."""
    arguments = [str(word) for word in words]
    with TemporaryDirectory(prefix="siaga-command-") as folder:
        files = [Path(folder) / name for name in ("stdin", "stdout", "stderr")]
        files[0].write_text(stdin)
        process = _CONTEXT.Process(target=_main, args=(arguments, dict(environment), [*map(str, files)]))
        process.start()
        process.join(timeout_s)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(arguments, timeout_s)
        code = process.exitcode
        process.close()
        return subprocess.CompletedProcess(arguments, code, files[1].read_text(), files[2].read_text())


class Program:
    """A running `python -m MODULE …` that logs into a file, with the methods of `subprocess.Popen` that tests use.

    It leads a process group of its own.
    """

    def __init__(self, *command: str, environment: Mapping[str, str], log: Path) -> None:
        files = [os.devnull, str(log), str(log)]
        self._process = _CONTEXT.Process(target=_run, args=(command, dict(environment), files), daemon=True)
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self._process.exitcode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def wait(self, timeout_s: float | None = None) -> int:
        """Return the exit status.

        Raises:
            subprocess.TimeoutExpired: it still runs.
        """
        self._process.join(timeout_s)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout_s or 0.0)
        return self._process.exitcode


def _become(environment: dict[str, str], files: list[str]) -> None:
    """End with the test process; take another environment, and files as standard input, output and error."""
    Thread(target=_end_with_parent, daemon=True).start()
    os.environ.clear()
    os.environ.update(environment)
    for number, file in enumerate(files):
        handle = os.open(file, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    sys.stdin = os.fdopen(0, "r", closefd=False)


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGKILL)


def _main(words: list[str], environment: dict[str, str], files: list[str]) -> None:
    _become(environment, files)
    sys.argv = ["app.cli", *words]
    from app.cli.__main__ import main

    sys.exit(main(words))


def _run(command: tuple[str, ...], environment: dict[str, str], files: list[str]) -> None:
    os.setsid()
    current_process()._config.pop("daemon")  # type: ignore[attr-defined]  # a server starts workers, and
    set_start_method(None, force=True)  # starts them as it does when nobody has loaded the program before
    _become(environment, files)
    module, *_ = sys.argv = list(command)
    sys.modules.pop(module, None)
    run_module(module, run_name="__main__")


@pytest.fixture
def siaga_command(settings: Settings) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `./siaga …` on the test's installation: `siaga_command("staff", "list", SIAGA_PORT="1")`."""
    environment = environment_of(SIAGA_DATA=str(settings.data), DATABASE_URL=settings.database_url)

    def run(*words: object, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        return run_command(*words, environment=environment | more, stdin=stdin)

    return run
