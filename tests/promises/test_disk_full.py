"""A disk that something else has filled: uploads are refused first, and a report still finds its place."""

import os
import shutil
import subprocess

import pytest
from sqlalchemy import text

from app.core.db import open_engine
from app.core.disk import RESERVE_FILE, free_bytes, keep_reserve
from app.core.errors import DiskFull
from app.core.ids import new_id
from app.reports.photos.storage import Shelf
from config import Settings
from tests.support import pictures
from tests.support.missing_programs import lack
from tests.support.phone import wait_for

MB = 2**20
RESERVE_MB = 64


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 120 MB of its own, in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=120m,mode=0700", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        lack("a small disk", "mounting one needs root")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def client(small_disk, secrets_template, sqlite_template, make_app):
    """The web application with its embedded database on the small disk."""
    shutil.copytree(secrets_template, small_disk, dirs_exist_ok=True)
    shutil.copyfile(sqlite_template, small_disk / "siaga.sqlite3")
    return make_app(Settings(data=small_disk, disk_reserve_mb=RESERVE_MB)).test_client()


def fill(place, *, leave: int) -> None:
    """Another program writes until `leave` bytes are left."""
    with (place / "somebody-elses").open("ab") as file:
        os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, free_bytes(place) - leave)


def report(client):
    answered = {"kind": "fire", "description": "asap tebal di dapur " * 20}
    return client.post("/api/v1/reports", json=answered, headers={"Idempotency-Key": new_id()})


def test_the_room_for_reports_is_real_blocks_and_for_its_owner_alone(small_disk):
    keep_reserve(small_disk, reserve_mb=RESERVE_MB)
    held = small_disk / RESERVE_FILE
    assert held.stat().st_blocks * 512 >= 8 * MB
    assert held.stat().st_mode & 0o777 == 0o600
    keep_reserve(small_disk, reserve_mb=RESERVE_MB // 2)
    assert held.stat().st_size == 4 * MB


def test_uploads_are_refused_while_reports_go_on(client, small_disk):
    first = report(client).json
    fill(small_disk, leave=(RESERVE_MB - 1) * MB)
    answered = {"id": new_id(), "bytes": 1000, "type": "image/jpeg"}
    token = {"Authorization": f"Bearer {first['track_token']}"}
    refused = client.post(f"/api/v1/reports/{first['id']}/media", json=answered, headers=token)
    assert (refused.status_code, refused.json["code"]) == (507, "insufficient_storage")
    assert {report(client).status_code for _ in range(20)} == {201}


def test_a_disk_filled_to_the_last_byte_gets_its_reserve_back(client, small_disk):
    keep_reserve(small_disk, reserve_mb=RESERVE_MB)
    fill(small_disk, leave=0)
    for _ in range(200):
        if (answer := report(client)).status_code != 201:
            break
    assert answer.status_code == 503
    assert "112" in answer.json["detail"]
    keep_reserve(small_disk, reserve_mb=RESERVE_MB)  # the worker does this every few seconds
    assert not (small_disk / RESERVE_FILE).exists()
    wait_for(
        lambda: report(client).status_code == 201
    )  # a process that had read nothing yet looks once a second
    assert {report(client).status_code for _ in range(100)} == {201}


def test_nothing_acknowledged_is_lost_on_a_full_disk(client, small_disk):
    keep_reserve(small_disk, reserve_mb=RESERVE_MB)
    fill(small_disk, leave=MB // 4)
    answers = [report(client) for _ in range(300)]
    kept = {answer.json["id"] for answer in answers if answer.status_code == 201}
    assert {answer.status_code for answer in answers} == {201, 503}
    keep_reserve(small_disk, reserve_mb=RESERVE_MB)
    engine = open_engine(Settings(data=small_disk).sqlalchemy_url)
    with engine.connect() as connection:
        stored = set(connection.execute(text("SELECT id FROM report")).scalars())
    engine.dispose()
    assert kept <= stored


def test_a_piece_that_no_longer_fits_keeps_what_did(small_disk):
    shelf, photo = Shelf(small_disk), new_id()
    content = pictures.jpeg(4000, 3000)
    shelf.begin(photo)
    fill(small_disk, leave=100_000)

    class Body:
        def __init__(self):
            self.rest = content

        def read(self, size):
            piece, self.rest = self.rest[:size], self.rest[size:]
            return piece

    with pytest.raises(DiskFull):
        shelf.append(photo, offset=0, whole=len(content), body=Body())
    kept = shelf.upload(photo).read_bytes()
    assert 0 < len(kept) < len(content)
    assert content.startswith(kept)
    assert shelf.received(photo) == len(kept)
