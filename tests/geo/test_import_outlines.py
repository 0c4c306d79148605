"""A file of outlines is read with distrust: each fault is told with its feature, and nothing is guessed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box
from shapely.geometry import shape

from app.geo.districts import read_geojson
from app.geo.districts.read_geojson import Faulty, read_outlines
from tests.support.outlines import collection, feature, quilt, quilt_file

CODE, OTHER = "64.74.01.1001", "64.74.01.1002"
SQUARE = box(117.40, 0.10, 117.42, 0.12)


def faults(*features) -> tuple[str, ...]:
    return read_outlines(collection(*features)).faults


def ring(*corners) -> dict:
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]}


def test_a_whole_city_is_read_and_stays_what_it_was():
    reading = read_outlines(quilt_file())
    assert not reading.faults
    for (code, patch), outline in zip(quilt(), reading.outlines, strict=True):
        assert outline.code == code
        assert not outline.repaired
        assert shape(outline.geometry).equals(patch)
        assert patch.contains(shape({"type": "Point", "coordinates": (outline.lon, outline.lat)}))
        assert shape(outline.sketch).symmetric_difference(patch).area < 0.02 * patch.area


def test_a_byte_order_mark_a_third_coordinate_and_an_open_ring_do_no_harm():
    open_ring = ring((117.40, 0.10, 12.5), (117.42, 0.10, 12.5), (117.42, 0.12, 12.5), (117.40, 0.12, 12.5))
    reading = read_outlines(b"\xef\xbb\xbf" + collection(feature(CODE, open_ring)))
    assert not reading.faults
    assert shape(reading.outlines[0].geometry).equals(SQUARE)


def test_a_small_crossing_is_repaired_and_said():
    spike = ring(
        (117.40, 0.10),
        (117.42, 0.10),
        (117.42, 0.12),
        (117.4199, 0.1201),
        (117.42, 0.1201),
        (117.4199, 0.12),
        (117.40, 0.12),
    )
    (outline,) = read_outlines(collection(feature(CODE, spike))).outlines
    assert outline.repaired
    assert shape(outline.geometry).is_valid
    assert shape(outline.geometry).area == pytest.approx(SQUARE.area, rel=0.01)


def test_a_bow_tie_is_refused_because_nobody_knows_which_half_was_meant():
    assert (
        "crosses itself"
        in faults(feature(CODE, ring((117.40, 0.10), (117.42, 0.12), (117.42, 0.10), (117.40, 0.12))))[0]
    )


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (None, "neither Polygon nor MultiPolygon"),
        ({"type": "Point", "coordinates": [117.4, 0.1]}, "neither Polygon nor MultiPolygon"),
        ({"type": "Polygon"}, "without rings"),
        ({"type": "Polygon", "coordinates": []}, "without rings"),
        ({"type": "MultiPolygon", "coordinates": {}}, "no coordinates"),
        ({"type": "Polygon", "coordinates": [7]}, "no list of corners"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "without rings"),
        (ring((117.4, 0.1), (117.5, 0.1)), "fewer than three corners"),
        (ring((117.4, 0.1), (117.5, 0.1), (117.45, "0.2")), "not [longitude, latitude]"),
        (ring((117.4, 0.1), (117.5, 0.1), (117.45, True)), "not [longitude, latitude]"),
        (ring((117.4, 0.1), (117.5, 0.1), (117.45,)), "not [longitude, latitude]"),
        (ring((117.4, 0.1), (117.5, 0.1), (117.45, 1e300)), "not on the globe"),
        (ring((117.4, 0.1), (117.5, 0.1), (117.45, 10**400)), "not on the globe"),
        (ring((0.1, 117.4), (0.1, 117.5), (0.2, 117.45)), "not on the globe"),
        (ring((106.8, -6.2), (106.9, -6.2), (106.9, -6.1)), "far from the city"),
        (ring((117.4, 0.1), (117.5, 0.1), (117.45, 0.1)), "hardly any area"),
    ],
)
def test_every_wrong_geometry_is_named_with_its_feature(geometry, words):
    (fault,) = faults(feature(OTHER, SQUARE), {**feature(CODE, SQUARE), "geometry": geometry})
    assert fault.startswith("feature 2: ")
    assert words in fault


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        (None, "no properties"),
        ({}, "kode"),
        ({"kode": 6474011001, "nama": "Bontang Kuala"}, "kode"),
        ({"kode": "64.74.01", "nama": "Bontang Kuala"}, "kode"),
        ({"kode": "64.08.01.1001", "nama": "Sangatta Utara"}, "does not belong to this city"),
        ({"kode": CODE}, "nama"),
        ({"kode": CODE, "nama": ""}, "nama"),
        ({"kode": CODE, "nama": "Bontang\x00Kuala"}, "nama"),
        ({"kode": CODE, "nama": "B" * 100}, "nama"),
    ],
)
def test_every_wrong_name_or_code_is_told(properties, words):
    (fault,) = faults({**feature(CODE, SQUARE), "properties": properties})
    assert words in fault


def test_a_kelurahan_twice_or_on_top_of_another_is_refused():
    assert "twice" in faults(feature(CODE, SQUARE), feature(CODE, SQUARE))[0]
    assert (
        "lies partly in" in faults(feature(CODE, SQUARE), feature(OTHER, box(117.41, 0.10, 117.43, 0.12)))[0]
    )
    assert not faults(feature(CODE, SQUARE), feature(OTHER, box(117.4199, 0.10, 117.44, 0.12)))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"type":"FeatureCollection","features":[NaN]}', "no JSON"),
        (b'{"type":"FeatureCollection","features":[' + b"9" * 5000 + b"]}", "no JSON"),
        (b"[]", "no GeoJSON"),
        (b'{"type":"Feature"}', "no GeoJSON"),
        (b'{"type":"FeatureCollection"}', "no features"),
        (b'{"type":"FeatureCollection","features":[]}', "no features"),
        (json.dumps({"type": "FeatureCollection", "features": [1] * 501}).encode(), "more than 500"),
        (b" " * (read_geojson.MOST_BYTES + 1), "more than 20 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(content, words):
    with pytest.raises(Faulty, match=words):
        read_outlines(content)


def test_too_many_corners_are_refused(monkeypatch):
    monkeypatch.setattr(read_geojson, "MOST_CORNERS", 6)
    assert (
        "corners in one file"
        in faults(feature(CODE, SQUARE), feature(OTHER, box(117.43, 0.1, 117.44, 0.12)))[0]
    )


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["type", "coordinates", "kode"]), inner)
    ),
    max_leaves=20,
)


@given(anything, anything, st.sampled_from(["Polygon", "MultiPolygon"]))
def test_whatever_a_file_holds_it_is_read_or_refused(properties, coordinates, kind):
    geometry = {"type": kind, "coordinates": coordinates}
    content = json.dumps(
        {"type": "FeatureCollection", "features": [{"properties": properties}, feature(CODE, geometry)]}
    )
    try:
        reading = read_outlines(content.encode())
    except Faulty:
        return
    assert len(reading.faults) + len(reading.outlines) == 2


corner = st.tuples(st.floats(117.3, 117.6), st.floats(0.0, 0.3))


@given(st.lists(corner, min_size=3, max_size=12))
def test_any_ring_becomes_a_valid_area_or_a_sentence(corners):
    reading = read_outlines(collection(feature(CODE, ring(*corners))))
    assert len(reading.faults) + len(reading.outlines) == 1
    for outline in reading.outlines:
        assert shape(outline.geometry).is_valid
        assert shape(outline.geometry).area > 0


def test_a_hole_outside_its_shell_is_not_believed():
    shell, hole = list(SQUARE.exterior.coords), list(box(117.45, 0.10, 117.46, 0.11).exterior.coords)
    found = faults(feature(CODE, {"type": "Polygon", "coordinates": [shell, hole]}))
    assert "crosses itself" in found[0]
    assert not Polygon(shell, [hole]).is_valid
