"""Reads the city's data that administrators edit and phones show: kelurahan, numbers, first kinds, seconds."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.agencies.seed import NUMBERS, ROUTING
from app.core.db import Database
from app.geo.seed import KELURAHAN
from app.silent.crypto.published_rosters import newest, read_root
from app.silent.crypto.signed_roster import b64

if TYPE_CHECKING:
    from app.public.api.map_source import MapSource

KEPT_S = 30.0
AWAY_S = 2.0
"""Pause before the next attempt to read from a database that did not answer."""


@dataclass(frozen=True, slots=True)
class Village:
    """Names a kelurahan of the list, with the point that stands for it."""

    code: str
    name: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Number:
    """Holds a telephone number of the directory."""

    code: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class SignedRoster:
    """Lists whose keys may read sealed reports, signed by UPTD PPA's root; the phone checks the signature."""

    payload: str
    signature: str


@dataclass(frozen=True, slots=True)
class City:
    """Holds the city's data, each list in the order in which it is shown."""

    kelurahan: tuple[Village, ...]
    numbers: tuple[Number, ...]
    tiles: tuple[str, ...]
    """Kinds on the first screen, without *Lainnya*."""
    open_within_s: dict[str, int]
    """Kind → seconds within which an operator opens the report."""
    roster: SignedRoster | None = None
    ppa_root: str = ""
    """Public point of UPTD PPA's root, base64url; it stands in the first page, empty while there is none."""

    @property
    def sapa(self) -> str:
        """Number of SAPA, the line for women and children."""
        return next((number.phone for number in self.numbers if number.code == "sapa"), "129")

    def document(self, sms: str, source: MapSource) -> dict[str, object]:
        """Return the body of `GET /api/v1/city`, with the number for SMS and the source of map tiles."""
        data = asdict(self)
        del data["ppa_root"]  # a root that is delivered with what it signs proves nothing
        return {**data, "sms": sms, "map": source.document()}


def seeded() -> City:
    """Return the city as it is installed; pages show it until the database has answered once."""
    return City(
        kelurahan=tuple(Village(row.code, row.name, row.lat, row.lon) for row in KELURAHAN),
        numbers=tuple(Number(*row) for row in NUMBERS),
        tiles=_tiles([(row[0], row[6]) for row in ROUTING]),
        open_within_s={row[0]: row[4] for row in ROUTING},
    )


class CityRegister:
    """Caches the city's data for `KEPT_S` seconds, and for longer while the database does not answer."""

    def __init__(self, database: Database, root: Path) -> None:
        self._database = database
        self._root = root
        self._read_at: float | None = None
        self._city = seeded()

    def city(self) -> City:
        """Return the data, read again when they are older than `KEPT_S`."""
        if self._read_at is None or time.monotonic() - self._read_at > KEPT_S:
            self._read_at = time.monotonic()
            try:
                self._city = self._read()
            except SQLAlchemyError:  # the next attempt waits AWAY_S: not every page tries in vain
                self._read_at += AWAY_S - KEPT_S
        return self._city

    def _read(self) -> City:
        with self._database.read() as session:
            places = session.execute(text("SELECT code, name, lat, lon FROM kelurahan ORDER BY name")).all()
            numbers = session.execute(
                text("SELECT code, name, phone FROM directory_number ORDER BY place")
            ).all()
            routes = session.execute(text("SELECT kind, tile, open_within_s FROM routing")).all()
            signed = newest(session)
        root = read_root(self._root)
        return City(
            kelurahan=tuple(Village(row.code, row.name, row.lat, row.lon) for row in places),
            numbers=tuple(Number(row.code, row.name, row.phone) for row in numbers),
            tiles=_tiles([(row.kind, row.tile) for row in routes]),
            open_within_s={row.kind: row.open_within_s for row in routes},
            roster=SignedRoster(signed.payload, signed.signature) if signed else None,
            ppa_root=b64(root) if root else "",
        )


def _tiles(rows: list[tuple[str, int | None]]) -> tuple[str, ...]:
    placed = sorted((tile, kind) for kind, tile in rows if tile is not None and kind != "other")
    return tuple(kind for _, kind in placed)
