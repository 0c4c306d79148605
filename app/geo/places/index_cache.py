"""Cache an index of all places in memory and rebuild it after a change."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, text

from app.core.db import Database
from app.geo.districts.cache import Register
from app.geo.districts.locate import Gazetteer, Place, read_plus_code
from app.geo.districts.polygons import Area
from app.geo.places.fuzzy_search import MOST_SIGNS, Entry, Index

KEPT_S: Final = 10.0
"""Interval of checks for changes; a check reads only a count and the latest change."""
_STAMP: Final = text(
    "SELECT (SELECT COUNT(*) FROM landmark) AS n, (SELECT MAX(changed_at) FROM landmark) AS latest"
)
_ALL: Final = text("SELECT id, kind, name, spellings, lat, lon, outline FROM landmark ORDER BY name, id")
_DEGREES: Final = re.compile(r"(-?\d{1,2}[.]\d{2,})\s*[,; ]\s*(-?\d{1,3}[.]\d{2,})")


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """An RT whose outline was imported."""

    name: str
    area: Area


@dataclass(frozen=True, slots=True)
class Atlas:
    """Kelurahan and landmarks together, immutable; a change creates a new atlas."""

    gazetteer: Gazetteer
    landmarks: Sequence[Entry]
    neighbourhoods: Sequence[Neighbourhood]
    index: Index

    def find(self, query: str, *, most: int = 8) -> list[Found]:
        """Return the places that match a typed text; a Plus Code or a pair of degrees counts as a place."""
        point = read_plus_code(query) or _degrees(query)
        if point is not None:
            name = " ".join(query[:MOST_SIGNS].split())
            return [Found("point", name, *point, self.gazetteer.place_of(*point))]
        return [
            Found(
                item.kind, item.name, item.lat, item.lon, self.gazetteer.place_of(item.lat, item.lon), item.id
            )
            for item in self.index.find(query, most=most)
        ]

    def found_at(self, kind: str, name: str, lat: float, lon: float) -> Found:
        """Return a place outside the index: a point, or an address of the geocoder."""
        return Found(kind, name, lat, lon, self.gazetteer.place_of(lat, lon))

    def neighbourhood_of(self, lat: float, lon: float) -> str | None:
        """Return the name of the RT around a position, None where no outline was imported."""
        return next(
            (
                neighbourhood.name
                for neighbourhood in self.neighbourhoods
                if neighbourhood.area.holds(lat, lon)
            ),
            None,
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A found place, with its location in the city."""

    kind: str
    name: str
    lat: float
    lon: float
    place: Place
    id: str = ""


class Atlases:
    """Cache of the atlas, checked for changes every `KEPT_S`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._register = Register(database)
        self._building = threading.Lock()
        self._checked_at = float("-inf")
        self._stamp: object = None
        self._atlas: Atlas | None = None

    def atlas(self) -> Atlas:
        """Return the atlas; one request rebuilds an outdated index, the others use the cached one.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is away and nothing was read yet.
        """
        known = self._atlas
        if known is not None and time.monotonic() - self._checked_at < KEPT_S:
            return known
        if not self._building.acquire(blocking=known is None) and known is not None:
            return known
        try:
            return self._refresh()
        finally:
            self._building.release()

    def forget(self) -> None:
        """Check for changes at the next call; used after a change by this process."""
        self._checked_at = float("-inf")
        self._register.forget()

    def _refresh(self) -> Atlas:
        gazetteer = self._register.gazetteer()
        with self._database.read() as session:
            row = session.execute(_STAMP).one()
            stamp = (row.n, str(row.latest))
            if self._atlas is None or stamp != self._stamp or gazetteer is not self._atlas.gazetteer:
                rows = session.execute(_ALL).all()
                self._atlas = _build_atlas(gazetteer, rows)
                self._stamp = stamp
        self._checked_at = time.monotonic()
        return self._atlas


def _build_atlas(gazetteer: Gazetteer, rows: Sequence[Row[Any]]) -> Atlas:
    villages = [
        Entry(village.code, "kelurahan", village.name, village.lat, village.lon, village.spellings)
        for village in gazetteer.villages
    ]
    landmarks = [
        Entry(str(row.id), row.kind, row.name, row.lat, row.lon, tuple(row.spellings.splitlines()))
        for row in rows
    ]
    neighbourhoods = [
        Neighbourhood(row.name, Area.of_geojson(json.loads(row.outline))) for row in rows if row.outline
    ]
    return Atlas(gazetteer, landmarks, neighbourhoods, Index([*villages, *landmarks]))


def _degrees(query: str) -> tuple[float, float] | None:
    found = _DEGREES.fullmatch(query.strip())
    if found is None:
        return None
    lat, lon = float(found[1]), float(found[2])
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None
