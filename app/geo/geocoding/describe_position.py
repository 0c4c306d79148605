"""A position in the words of a dispatcher.

Kelurahan, RT, nearest landmark, Plus Code, and how to say it on the radio.
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
"""A landmark beyond this explains nothing."""
AT_M: Final = 15.0
"""Nearer than this somebody is there, not north of it."""
WINDS: Final = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
_POINTS_NOWHERE: Final = frozenset({"rt", "street"})


@dataclass(frozen=True, slots=True)
class Landmarked:
    """The nearest landmark: how far from it the position lies, and to which side."""

    name: str
    distance_m: int
    wind: str | None
    """None: at the landmark itself."""


@dataclass(frozen=True, slots=True)
class Here:
    """What is known of a position."""

    kelurahan: str
    exact: bool
    rt: str | None
    landmark: Landmarked | None
    plus_code: str
    inside_city: bool
    beyond: Beyond | None


def here(atlas: Atlas, lat: float, lon: float) -> Here:
    """Return everything about a position (degrees)."""
    place = atlas.gazetteer.place_of(lat, lon)
    return Here(
        kelurahan=atlas.gazetteer.by_code[place.kelurahan].name,
        exact=place.exact,
        rt=atlas.neighbourhood_of(lat, lon),
        landmark=_nearest(atlas, lat, lon),
        plus_code=place.plus_code,
        inside_city=place.inside_city,
        beyond=place.beyond,
    )


def position_words(locale: str, found: Here) -> dict[str, str]:
    """Return what a screen shows, by row: kelurahan, RT, landmark."""
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
    """Return the words to say on the radio: whole words, and every sign of the Plus Code spelled."""
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
    """Return a code sign by sign: "4FMR+62" → "empat, Foxtrot, Mike, Romeo, tambah, enam, dua"."""
    return ", ".join(_sign(locale, sign) for sign in code)


def _sign(locale: str, sign: str) -> str:
    if sign.isdecimal():
        return say(locale, f"places.digit.{sign}")
    return say(locale, "places.digit.plus") if sign == "+" else say(locale, f"places.letter.{sign.lower()}")


def _spoken_numbers(locale: str, name: str) -> str:
    """Return a name such as "RT 12" with its digits in words: "RT satu dua"."""
    return " ".join(
        " ".join(_sign(locale, sign) for sign in word) if word.isascii() and word.isdecimal() else word
        for word in name.split()
    )


def _landmark_words(locale: str, near: Landmarked) -> str:
    if near.wind is None:
        return say(locale, "places.at", name=near.name)
    wind = say(locale, f"places.wind.{near.wind}")
    return say(locale, "places.from", n=near.distance_m, wind=wind, name=near.name)


def _nearest(atlas: Atlas, lat: float, lon: float) -> Landmarked | None:
    lat_m, lon_m = degree_m(lat)

    def square(first: Entry) -> float:
        return float(((first.lat - lat) * lat_m) ** 2 + ((first.lon - lon) * lon_m) ** 2)

    named = (landmark for landmark in atlas.landmarks if landmark.kind not in _POINTS_NOWHERE)
    nearest = min(named, key=square, default=None)
    if nearest is None:
        return None
    away_m = metres(lat, lon, nearest.lat, nearest.lon)
    if away_m > FURTHEST_M:
        return None
    wind = None if away_m < AT_M else wind_of(nearest.lat, nearest.lon, lat, lon)
    return Landmarked(nearest.name, _rounded(away_m), wind)


def wind_of(from_lat: float, from_lon: float, to_lat: float, to_lon: float) -> str:
    """Return the eighth of the compass in which the second point lies from the first."""
    east = (to_lon - from_lon) * cos(radians(from_lat))
    north = to_lat - from_lat
    if not hypot(east, north):
        return "n"
    return WINDS[round(degrees(atan2(east, north)) / 45) % 8]


def _rounded(away_m: float) -> int:
    """Return metres as people say them: tens below 500, hundreds beyond."""
    return int(round(away_m, -1 if away_m < 500 else -2))
