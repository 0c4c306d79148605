"""Photos go up in pieces over a bad network, and come back as pictures to those who may see them."""

import hashlib
import os

import pytest

from app.core.ids import new_id
from app.reports.photos.uploads import MOST_BYTES, MOST_PHOTOS
from app.worker.tasks import JOBS, Tools
from tests.support import pictures
from tests.support.api_phone import Phone


@pytest.fixture
def phone(client):
    return Phone(client)


@pytest.fixture
def work(settings, secrets, database):
    """Do the jobs that wait, as the worker does."""
    from app.core import jobs

    def run() -> int:
        done = 0
        for job in jobs.claim(database):
            JOBS[job.name](Tools(settings, secrets, database), job.payload)
            jobs.finish(database, job)
            done += 1
        return done

    return run


def test_a_photo_sent_in_pieces_becomes_a_picture_without_metadata(phone, work):
    content = pictures.jpeg()
    made = phone.announce(content, sha256=hashlib.sha256(content).hexdigest())
    assert made.status_code == 201
    assert made.json["offset"] == 0
    address = made.json["upload_url"]
    half = len(content) // 2
    first = phone.send(address, content[:half], 0)
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(half))
    assert phone.where(address).headers["Upload-Offset"] == str(half)
    assert phone.photo()["state"] == "uploading"
    assert phone.get(address).status_code == 404
    last = phone.send(address, content[half:], half)
    assert last.headers["Upload-Offset"] == str(len(content)) == last.headers["Upload-Length"]
    assert phone.photo()["state"] == "checking"
    assert work() == 1
    assert phone.photo()["state"] == "ready"
    for variant, side in (("", 640), ("?size=small", 320)):
        picture = phone.get(address + variant)
        assert picture.mimetype == "image/jpeg"
        assert pictures.CANARY not in picture.data
        assert picture.headers["Content-Disposition"].startswith("inline; filename=")
        assert picture.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in picture.headers["Content-Security-Policy"]
        assert "sandbox" in picture.headers["Content-Security-Policy"]
        assert side in pictures.size_of(picture.data)


def test_every_step_of_a_photo_is_an_event(phone, work, database):
    from sqlalchemy import select

    from app.core.models import Event

    phone.upload(pictures.jpeg())
    phone.upload(pictures.SVG)
    work()
    with database.read() as session:
        names = session.scalars(
            select(Event.name).where(Event.report_id == phone.id).order_by(Event.seq)
        ).all()
    assert names[-2:] in (["photo_added", "photo_refused"], ["photo_refused", "photo_added"])


def test_announcing_twice_is_announcing_once(phone):
    content, photo_id = pictures.jpeg(), new_id()
    address = phone.announce(content, id=photo_id).json["upload_url"]
    phone.send(address, content[:1000], 0)
    again = phone.announce(content, id=photo_id.upper())
    assert (again.status_code, again.json["offset"], again.json["upload_url"]) == (200, 1000, address)


def test_a_piece_at_the_wrong_place_is_told_where_to_go_on(phone):
    content = pictures.jpeg()
    address = phone.announce(content).json["upload_url"]
    phone.send(address, content[:1000], 0)
    for offset in (0, 999, 1001, 10**11):
        refused = phone.send(address, content[:10], offset)
        assert (refused.status_code, refused.json["offset"]) == (409, 1000)
    assert phone.send(address, content[1000:], 1000).status_code == 204
    assert phone.send(address, b"", len(content)).status_code == 204
    assert phone.send(address, b"", 0).status_code == 409


def test_a_lost_last_answer_loses_no_photo(phone, work, app):
    """The bytes are on the disk, the process died before it said so: asking where it stands is enough."""
    content = pictures.jpeg()
    made = phone.announce(content).json
    app.extensions["shelf"].upload(made["id"]).write_bytes(content)
    assert phone.where(made["upload_url"]).headers["Upload-Offset"] == str(len(content))
    assert work() == 1
    assert phone.photo()["state"] == "ready"


def test_an_upload_whose_bytes_were_lost_is_announced_again(phone, app):
    content = pictures.jpeg()
    made = phone.announce(content).json
    app.extensions["shelf"].upload(made["id"]).unlink()
    assert phone.where(made["upload_url"]).status_code == 404
    assert phone.send(made["upload_url"], content, 0).status_code == 404
    assert phone.announce(content, id=made["id"]).json["offset"] == 0
    assert phone.send(made["upload_url"], content, 0).status_code == 204


def test_more_bytes_than_announced_are_refused(phone):
    content = pictures.jpeg()
    address = phone.announce(content, bytes=1000).json["upload_url"]
    assert phone.send(address, content, 0).status_code == 413


@pytest.mark.parametrize(
    ("what", "status", "code"),
    [
        ({"bytes": MOST_BYTES + 1}, 413, "too_large"),
        ({"bytes": 0}, 422, "invalid"),
        ({"bytes": "many"}, 422, "invalid"),
        ({"bytes": 2**80}, 413, "too_large"),
        ({"type": "image/svg+xml"}, 415, "unsupported_media_type"),
        ({"type": "image/gif"}, 415, "unsupported_media_type"),
        ({"id": "../../etc/passwd"}, 422, "invalid"),
        ({"id": None}, 422, "invalid"),
        ({"sha256": "zz"}, 422, "invalid"),
    ],
)
def test_what_cannot_be_taken_is_said_plainly(phone, what, status, code):
    refused = phone.announce(b"x", **what)
    assert (refused.status_code, refused.json["code"]) == (status, code)
    assert refused.mimetype == "application/problem+json"


@pytest.mark.parametrize("offset", [None, "", "-1", "1.5", "NaN", "٣", "9" * 40])
def test_a_malformed_offset_is_a_problem(phone, offset):
    address = phone.announce(pictures.jpeg()).json["upload_url"]
    headers = phone.headers | ({} if offset is None else {"Upload-Offset": offset.encode().decode("latin-1")})
    assert phone.client.patch(address, data=b"x", headers=headers).status_code == 422


def test_a_report_holds_eight_photos(phone):
    assert {phone.announce(b"x").status_code for _ in range(MOST_PHOTOS)} == {201}
    refused = phone.announce(b"x")
    assert (refused.status_code, refused.json["code"]) == (422, "too_many_photos")


def test_another_phone_sees_and_touches_nothing(phone, client):
    content, stranger = pictures.jpeg(), Phone(client)
    made = phone.announce(content).json
    theirs = made["upload_url"].replace(phone.id, stranger.id)
    assert stranger.where(theirs).status_code == 404
    assert stranger.get(theirs).status_code == 404
    assert stranger.send(theirs, content, 0).status_code == 404
    assert stranger.announce(content, id=made["id"]).status_code == 409
    for token in ({}, stranger.headers, {"Authorization": "Bearer x"}):
        assert client.get(made["upload_url"], headers=token).status_code == 401
        assert client.patch(made["upload_url"], data=b"", headers=token).status_code == 401
        assert client.post(f"/api/v1/reports/{phone.id}/media", json={}, headers=token).status_code == 401


@pytest.mark.parametrize(
    "content",
    [
        pictures.SVG,
        pictures.HTML,
        pictures.GIF,
        pictures.png_claiming(50_000, 50_000),
        pictures.jpeg()[:3000],
        b"\0" * 5000,
    ],
)
def test_what_is_no_photo_is_refused_and_deleted(phone, work, settings, content):
    address = phone.upload(content)
    assert work() == 1
    assert phone.photo()["state"] == "refused"
    assert phone.get(address).status_code == 404
    assert not [file for file in (settings.data / "media").rglob("*") if file.is_file()]


def test_a_photo_that_lies_about_its_type_is_rebuilt_all_the_same(phone, work):
    address = phone.upload(pictures.png(), type="image/webp")
    work()
    assert phone.get(address).mimetype == "image/jpeg"


def test_a_photo_that_arrived_changed_is_refused(phone, work):
    phone.upload(pictures.jpeg(), sha256="0" * 64)
    work()
    assert phone.photo()["state"] == "refused"


def test_checking_twice_changes_nothing(phone, work, settings, secrets, database):
    address = phone.upload(pictures.jpeg())
    work()
    before = phone.get(address).data
    JOBS["check_photo"](Tools(settings, secrets, database), {"id": phone.photo()["id"]})
    assert phone.get(address).data == before


def test_photos_lie_where_only_their_owner_may_look(phone, work, settings):
    phone.upload(pictures.jpeg())
    work()
    for place in (settings.data / "media").rglob("*"):
        assert place.stat().st_mode & 0o077 == 0


def test_with_little_room_left_photos_wait_and_reports_go_on(client, phone, settings, app):
    """Uploads are refused first: the reserve is as large as the whole disk here."""
    free_mb = os.statvfs(settings.data).f_bavail * os.statvfs(settings.data).f_frsize // 2**20
    content = pictures.jpeg()
    begun = phone.announce(content).json
    object.__setattr__(app.settings, "disk_reserve_mb", free_mb + 1024)
    for answer in (phone.announce(content), phone.send(begun["upload_url"], content, 0)):
        assert (answer.status_code, answer.json["code"]) == (507, "insufficient_storage")
    report = client.post("/api/v1/reports", json={"kind": "fire"}, headers={"Idempotency-Key": new_id()})
    assert report.status_code == 201
