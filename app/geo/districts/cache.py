"""Cache the kelurahan of the database in memory and read them again every 30 s."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.core.db import Database
from app.geo.districts.locate import Gazetteer, Village
from app.geo.districts.polygons import Area
from app.geo.models import Kelurahan
from app.geo.seed import KECAMATAN, KELURAHAN, SPELLINGS

KEPT_S: Final = 30.0
_ALL = text("SELECT code, name, kecamatan, lat, lon, spellings, outline FROM kelurahan ORDER BY code")


class Register:
    """Cache of the gazetteer, at most `KEPT_S` old; one request reads again, the others use the cached one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reading = threading.Lock()
        self._read_at = float("-inf")
        self._rows: Sequence[Row[Any]] = ()
        self._gazetteer: Gazetteer | None = None

    def gazetteer(self) -> Gazetteer:
        """Return the kelurahan of the city.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is away and nothing was read yet.
        """
        known = self._gazetteer
        if known is not None and time.monotonic() - self._read_at < KEPT_S:
            return known
        if not self._reading.acquire(blocking=known is None) and known is not None:
            return known
        try:
            return self._read_again()
        finally:
            self._reading.release()

    def forget(self) -> None:
        """Read again at the next call; used after an import by this process."""
        self._read_at = float("-inf")

    def _read_again(self) -> Gazetteer:
        known = self._gazetteer
        try:
            with self._database.read() as session:
                rows = session.execute(_ALL).all()
        except SQLAlchemyError:
            if known is None:
                raise
            self._read_at = time.monotonic()
            return known
        if known is None or rows != self._rows:
            known = Gazetteer(tuple(_village(row) for row in rows)) if rows else Gazetteer.seeded()
            self._gazetteer, self._rows = known, rows
        self._read_at = time.monotonic()
        return known


def seed_kelurahan(session: Session) -> None:
    """Write missing kelurahan; keep rows that an administrator or an import has changed."""
    names = {kecamatan.code: kecamatan.name for kecamatan in KECAMATAN}
    existing = set(session.scalars(select(Kelurahan.code)))
    session.add_all(
        Kelurahan(
            code=row.code,
            name=row.name,
            kecamatan=names[row.kecamatan],
            lat=row.lat,
            lon=row.lon,
            spellings="\n".join(SPELLINGS.get(row.code, ())),
        )
        for row in KELURAHAN
        if row.code not in existing
    )


def _village(row: Row[Any]) -> Village:
    return Village(
        code=row.code,
        name=row.name,
        lat=row.lat,
        lon=row.lon,
        area=Area.of_geojson(json.loads(row.outline)) if row.outline else None,
        kecamatan=row.kecamatan,
        spellings=tuple(row.spellings.splitlines()),
    )
