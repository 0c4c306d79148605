"""A place in words, short enough for a row of the queue and honest about what is a guess."""

from __future__ import annotations

from typing import NamedTuple

from app.core.i18n import say
from app.geo.districts.locate import short_plus_code


class Told(NamedTuple):
    """What is known of a place; `kelurahan` is its name."""

    landmark: str | None = None
    kelurahan: str | None = None
    exact: bool = False
    inside_city: bool = True
    plus_code: str | None = None


def place_words(locale: str, told: Told) -> str:
    """Return what a dispatcher reads out: landmark, kelurahan ("sekitar" when a guess), Plus Code.

    A place that nobody told is said to be unknown, never guessed.
    """
    where = None
    if told.plus_code and not told.inside_city:
        where = say(locale, "place.outside")
    elif told.kelurahan:
        where = told.kelurahan if told.exact else say(locale, "place.about", kelurahan=told.kelurahan)
    code = short_plus_code(told.plus_code) if told.plus_code else None
    return ", ".join(part for part in (told.landmark, where, code) if part) or say(locale, "place.unknown")
