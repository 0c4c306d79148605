"""The gazetteer: kept by hand or from a file, and searched by whoever needs a place."""

import json

import pytest
from sqlalchemy import select

from app.core.models import Event
from app.geo.districts.import_outlines import Refused
from app.geo.models import Landmark
from app.geo.places.index_cache import Atlases
from app.geo.places.landmark_import import read_landmarks
from app.geo.places.landmarks import import_landmarks

pytestmark = pytest.mark.both_engines

SEARCH = "/api/v1/geo/search"
CSV = """nama,jenis,lat,lon,sebutan
Masjid Contoh,Tempat ibadah,0.1322,117.4911,Masjid Besar; Masjid Putih
Pasar Contoh,market,0.1201,117.4822,
"""
RT = {
    "type": "Feature",
    "properties": {"nama": "RT 12", "jenis": "rt"},
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[117.48, 0.13], [117.482, 0.13], [117.482, 0.132], [117.48, 0.132], [117.48, 0.13]]],
    },
}
FORM = {
    "name": "Dermaga Contoh",
    "kind": "harbour",
    "lat": "0,1",
    "lon": "117.5",
    "spellings": "Pelabuhan Lama; Jeti",
}


def names(client, requests):
    return [item["name"] for item in client.post(SEARCH, json={"q": requests}).json["places"]]


def events(database):
    with database.read() as session:
        return [
            (row.name, row.actor, json.loads(row.data))
            for row in session.scalars(select(Event).order_by(Event.seq))
        ]


def bring(database, content):
    with database.write() as session:
        return import_landmarks(session, read_landmarks(content.encode()))


def test_a_kelurahan_is_found_with_the_point_that_stands_for_it(client):
    first = client.post(SEARCH, json={"q": "Loktuan"}).json["places"][0]
    assert first == {
        "kind": "kelurahan",
        "name": "Lok Tuan",
        "lat": 0.165,
        "lon": 117.474,
        "kelurahan": "64.74.01.1003",
        "kelurahan_name": "Lok Tuan",
        "exact": False,
        "inside_city": True,
        "plus_code": first["plus_code"],
    }
    assert client.post(SEARCH, json={"q": first["plus_code"]}).json["places"][0]["kind"] == "point"
    assert (
        client.post(SEARCH, json={"q": "0.1650, 117.4740"}).json["places"][0]["kelurahan_name"] == "Lok Tuan"
    )


def test_a_file_of_places_is_found_a_moment_later(database, client):
    done = bring(database, CSV)
    assert (done.added, done.changed, done.same) == (2, 0, 0)
    assert names(client, "masjid putih") == ["Masjid Contoh"]
    assert events(database)[-1] == ("landmarks_imported", "system", {"added": 2, "changed": 0})


def test_the_same_file_again_changes_what_is_different_and_doubles_nothing(database):
    bring(database, CSV)
    again = bring(database, CSV.replace("0.1201", "0.1202"))
    assert (again.added, again.changed, again.same) == (0, 1, 1)
    with database.read() as session:
        assert len(session.scalars(select(Landmark)).all()) == 2


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (CSV + "Tanpa Titik,market,,117.4,\n", "line 4: latitude or longitude is missing or no number"),
        (CSV + "Tertukar,market,117.48,0.12,\n", "line 4: the place lies far from the city"),
        (CSV + "Entah,gunung berapi,0.1,117.5,\n", "line 4: the kind is none of"),
        (CSV + "\n,market,0.1,117.5,\n", "line 5: the name is missing"),
        (CSV + "Putus,market\n", "line 4: too few columns"),
        (CSV + '"Tak ditutup,market,0.1,117.5,\n', "cannot be read"),
        ("nama,lat,lon\nA,0.1,117.5\n", "line 1: no column jenis"),
        ("", "line 1: no column"),
        ("nama,jenis,lat,lon\n", "holds no places"),
        ('{"type": "FeatureCollection", "features": [{}]}', "feature 1: no properties"),
        ('{"type": "FeatureCollection",\n "features": [', "line 2: the file is no JSON"),
    ],
)
@pytest.mark.engine("sqlite")
def test_every_fault_is_told_with_its_line_and_nothing_is_written(content, fault, database):
    with pytest.raises(Refused) as refused:
        bring(database, content)
    assert any(fault in sentence for sentence in refused.value.faults), refused.value.faults
    with database.read() as session:
        assert not session.scalars(select(Landmark)).all()


@pytest.mark.engine("sqlite")
def test_a_sheet_with_semicolons_and_decimal_commas_is_read_too():
    (first,) = read_landmarks("﻿Nama;Jenis;Lintang;Bujur\nPulau Contoh;Pulau;0,08;117,55\n".encode())
    assert (first.kind, first.lat, first.lon) == ("island", 0.08, 117.55)


def test_an_rt_with_its_outline_knows_who_lies_inside(database):
    bring(database, json.dumps({"type": "FeatureCollection", "features": [RT]}))
    atlas = Atlases(database).atlas()
    assert atlas.neighbourhood_of(0.131, 117.481) == "RT 12"
    assert atlas.neighbourhood_of(0.135, 117.481) is None


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_keepers_add_change_and_remove_a_place_each_with_its_event(inside, client, database, role):
    first = inside(role)
    assert first.post("/console/tempat", FORM).status_code == 303
    with database.read() as session:
        row = session.scalars(select(Landmark)).one()
    assert (row.lat, row.lon, row.spellings) == (0.1, 117.5, "Pelabuhan Lama\nJeti")
    page = first.get("/console/tempat?cari=jeti").text
    assert "Dermaga Contoh" in page
    changed = FORM | {"name": "Dermaga Baru"}
    assert first.post(f"/console/tempat/{row.id}", changed).status_code == 303
    assert "Dermaga Baru" in first.get("/console/tempat").text
    assert first.post(f"/console/tempat/{row.id}/hapus").status_code == 303
    assert first.post(f"/console/tempat/{row.id}/hapus").status_code == 404
    received = [(name, actor) for name, actor, _ in events(database) if name.startswith("landmark_")]
    assert received == [(f"landmark_{what}", "staff") for what in ("added", "changed", "removed")]


def test_a_faulty_form_comes_back_as_it_was_written(inside, database):
    first = inside("supervisor")
    for wrong in ({"lat": "utara"}, {"name": " "}, {"kind": "x"}, {"lat": "50"}):
        answer = first.post("/console/tempat", FORM | wrong)
        assert answer.status_code == 422
        assert "Pelabuhan Lama; Jeti" in answer.text
    assert not [name for name, *_ in events(database) if name.startswith("landmark_")]


def test_another_spelling_of_a_kelurahan_is_learned(inside, client):
    first = inside("supervisor")
    sent = {"spellings": "Kampung Air; Kuala"}
    assert first.post("/console/tempat/kelurahan/64.74.01.1001", sent).status_code == 303
    assert names(client, "kampung air") == ["Bontang Kuala"]
    assert first.post("/console/tempat/kelurahan/64.74.01.9999", sent).status_code == 404


@pytest.mark.engine("sqlite")
def test_operators_search_and_change_nothing(inside):
    first = inside("operator")
    page = first.get("/console/tempat?cari=telihan").text
    assert "Gunung Telihan" in page
    assert '<form method="post"' not in page
    assert 'class="panel' not in page
    assert first.post("/console/tempat", FORM).status_code == 403


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize("sent", [{}, {"q": ""}, {"q": 7}, {"q": "x" * 201}, []])
def test_what_is_no_question_is_told_so(client, sent):
    assert client.post(SEARCH, json=sent).status_code == 422
