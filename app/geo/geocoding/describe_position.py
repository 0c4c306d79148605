"""Describe a position in words for the dispatcher and for the radio.

A description has kelurahan, RT, nearest landmark and Plus Code.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians
from typing import Final

from app.core.i18n import say
from app.geo.districts.locate import Beyond, short_plus_code
from app.geo.grid import degree_m, metres
from app.geo.places.fuzzy_search import Entry
from app.geo.places.index_cache import Atlas

FURTHEST_M: Final = 2_000.0
"""Maximum distance of a landmark in a description, in metres."""
AT_M: Final = 15.0
"""Within this distance a position is at the landmark, without a direction."""
WINDS: Final = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
_AREA_KINDS: Final = frozenset({"rt", "street"})


@dataclass(frozen=True, slots=True)
class Landmarked:
    """The nearest landmark, with distance and direction from it to the position."""

    name: str
    distance_m: int
    wind: str | None
    """Direction, one of `WINDS`; None at the landmark itself."""


@dataclass(frozen=True, slots=True)
class Here:
    """Description of a position."""

    kelurahan: str
    exact: bool
    rt: str | None
    landmark: Landmarked | None
    plus_code: str
    inside_city: bool
    beyond: Beyond | None


def here(atlas: Atlas, lat: float, lon: float) -> Here:
    """Return the description of a position (degrees)."""
    place = atlas.gazetteer.place_of(lat, lon)
    return Here(
        kelurahan=atlas.gazetteer.by_code[place.kelurahan].name,
        exact=place.exact,
        rt=atlas.neighbourhood_of(lat, lon),
        landmark=_nearest_landmark(atlas, lat, lon),
        plus_code=place.plus_code,
        inside_city=place.inside_city,
        beyond=place.beyond,
    )


def position_words(locale: str, found: Here) -> dict[str, str]:
    """Return the rows that a screen shows: kelurahan, RT, landmark."""
    rows = {
        "kelurahan": found.kelurahan
        if found.exact
        else say(locale, "places.guessed", kelurahan=found.kelurahan)
    }
    if found.rt:
        rows["rt"] = found.rt
    if found.landmark:
        rows["near"] = _landmark_words(locale, found.landmark)
    return rows


def aloud(locale: str, found: Here) -> str:
    """Return the words to say on the radio, with each character of the Plus Code spelled."""
    sentences = []
    if found.beyond:
        sentences.append(say(locale, f"places.beyond.{found.beyond}"))
    sure = "aloud" if found.exact else "aloud_guess"
    sentences.append(say(locale, f"places.{sure}.kelurahan", kelurahan=found.kelurahan))
    if found.rt:
        sentences.append(_spoken_numbers(locale, found.rt))
    if found.landmark:
        sentences.append(_landmark_words(locale, found.landmark))
    sentences.append(say(locale, "places.aloud.code", code=spelled(locale, short_plus_code(found.plus_code))))
    return ". ".join(sentences) + "."


def spelled(locale: str, code: str) -> str:
    """Return the spelling of a code: "4FMR+62" → "empat, Foxtrot, Mike, Romeo, tambah, enam, dua"."""
    return ", ".join(_spell_character(locale, sign) for sign in code)


def _spell_character(locale: str, sign: str) -> str:
    if sign.isdecimal():
        return say(locale, f"places.digit.{sign}")
    return say(locale, "places.digit.plus") if sign == "+" else say(locale, f"places.letter.{sign.lower()}")


def _spoken_numbers(locale: str, name: str) -> str:
    """Return a name such as "RT 12" with its digits in words: "RT satu dua"."""
    return " ".join(
        " ".join(_spell_character(locale, sign) for sign in word)
        if word.isascii() and word.isdecimal()
        else word
        for word in name.split()
    )


def _landmark_words(locale: str, near: Landmarked) -> str:
    if near.wind is None:
        return say(locale, "places.at", name=near.name)
    wind = say(locale, f"places.wind.{near.wind}")
    return say(locale, "places.from", n=near.distance_m, wind=wind, name=near.name)


def _nearest_landmark(atlas: Atlas, lat: float, lon: float) -> Landmarked | None:
    lat_m, lon_m = degree_m(lat)

    def square(first: Entry) -> float:
        return float(((first.lat - lat) * lat_m) ** 2 + ((first.lon - lon) * lon_m) ** 2)

    named = (landmark for landmark in atlas.landmarks if landmark.kind not in _AREA_KINDS)
    nearest = min(named, key=square, default=None)
    if nearest is None:
        return None
    away_m = metres(lat, lon, nearest.lat, nearest.lon)
    if away_m > FURTHEST_M:
        return None
    wind = None if away_m < AT_M else wind_of(nearest.lat, nearest.lon, lat, lon)
    return Landmarked(nearest.name, _rounded(away_m), wind)


def wind_of(from_lat: float, from_lon: float, to_lat: float, to_lon: float) -> str:
    """Return the compass direction, one of `WINDS`, from the first point to the second."""
    east = (to_lon - from_lon) * cos(radians(from_lat))
    north = to_lat - from_lat
    if not hypot(east, north):
        return "n"
    return WINDS[round(degrees(atan2(east, north)) / 45) % 8]


def _rounded(away_m: float) -> int:
    """Return metres rounded to tens below 500, to hundreds from there on."""
    return int(round(away_m, -1 if away_m < 500 else -2))
