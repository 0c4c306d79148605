"""Provide the kelurahan as JSON (names, for forms) and GeoJSON (outlines, for maps), rebuilt after a change."""

from __future__ import annotations

import json
import time
from typing import Any, Final, NamedTuple

from sqlalchemy import text

from app.core.db import Database

KEPT_S: Final = 30.0
_ALL = text("SELECT code, name, kecamatan, lat, lon, sketch FROM kelurahan ORDER BY name")


class Documents(NamedTuple):
    """JSON and GeoJSON, encoded for the response."""

    names: bytes
    outlines: bytes


class KelurahanDocuments:
    """Cache of both documents, at most `KEPT_S` old; the bytes stay the same while the rows do."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read_at = float("-inf")
        self._rows: list[Any] = []
        self._documents = _documents([])

    def documents(self) -> Documents:
        """Return both documents."""
        if time.monotonic() - self._read_at > KEPT_S:
            with self._database.read() as session:
                rows = [tuple(row) for row in session.execute(_ALL)]
            if rows != self._rows:
                self._rows, self._documents = rows, _documents(rows)
            self._read_at = time.monotonic()
        return self._documents


def _documents(rows: list[Any]) -> Documents:
    names = [
        {"code": code, "name": name, "kecamatan": kecamatan, "lat": lat, "lon": lon}
        for code, name, kecamatan, lat, lon, _ in rows
    ]
    features = [
        {
            "type": "Feature",
            "id": code,
            "properties": {"kode": code, "nama": name, "kecamatan": kecamatan},
            "geometry": json.loads(sketch),
        }
        for code, name, kecamatan, _, _, sketch in rows
        if sketch
    ]
    return Documents(
        _bytes({"kelurahan": names}), _bytes({"type": "FeatureCollection", "features": features})
    )


def _bytes(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
