"""A position becomes a kelurahan, a label and a Plus Code, and is never refused."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box
from shapely.geometry import mapping, shape

from app.geo.districts.locate import Gazetteer, Village, plus_code, read_plus_code, short_plus_code
from app.geo.districts.polygons import Area
from app.geo.seed import KECAMATAN, KELURAHAN
from tests.support.outlines import quilt

seeded = Gazetteer.seeded()


def with_areas() -> Gazetteer:
    return Gazetteer(
        tuple(
            Village(code, code, patch.representative_point().y, patch.representative_point().x, area)
            for code, patch in quilt()
            for area in [Area.of_geojson(mapping(patch) | {"coordinates": as_lists(patch)})]
        )
    )


def as_lists(patch):
    parts = mapping(patch)["coordinates"]
    return (
        [list(ring) for ring in parts]
        if patch.geom_type == "Polygon"
        else [[list(r) for r in p] for p in parts]
    )


def test_6000_points_inside_the_areas_fall_into_their_own_kelurahan():
    rng = random.Random(6000)
    gazetteer, right = with_areas(), 0
    for code, patch in quilt():
        west, south, east, north = patch.bounds
        found = 0
        while found < 400:
            point = Point(rng.uniform(west, east), rng.uniform(south, north))
            if not patch.contains(point):
                continue
            place = gazetteer.place_of(point.y, point.x)
            found += 1
            right += place.kelurahan == code and place.exact and place.distance_m == 0 and place.inside_city
    assert right == 6000


def test_outside_all_areas_the_nearest_border_counts_not_the_nearest_middle():
    gazetteer = Gazetteer(
        (
            Village(
                "large",
                "large",
                0.10,
                117.40,
                Area.of_geojson(
                    {"type": "Polygon", "coordinates": as_lists(box(117.30, 0.00, 117.50, 0.20))}
                ),
            ),
            Village(
                "small",
                "small",
                0.10,
                117.56,
                Area.of_geojson(
                    {"type": "Polygon", "coordinates": as_lists(box(117.55, 0.09, 117.57, 0.11))}
                ),
            ),
        )
    )
    place = gazetteer.place_of(0.10, 117.51)
    assert (place.kelurahan, place.exact) == ("large", False)
    assert place.distance_m == pytest.approx(1113, abs=3)


@given(st.floats(0.0, 0.25), st.floats(117.35, 117.65))
def test_distances_to_areas_agree_with_shapely(lat, lon):
    place = with_areas_once.place_of(lat, lon)
    nearest = min(patch.distance(Point(lon, lat)) for _, patch in quilt_once) * 111_000
    assert place.distance_m == pytest.approx(nearest, rel=0.006, abs=2)


with_areas_once, quilt_once = with_areas(), quilt()


def test_a_hole_belongs_to_whoever_fills_it():
    code, patch = quilt()[0]
    hole = shape({"type": "Polygon", "coordinates": [patch.interiors[0].coords]}).representative_point()
    assert with_areas().place_of(hole.y, hole.x).kelurahan == KELURAHAN[14].code != code


def test_without_areas_the_nearest_point_is_a_guess_with_its_distance():
    place = seeded.place_of(0.1331, 117.4902)
    assert (place.kelurahan, place.exact, place.inside_city) == ("64.74.01.1006", False, True)
    assert place.distance_m == pytest.approx(233, abs=2)


@pytest.mark.parametrize(
    ("lat", "lon", "beyond"),
    [
        (0.073, 117.556, None),  # an island to the east
        (0.10, 117.60, None),  # a ship off the coast
        (0.50, 117.55, "sea"),
        (0.25, 117.45, "kutai_timur"),
        (0.15, 117.30, "kutai_timur"),
        (-0.05, 117.45, "kutai_kartanegara"),
        (-6.2, 106.8, "far"),
        (90.0, 0.0, "far"),
        (-90.0, -180.0, "far"),
    ],
)
def test_nothing_is_refused_and_the_outside_is_named(lat, lon, beyond):
    place = seeded.place_of(lat, lon)
    assert place.beyond == beyond
    assert place.inside_city == (beyond is None)
    assert place.kelurahan in seeded.by_code


def test_a_village_on_stilts_just_off_the_areas_is_still_the_city():
    east = max(patch.bounds[2] for _, patch in quilt())
    assert with_areas().place_of(0.10, east + 0.002).inside_city


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Loktuan", "64.74.01.1003"),
        ("LOK TUAN", "64.74.01.1003"),
        ("Berebas Tengah", "64.74.02.1002"),
        ("berebas pantai", "64.74.02.1003"),
        ("brebas pantai", "64.74.02.1003"),
        ("Telihan", "64.74.03.1002"),
        ("Gn. Telihan", "64.74.03.1002"),
        ("Api-api", "64.74.01.1006"),
        ("kelurahan api api", "64.74.01.1006"),
        ("Kel. Satimpo", "64.74.02.1004"),
        ("gn elai", "64.74.01.1005"),
        ("Tanjung Laut", "64.74.02.1001"),
        ("tj. laut indah", "64.74.02.1006"),
        ("Lestari", "64.74.02.1005"),
        ("Berebas", None),
        ("Bontang", None),
        ("", None),
        ("Samarinda", None),
    ],
)
def test_spellings_people_use_are_understood_and_unsure_ones_left_alone(written, code):
    assert seeded.match(written) == code


@given(st.text(max_size=60))
def test_any_text_may_be_asked(text):
    seeded.match(text)
    read_plus_code(text)


def test_every_seeded_name_means_its_own_kelurahan_and_has_a_kecamatan():
    assert [seeded.match(k.name) for k in KELURAHAN] == [k.code for k in KELURAHAN]
    assert {k.kecamatan for k in KELURAHAN} == {k.code for k in KECAMATAN}


@given(st.floats(0.02, 0.21), st.floats(117.38, 117.60))
def test_a_plus_code_read_over_the_telephone_leads_back_to_within_14_m(lat, lon):
    code = plus_code(lat, lon)
    for spoken in (code, f"dekat {short_plus_code(code)}, Bontang"):
        back = read_plus_code(spoken)
        assert back is not None
        assert back == pytest.approx((lat, lon), abs=0.000_07)
