"""Import outlines of the kelurahan from a file or URL: all of them, or none with the reason for each fault."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.geo.districts.polygons import Area
from app.geo.districts.read_geojson import MOST_BYTES, Faulty, Outline, read_outlines
from app.geo.models import Kelurahan
from app.geo.places.spellings import folded
from app.geo.seed import KECAMATAN

TIMEOUT_S: Final = 20.0


@dataclass(slots=True)
class Imported:
    """Result of an import, in lists of names."""

    outlined: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    """Kelurahan whose point lay outside the outline and was moved inside."""
    added: list[str] = field(default_factory=list)
    """Kelurahan added by this import."""
    missing: list[str] = field(default_factory=list)
    """Kelurahan that still have no outline."""


class Refused(ValueError):
    """The import was refused as a whole; `faults` holds a sentence for each reason."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def fetch(source: str) -> bytes:
    """Return the content of a file or of an `https://` address.

    Raises:
        Refused: the source cannot be read.
    """
    try:
        if "://" in source:
            return _download(source)
        with Path(source).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as fault:
        reason = getattr(fault, "strerror", None) or getattr(fault, "reason", None) or type(fault).__name__
        raise Refused((f"{source}: {reason}",)) from None


def import_outlines(session: Session, content: bytes) -> Imported:
    """Write the outlines of a GeoJSON FeatureCollection; all processes use them within a minute.

    Raises:
        Refused: a feature cannot be used; then nothing is written.
    """
    try:
        reading = read_outlines(content)
    except Faulty as fault:
        raise Refused((str(fault),)) from None
    if reading.faults:
        raise Refused(reading.faults)
    known = {row.code: row for row in session.scalars(select(Kelurahan).with_for_update())}
    imported = Imported()
    for outline in reading.outlines:
        row = known.get(outline.code)
        if row is None:
            row = known[outline.code] = _new_kelurahan(outline)
            session.add(row)
            imported.added.append(outline.name)
        _set_outline(row, outline, imported)
    imported.missing = [row.name for row in known.values() if row.outline is None]
    return imported


def _set_outline(row: Kelurahan, outline: Outline, imported: Imported) -> None:
    row.outline, row.sketch = _to_json(outline.geometry), _to_json(outline.sketch)
    imported.outlined.append(row.name)
    if outline.repaired:
        imported.repaired.append(row.name)
    if not Area.of_geojson(json.loads(row.outline)).holds(row.lat, row.lon):
        row.lat, row.lon = outline.lat, outline.lon
        imported.moved.append(row.name)
    spellings = row.spellings.splitlines()
    if folded(outline.name) not in {folded(name) for name in (row.name, *spellings)}:
        row.spellings = "\n".join([*spellings, outline.name])


def _new_kelurahan(outline: Outline) -> Kelurahan:
    districts = {district.code: district.name for district in KECAMATAN}
    return Kelurahan(
        code=outline.code,
        name=outline.name,
        kecamatan=districts.get(outline.code[:8], outline.code[:8]),
        lat=outline.lat,
        lon=outline.lon,
        spellings="",
    )


def _to_json(geometry: Mapping[str, Any]) -> str:
    return json.dumps(geometry, separators=(",", ":"))


def _download(address: str) -> bytes:
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class HttpsOnly(HTTPRedirectHandler):
        """Follow redirects to https addresses only."""

        def redirect_request(self, req: Request, fp: Any, *rest: Any) -> Request | None:
            if urlsplit(str(rest[-1])).scheme != "https":
                raise Refused((f"{address} leads to an address without https",))
            return super().redirect_request(req, fp, *rest)

    if urlsplit(address).scheme != "https":
        raise Refused((f"{address} is no https:// address",))
    request = Request(address, headers={"User-Agent": "bontang-siaga-112"})  # noqa: S310  https was checked
    with build_opener(HttpsOnly).open(request, timeout=TIMEOUT_S) as answer:
        content: bytes = answer.read(MOST_BYTES + 1)
        return content
