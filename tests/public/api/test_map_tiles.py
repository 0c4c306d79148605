"""Pictures of the map from our own address, out of the archive that the settings name."""

import pytest

from app import create_app
from config import Settings
from tests.support.archive import addresses, content_of, write_archive

pytestmark = pytest.mark.engine("sqlite")


@pytest.fixture
def mapped(settings, database, tmp_path):
    """Give a client of a city with an archive, or with another file under that name."""

    def _mapped(file):
        return create_app(Settings(data=settings.data, map_tiles=str(file))).test_client()

    return _mapped


def test_phones_are_told_our_own_address_and_get_each_picture_there(mapped, tmp_path):
    client = mapped(write_archive(tmp_path / "kota.pmtiles"))
    received = client.get("/api/v1/city").json["map"]
    assert received["tiles"].startswith("/peta/")
    assert (received["attribution"], received["max_zoom"]) == ("Peta & Kota", 12)
    z, x, y = addresses((12,))[3]
    answer = client.get(received["tiles"].format(z=z, x=x, y=y))
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert answer.data == content_of(z, x, y)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Set-Cookie" not in answer.headers


def test_pages_allow_pictures_from_ourselves_alone(mapped, tmp_path):
    policy = mapped(write_archive(tmp_path / "kota.pmtiles")).get("/").headers["Content-Security-Policy"]
    assert "img-src 'self' blob: data:;" in policy


@pytest.mark.parametrize(
    "path",
    [
        "12/0/0",
        "13/6783/4093",
        "12/4096/4096",
        "99/1/1",
        "12/0/99999999999999999999",
        "12/0/x",
        "12/-1/0",
        "12/1",
    ],
)
def test_what_the_map_does_not_have_is_not_there(mapped, tmp_path, path):
    client = mapped(write_archive(tmp_path / "kota.pmtiles"))
    mark = client.get("/api/v1/city").json["map"]["tiles"].split("/")[2]
    assert client.get(f"/peta/{mark}/{path}").status_code == 404
    z, x, y = addresses((12,))[0]
    assert client.get(f"/peta/other/{z}/{x}/{y}").status_code == 404


def test_an_archive_that_broke_since_leaves_the_outlines_and_a_line_in_the_log(mapped, tmp_path, capsys):
    file = tmp_path / "kota.pmtiles"
    file.write_bytes(b"PMTiles\x03 and nothing more")
    client = mapped(file)
    assert client.get("/api/v1/city").json["map"] == {"tiles": "", "attribution": "", "max_zoom": None}
    assert client.get("/lapor").status_code == 200
    assert client.get("/peta/x/1/1/1").status_code == 404
