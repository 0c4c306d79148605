"""`./siaga run`: three processes that start, live and end together."""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.run.prepare import prepare
from tests.support.commands import run_command

NAMES = ("web", "worker", "live")


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"


@pytest.fixture
def running(shared_system):
    """A running system that tests share; the next one has another supervisor when a test kills it."""
    if shared_system.process.poll() is not None:
        shared_system.start()
    return shared_system


def test_all_three_are_ready_and_end_with_ctrl_c(make_system):
    system = make_system(new=True).start()
    pids = {name: system.pid(name) for name in NAMES}
    assert system.get("/healthz") == 200
    assert system.get("/healthz", port=system.port + 1) == 200
    system.wait_until(lambda: system.get("/readyz") == 200)
    assert set(system.staff) >= {"operator1", "damkar1", "administrator1"}
    assert system.stop(signal.SIGINT) == 0
    assert all(gone(pid) for pid in pids.values())
    assert system.get("/healthz") == 0
    assert not (system.data / "run.json").exists()


@pytest.mark.engine("sqlite")
def test_secrets_are_for_their_owner_alone(running):
    system = running
    assert stat.S_IMODE(system.data.stat().st_mode) == 0o700
    for name in ("secret.key", "outer.key", "vapid.pem", "run.lock"):
        assert stat.S_IMODE((system.data / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((system.data / "log").stat().st_mode) == 0o700


def test_a_killed_process_is_started_again(running):
    system = running
    for name in NAMES:
        before = system.pid(name)
        system.kill(name)
        system.wait_until(lambda name=name, before=before: system.pid(name) not in {None, before})
        assert f"{name} died and is started again" in system.errors()
    system.wait_until(lambda: system.get("/healthz") == 200)
    system.wait_until(lambda: system.get("/healthz", port=system.port + 1) == 200)


@pytest.mark.engine("sqlite")
def test_five_deaths_in_a_minute_stop_everything_and_say_why(make_system):
    system = make_system().start(only="worker,live")
    others = [system.pid("live")]
    for _ in range(5):
        system.wait_until(lambda: system.pid("worker") is not None)
        killed = system.pid("worker")
        system.kill("worker")
        system.wait_until(lambda killed=killed: system.pid("worker") != killed)
    assert system.process.wait(60) == 1
    assert "worker died 5 times within a minute, so everything was stopped" in system.errors()
    assert all(gone(pid) for pid in others)


def two_imports() -> float:
    """Seconds that two Pythons at once take to load what the processes load: how busy the machine is."""
    start = time.monotonic()
    pair = [subprocess.Popen([sys.executable, "-c", "import flask, sqlalchemy.orm"]) for _ in range(2)]
    assert [process.wait() for process in pair] == [0, 0]
    return time.monotonic() - start


@pytest.mark.long
def test_the_second_start_is_ready_within_two_seconds(make_system):
    """Alone it is (1.3 s on two cores, `./siaga bench`); beside other tests, as much later as they slow it down."""
    first = make_system(new=True).start()
    assert first.staff
    assert first.stop() == 0
    took = []
    for _ in range(5):
        busy = two_imports()
        second = make_system(new=True)
        start = time.monotonic()
        second.start()
        took.append((time.monotonic() - start, busy))
        assert second.staff == {}, "passwords are shown once"
        assert second.stop() == 0
        if took[-1][0] <= max(2.0, 4.5 * max(busy, two_imports())):
            return
    pytest.fail(f"seconds until ready, and of two imports: {took}")


@pytest.mark.engine("sqlite")
def test_a_changed_seed_or_database_is_prepared_again(settings):
    assert prepare(settings), "the first staff, with their passwords"
    stamp = settings.data / "prepared.txt"
    kept = stamp.read_text()
    assert prepare(settings) == [], "passwords are shown once"
    stamp.write_text("of another release")
    assert prepare(settings) == []
    assert stamp.read_text() == kept
    for file in settings.data.glob("siaga.sqlite3*"):
        file.unlink()
    assert prepare(settings), "an empty database gets its schema, seed and staff whatever the stamp says"


def refused(system) -> str:
    """Start it; return the one sentence that it ends with."""
    done = run_command("run", environment=system.environment)
    assert (done.returncode, done.stdout) == (1, "")
    shown = done.stderr.strip()
    assert "Traceback" not in shown
    assert len(shown.splitlines()) == 1, shown
    return shown


@pytest.mark.engine("sqlite")
def test_a_busy_port_is_said_in_one_sentence(make_system):
    system = make_system()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", system.port))
        taken.listen()
        assert refused(system) == (
            f"siaga: port {system.port} is taken by another program; choose another with --port"
        )


@pytest.mark.engine("sqlite")
def test_a_busy_stream_port_is_said_in_one_sentence(make_system):
    system = make_system()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", system.port + 1))
        taken.listen()
        assert f"port {system.port + 1} is taken" in refused(system)


@pytest.mark.engine("sqlite")
def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(make_system, tmp_path):
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "instance"
    assert refused(make_system(SIAGA_DATA=str(folder))) == (
        f"siaga: the data folder {folder} cannot be written: not a directory"
    )


@pytest.mark.engine("sqlite")
def test_a_database_that_does_not_answer_is_said_without_its_password(make_system):
    url = "postgresql://siaga:geheim@127.0.0.1:1/siaga"
    shown = refused(make_system(DATABASE_URL=url))
    assert re.match(r"siaga: the database siaga at 127.0.0.1:1 does not answer: \S", shown)
    assert "geheim" not in shown


@pytest.mark.engine("sqlite")
def test_every_fault_of_the_settings_is_said(make_system):
    system = make_system(SIAGA_PORT="acht", SIAGA_WEB_THREADS="-1", DATABASE_URL="mysql://x/y")
    done = run_command("run", environment=system.environment)
    assert done.returncode == 1
    for name in ("SIAGA_PORT", "SIAGA_WEB_THREADS", "DATABASE_URL"):
        assert f"siaga: {name}: " in done.stderr


@pytest.mark.engine("sqlite")
def test_one_folder_holds_one_system(running, make_system):
    assert "is running already" in refused(make_system(SIAGA_DATA=str(running.data)))


@pytest.mark.engine("sqlite")
def test_a_killed_supervisor_leaves_nothing_behind(running):
    """The last test of those that share a system: whoever comes after it starts that again."""
    system = running
    pids = [system.pid(name) for name in NAMES]
    system.process.kill()
    system.process.wait(5)
    system.wait_until(lambda: all(gone(pid) for pid in pids))


@pytest.mark.engine("postgresql")
def test_processes_may_run_apart(make_system, tmp_path):
    """One machine answers, another works: same database, same secrets, each with a folder of its own."""
    desk = make_system().start(only="web,live")
    assert desk.pids().keys() == {"siaga", "web", "live"}
    room = make_system(SIAGA_DATA=str(tmp_path / "room"))
    room.data = tmp_path / "room"
    shutil.copytree(desk.data, room.data, ignore=shutil.ignore_patterns("run.*", "log"))
    room.start(only="worker")
    assert room.pids().keys() == {"siaga", "worker"}
    desk.wait_until(lambda: desk.get("/readyz") == 200)
