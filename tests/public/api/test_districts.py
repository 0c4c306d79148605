"""The kelurahan as forms and maps ask for them, before and after outlines were imported."""

import gzip
import random

import pytest
from shapely import Point
from shapely.geometry import shape

from app.core.ids import new_id
from app.geo.districts.cache import Register
from app.geo.districts.import_outlines import Refused, fetch, import_outlines
from app.geo.seed import KELURAHAN
from tests.support.outlines import collection, feature, quilt, quilt_file

NAMES, OUTLINES = "/api/v1/geo/kelurahan", "/api/v1/geo/kelurahan.geojson"


@pytest.fixture
def outlined(database):
    """The made-up city's outlines are imported."""
    with database.write() as session:
        return import_outlines(session, quilt_file())


def test_a_form_gets_every_kelurahan_by_name(client):
    listed = client.get(NAMES).json["kelurahan"]
    assert {row["code"] for row in listed} == {row.code for row in KELURAHAN}
    assert [row["name"] for row in listed] == sorted(row["name"] for row in listed)
    assert listed[0] == {
        "code": "64.74.01.1006",
        "name": "Api-Api",
        "kecamatan": "Bontang Utara",
        "lat": 0.131,
        "lon": 117.49,
    }


def test_without_an_import_there_are_no_outlines(client):
    empty = client.get(OUTLINES)
    assert empty.mimetype == "application/geo+json"
    assert empty.json == {"type": "FeatureCollection", "features": []}


def test_outlines_are_small_packed_and_asked_for_once(outlined, client):
    plain = client.get(OUTLINES)
    assert {item["properties"]["kode"] for item in plain.json["features"]} == {row.code for row in KELURAHAN}
    assert all(shape(item["geometry"]).is_valid for item in plain.json["features"])
    packed = client.get(OUTLINES, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data
    again = client.get(OUTLINES, headers={"If-None-Match": plain.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_6000_points_of_an_imported_city_fall_into_their_own_kelurahan(outlined, database):
    gazetteer = Register(database).gazetteer()
    rng = random.Random(6000)
    wrong = []
    for code, patch in quilt():
        west, south, east, north = patch.bounds
        found = 0
        while found < 400:
            point = Point(rng.uniform(west, east), rng.uniform(south, north))
            if patch.contains(point):
                found += 1
                if gazetteer.place_of(point.y, point.x).kelurahan != code:
                    wrong.append((point, code))
    assert not wrong


def test_a_report_after_the_import_is_placed_by_outline(outlined, client, database):
    from sqlalchemy import text

    code, patch = quilt()[7]
    inside = patch.representative_point()
    sent = {"kind": "fire", "location": {"lat": inside.y, "lon": inside.x, "source": "gps"}}
    assert client.post("/api/v1/reports", json=sent, headers={"Idempotency-Key": new_id()}).status_code == 201
    with database.read() as session:
        row = session.execute(text("SELECT kelurahan, kelurahan_exact FROM incident")).one()
    assert (row.kelurahan, bool(row.kelurahan_exact)) == (code, True)


def test_importing_moves_points_that_lie_outside_and_keeps_names(outlined, database):
    assert len(outlined.outlined) == 15
    assert not outlined.added
    assert not outlined.missing
    gazetteer = Register(database).gazetteer()
    for code, patch in quilt():
        village = gazetteer.by_code[code]
        assert patch.contains(Point(village.lon, village.lat))
        assert village.name == next(row.name for row in KELURAHAN if row.code == code)


def test_a_new_spelling_is_learned_and_a_new_kelurahan_added(database):
    (_, first), (_, second) = quilt()[:2]
    content = collection(
        feature("64.74.01.1001", first, "Bontang Koala"), feature("64.74.01.1099", second, "Kampung Baru")
    )
    with database.write() as session:
        done = import_outlines(session, content)
    assert done.added == ["Kampung Baru"]
    assert len(done.missing) == 14
    gazetteer = Register(database).gazetteer()
    assert gazetteer.match("bontang koala") == "64.74.01.1001"
    assert gazetteer.by_code["64.74.01.1099"].kecamatan == "Bontang Utara"


def test_one_bad_feature_and_nothing_is_written(database):
    content = collection(feature("64.74.01.1001", quilt()[0][1]), {"properties": {}})
    with pytest.raises(Refused) as refused, database.write() as session:
        import_outlines(session, content)
    assert len(refused.value.faults) == 1
    assert not Register(database).gazetteer().has_areas


@pytest.mark.parametrize(
    "source", ["http://example.org/x.geojson", "ftp://example.org/x", "file:///etc/passwd", "/does/not/exist"]
)
def test_only_files_and_https_are_fetched(source):
    with pytest.raises(Refused):
        fetch(source)


def test_a_register_learns_of_an_import_and_survives_an_absent_database(database):
    register = Register(database)
    assert not register.gazetteer().has_areas
    with database.write() as session:
        import_outlines(session, quilt_file())
    assert not register.gazetteer().has_areas
    register.forget()
    assert register.gazetteer().has_areas
    with database.write() as session:
        from sqlalchemy import text

        session.execute(text("ALTER TABLE kelurahan RENAME TO elsewhere"))
    register.forget()
    assert register.gazetteer().has_areas
