"""Photos by the plain form: whatever they are, the report they come with is stored first and stays."""

import io

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from app.core.ids import new_id
from app.public.pages.multipart import MOST_READ
from app.reports.models import Media, Report
from app.reports.photos.uploads import MOST_BYTES, MOST_PHOTOS
from app.worker.tasks import JOBS, Tools
from tests.support import pictures

ONLY = pytest.mark.engine("sqlite")


@pytest.fixture
def work(settings, secrets, database):
    """Look at what came, as the worker does."""
    from app.core import jobs

    def run():
        for job in jobs.claim(database):
            JOBS[job.name](Tools(settings, secrets, database), job.payload)
            jobs.finish(database, job)

    return run


def rows(database, table):
    with database.read() as session:
        return list(session.query(table))


def send(client, *files, path="/lapor", **words):
    photos = [FileStorage(io.BytesIO(content), name, content_type=kind) for content, name, kind in files]
    received = {"kind": "fire", "key": new_id()} | words
    form = MultiDict([*received.items(), *(("photo", photo) for photo in photos)])
    boundary, body = encode_multipart(form, boundary="siaga112")  # the client's own may be longer than 70
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def shown(client, answer):
    return client.get(answer.headers["Location"].split("#")[0]).text


def test_a_photo_goes_with_the_form_and_is_rebuilt_without_metadata(client, database, work, app):
    answer = send(client, (pictures.jpeg(), "api.jpg", "image/jpeg"), description="Api di dapur")
    assert (answer.status_code, "foto=" in answer.headers["Location"]) == (303, False)
    assert [row.description for row in rows(database, Report)] == ["Api di dapur"]
    assert "sedang diperiksa" in shown(client, answer)
    work()
    (photo,) = rows(database, Media)
    assert (photo.state, photo.width, photo.bytes) == ("ready", 640, len(pictures.jpeg()))
    assert pictures.CANARY not in app.extensions["shelf"].large(photo.id).read_bytes()
    assert "Foto terkirim" in shown(client, answer)


@ONLY
@pytest.mark.parametrize(
    "content",
    [
        pictures.SVG,
        pictures.jpeg()[:900],
        pictures.png_claiming(60_000, 60_000),
        b"<html>",
        b"\xff\xd8\xff" * 9,
    ],
    ids=["svg", "cut short", "bomb", "page", "noise"],
)
def test_a_file_that_only_says_it_is_a_photo_is_refused_and_the_report_stays(
    client, database, work, app, content
):
    answer = send(client, (content, "../../api.jpg", "image/jpeg"))
    assert answer.status_code == 303
    work()
    (photo,) = rows(database, Media)
    assert photo.state == "refused"
    assert not any(file.is_file() for file in app.extensions["shelf"].folder.rglob("*"))
    assert "Foto tidak diterima" in shown(client, answer)
    assert len(rows(database, Report)) == 1


@ONLY
@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (pictures.SVG, "image/svg+xml", "tidak bisa dipakai"),
        (b"", "image/jpeg", "tidak bisa dipakai"),
        (b"x", "", "tidak bisa dipakai"),
        (b"\0" * (MOST_BYTES + 1), "image/jpeg", "lebih dari 12 MB"),
    ],
    ids=["svg", "empty", "no type", "too large"],
)
def test_what_cannot_be_a_photo_is_said_after_the_report_was_sent(client, database, content, kind, words):
    answer = send(client, (content, "a.jpg", kind))
    assert answer.status_code == 303
    page = shown(client, answer)
    assert "Laporan terkirim." in page
    assert words in page
    assert (len(rows(database, Report)), rows(database, Media)) == (1, [])


@ONLY
def test_a_form_that_breaks_off_inside_its_photo_is_a_report_without_half_a_photo(client, database, app):
    head = b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nflood\r\n--x\r\nContent-Disposition: form-data; '
    body = (
        head + b'name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n' + pictures.jpeg()[:5000]
    )
    answer = client.post("/lapor", data=body, content_type="multipart/form-data; boundary=x")
    assert "foto=broken" in answer.headers["Location"]
    assert [row.kind for row in rows(database, Report)] == ["flood"]
    assert rows(database, Media) == []
    assert not any(file.is_file() for file in app.extensions["shelf"].folder.rglob("*"))


@ONLY
def test_a_form_sent_once_more_brings_no_photo_twice(client, database):
    photo, key = (pictures.jpeg(), "api.jpg", "image/jpeg"), new_id()
    ways = {send(client, photo, key=key).headers["Location"] for _ in range(3)}
    assert len(ways) == 1
    assert (len(rows(database, Report)), len(rows(database, Media))) == (1, 1)


@ONLY
def test_one_bad_photo_does_not_cost_the_good_one_beside_it(client, database):
    answer = send(client, (pictures.SVG, "a.svg", "image/svg+xml"), (pictures.png(), "b.png", "image/png"))
    assert "foto=type" in answer.headers["Location"]
    assert [row.type for row in rows(database, Media)] == ["image/png"]


@ONLY
def test_a_full_disk_takes_the_report_and_says_that_the_photo_waits(client, database, app, monkeypatch):
    monkeypatch.setattr("app.core.disk.free_bytes", lambda folder: 1)
    answer = send(client, (pictures.jpeg(), "a.jpg", "image/jpeg"))
    assert "coba lagi nanti" in shown(client, answer)
    assert (len(rows(database, Report)), rows(database, Media)) == (1, [])


@ONLY
def test_photos_are_added_to_a_report_later_and_at_most_eight(client, database):
    way = send(client).headers["Location"]
    for n in range(MOST_PHOTOS):
        added = send(client, (pictures.jpeg(64 + n, 48), "a.jpg", "image/jpeg"), path=f"{way}/foto")
        assert added.headers["Location"] == way
    more = send(client, (pictures.jpeg(99, 48), "a.jpg", "image/jpeg"), path=f"{way}/foto")
    assert "paling banyak 8 foto" in shown(client, more)
    assert len(rows(database, Media)) == MOST_PHOTOS


@ONLY
def test_a_stranger_adds_no_photo(client, database, app):
    way = send(client).headers["Location"]
    stranger = app.test_client()
    assert send(stranger, (pictures.jpeg(), "a.jpg", "image/jpeg"), path=f"{way}/foto").status_code == 404
    assert rows(database, Media) == []


@ONLY
def test_a_form_without_its_kind_asks_for_the_photo_again(client, database):
    answer = send(client, (pictures.jpeg(), "a.jpg", "image/jpeg"), kind="", landmark="Depan pasar")
    assert answer.status_code == 422
    assert "Pilih fotonya sekali lagi" in answer.text
    assert 'value="Depan pasar"' in answer.text
    assert rows(database, Report) == []


@ONLY
def test_a_silent_report_keeps_no_photo_in_clear(client, database, app):
    answer = send(client, (pictures.jpeg(), "a.jpg", "image/jpeg"), kind="violence_home")
    assert answer.status_code == 200
    assert rows(database, Media) == []


@ONLY
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"kind=fire"),
        ("multipart/form-data; boundary=", b"----\r\n\r\n"),
        (f"multipart/form-data; boundary={'b' * 71}", b""),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nno disposition\r\n--x--"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=\xff\r\n\r\n1\r\n--x--",
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nfire',
        ),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"A" * 500_000),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 200,
        ),
    ],
)
def test_what_is_no_form_is_told_so_and_never_a_fault_of_ours(client, database, kind, body):
    assert client.post("/lapor", data=body, content_type=kind).status_code == 422
    assert rows(database, Report) == []


@ONLY
def test_words_longer_than_a_report_are_too_large_by_this_door_too(client, database):
    assert send(client, description="a" * 70_000).status_code == 413
    assert rows(database, Report) == []


@ONLY
def test_a_body_without_end_is_read_no_further_than_a_report_deserves(app):
    """The words are in front, so the report is kept; then reading stops."""

    class Endless(io.RawIOBase):
        head = (
            b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nfire\r\n--x\r\n'
            b'Content-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/gif\r\n\r\n'
        )
        given = 0

        def read(self, size=-1):
            piece = self.head or b"\0" * size
            Endless.head, Endless.given = b"", Endless.given + len(piece)
            return piece

    environ = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "wsgi.input": Endless()}
    from app.public.pages.multipart import Parts

    parts = Parts(environ)
    assert parts.pairs == [("kind", "fire")]
    parts.finish()
    assert Endless.given <= MOST_READ + len(Endless.head) + 1024
