"""Describe a place in few words for a row of the queue, with guesses marked."""

from __future__ import annotations

from typing import NamedTuple

from app.core.i18n import say
from app.geo.districts.locate import short_plus_code


class KnownPlace(NamedTuple):
    """Known data of a place; `kelurahan` is a name."""

    landmark: str | None = None
    kelurahan: str | None = None
    exact: bool = False
    inside_city: bool = True
    plus_code: str | None = None


def place_words(locale: str, known: KnownPlace) -> str:
    """Return the label of a place: landmark, kelurahan ("sekitar" when a guess), Plus Code.

    A place without any data is labelled as unknown.
    """
    where = None
    if known.plus_code and not known.inside_city:
        where = say(locale, "place.outside")
    elif known.kelurahan:
        where = known.kelurahan if known.exact else say(locale, "place.about", kelurahan=known.kelurahan)
    code = short_plus_code(known.plus_code) if known.plus_code else None
    return ", ".join(part for part in (known.landmark, where, code) if part) or say(locale, "place.unknown")
