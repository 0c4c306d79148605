"""A position is said in words that a crew can drive to, and on the radio sign by sign."""

import pytest

from app.geo.districts.locate import Gazetteer, short_plus_code
from app.geo.districts.polygons import Area
from app.geo.geocoding.describe_position import aloud, here, position_words, spelled, wind_of
from app.geo.places.fuzzy_search import Entry, Index
from app.geo.places.index_cache import Atlas, Neighbourhood

MOSQUE = Entry("m", "worship", "Masjid Contoh", 0.1300, 117.4900)
STREET = Entry("s", "street", "Jalan Contoh", 0.1311, 117.4901)
RT = Neighbourhood("RT 12", Area.of_rings([[[117.48, 0.12], [117.5, 0.12], [117.5, 0.14], [117.48, 0.14]]]))


def atlas(*landmarks, rts=()):
    return Atlas(Gazetteer.seeded(), landmarks, rts, Index(landmarks))


def test_the_nearest_landmark_is_told_with_distance_and_side():
    found = here(atlas(MOSQUE, STREET, rts=[RT]), 0.1311, 117.4900)
    assert (found.landmark.name, found.landmark.distance_m, found.landmark.wind) == (
        "Masjid Contoh",
        120,
        "n",
    )
    assert position_words("id", found) == {
        "kelurahan": "Api-Api (perkiraan)",
        "rt": "RT 12",
        "near": "120 meter di sebelah utara Masjid Contoh",
    }


def test_the_words_for_the_radio_are_whole_words():
    found = here(atlas(MOSQUE, rts=[RT]), 0.1311, 117.4900)
    code = spelled("id", short_plus_code(found.plus_code))
    assert aloud("id", found) == (
        "Perkiraan kelurahan Api-Api. RT satu dua. 120 meter di sebelah utara Masjid Contoh. "
        f"Plus Code {code}."
    )
    assert "Probably" in aloud("en", found)


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("id", "empat, Foxtrot, Mike, Romeo, tambah, enam, dua"),
        ("en", "four, Foxtrot, Mike, Romeo, plus, six, two"),
    ],
)
def test_a_plus_code_is_spelled(locale, words):
    assert spelled(locale, "4FMR+62") == words


def test_every_sign_of_a_plus_code_has_a_word():
    assert len(spelled("id", "23456789CFGHJMPQRVWX+").split(", ")) == 21


@pytest.mark.parametrize(
    ("north", "east", "wind"),
    [
        (1, 0, "n"),
        (1, 1, "ne"),
        (0, 1, "e"),
        (-1, 1, "se"),
        (-1, 0, "s"),
        (-1, -1, "sw"),
        (0, -1, "w"),
        (1, -1, "nw"),
    ],
)
def test_the_side_is_an_eighth_of_the_compass(north, east, wind):
    assert wind_of(0.13, 117.49, 0.13 + north / 1000, 117.49 + east / 1000) == wind


def test_nothing_far_away_explains_a_place_and_outside_is_said_first():
    far = here(atlas(MOSQUE), 0.30, 117.30)
    assert far.landmark is None
    assert aloud("id", far).startswith("Di luar Bontang, wilayah Kutai Timur. ")
    assert here(atlas(MOSQUE), MOSQUE.lat, MOSQUE.lon).landmark.wind is None
