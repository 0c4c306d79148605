"""Read places from a CSV or GeoJSON file; every fault is reported with its line or feature."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any, Final

from app.core.i18n import LOCALES, say
from app.geo.districts.import_outlines import Refused
from app.geo.districts.read_geojson import MOST_BYTES, Faulty, read_area
from app.geo.models import LANDMARK_KINDS
from app.geo.places.landmarks import MOST, LandmarkChange, faults_of

MOST_FAULTS: Final = 50
_COLUMNS: Final = {
    "name": ("nama", "name"),
    "kind": ("jenis", "kind", "type"),
    "lat": ("lat", "latitude", "lintang"),
    "lon": ("lon", "lng", "longitude", "bujur"),
    "spellings": ("sebutan", "spellings", "alias"),
}
_SENTENCES: Final = {
    ("/kind", "unknown"): "the kind is none of " + ", ".join(LANDMARK_KINDS),
    ("/name", "place_name"): "the name is missing or longer than 80 signs",
    ("/lat", "no_position"): "latitude or longitude is missing or no number",
    ("/lat", "too_far"): "the place lies far from the city; are latitude and longitude swapped?",
    ("/spellings", "place_name"): "another spelling is no name",
    ("/spellings", "too_many"): "too many other spellings",
}


def read_landmarks(content: bytes) -> list[LandmarkChange]:
    """Return the places of a CSV file with a header, or of a GeoJSON FeatureCollection.

    Raises:
        Refused: with a sentence for each line or feature that cannot be used.
    """
    if len(content) > MOST_BYTES:
        raise Refused((f"the file has more than {MOST_BYTES // 2**20} MB",))
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise Refused((f"line {line}: the file is not written in UTF-8",)) from None
    is_json = words.lstrip().startswith("{")
    read, faults = [], []
    for where, change in _geojson_changes(words) if is_json else _csv_changes(words):
        if isinstance(change, str):
            faults.append(f"{where}: {change}")
            continue
        wrong = [_SENTENCES[fault] for fault in faults_of(change)]
        faults += [f"{where}: {sentence}" for sentence in wrong]
        read.append(change)
    if faults:
        more = len(faults) - MOST_FAULTS
        raise Refused(tuple(faults[:MOST_FAULTS]) + ((f"and {more} more",) if more > 0 else ()))
    if not read:
        raise Refused(("the file holds no places",))
    if len(read) > MOST:
        raise Refused((f"the file holds more than {MOST:,} places",))
    return read


def _csv_changes(words: str) -> Iterator[tuple[str, LandmarkChange | str]]:
    head = words.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(words, newline=""), delimiter=separator, strict=True)
    try:
        columns = _columns(next(rows, []))
        for row in rows:
            if any(cell.strip() for cell in row):
                yield f"line {rows.line_num}", _change_of_row(row, columns, comma=separator != ",")
    except csv.Error as fault:
        yield f"line {rows.line_num}", f"cannot be read ({fault})"


def _columns(head: list[str]) -> dict[str, int]:
    names = [cell.strip().casefold() for cell in head]
    found = {
        column: names.index(name)
        for column, known in _COLUMNS.items()
        for name in known
        if name in names and names.index(name) >= 0
    }
    missing = [
        known[0] for column, known in _COLUMNS.items() if column != "spellings" and column not in found
    ]
    if missing:
        raise Refused((f"line 1: no column {', '.join(missing)}",))
    return found


def _change_of_row(row: list[str], columns: Mapping[str, int], *, comma: bool) -> LandmarkChange | str:
    if len(row) <= max(columns[name] for name in ("name", "kind", "lat", "lon")):
        return "too few columns"
    cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
    names = cells.get("spellings", "").replace("|", ";").split(";")
    return LandmarkChange(
        kind=kind_of(cells["kind"]),
        name=cells["name"],
        lat=_number(cells["lat"], comma=comma),
        lon=_number(cells["lon"], comma=comma),
        spellings=tuple(item.strip() for item in names if item.strip()),
    )


def _geojson_changes(words: str) -> Iterator[tuple[str, LandmarkChange | str]]:
    try:
        tree = json.loads(words)
    except (ValueError, RecursionError) as fault:
        line = getattr(fault, "lineno", 1)
        raise Refused((f"line {line}: the file is no JSON",)) from None
    features = tree.get("features") if isinstance(tree, dict) else None
    if tree.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise Refused(("the file is no GeoJSON FeatureCollection",))
    for number, feature in enumerate(features, start=1):
        try:
            yield f"feature {number}", _change_of_feature(feature)
        except Faulty as fault:
            yield f"feature {number}", str(fault)


def _change_of_feature(feature: Any) -> LandmarkChange:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or not isinstance(geometry, dict):
        raise Faulty("no properties or no geometry")
    cells = {column: _cell(properties, known) for column, known in _COLUMNS.items()}
    kind, outline = kind_of(cells["kind"]), None
    if geometry.get("type") == "Point":
        pair = geometry.get("coordinates")
        lon, lat = pair[:2] if isinstance(pair, list) and len(pair) >= 2 else (None, None)
        at = (_degree(lat), _degree(lon))
    elif kind == "rt":
        outline, *inside = read_area(geometry)
        at = (inside[0], inside[1])
    else:
        raise Faulty("the geometry is no Point; outlines are for RT alone")
    names = tuple(part.strip() for part in cells["spellings"].split(";") if part.strip())
    return LandmarkChange(
        kind=kind, name=cells["name"], lat=at[0], lon=at[1], spellings=names, outline=outline
    )


def _cell(properties: Mapping[str, Any], known: tuple[str, ...]) -> str:
    found = next((properties[name] for name in known if isinstance(properties.get(name), str | int)), "")
    return str(found).strip()


def kind_of(word: str) -> str:
    """Return the kind of a word (its code or its name on a screen), the word itself when it is no kind."""
    sought = word.strip().casefold()
    for kind in LANDMARK_KINDS:
        if sought in {kind, *(say(locale, f"place.kind.{kind}").casefold() for locale in LOCALES)}:
            return kind
    return word


def _number(word: str, *, comma: bool) -> float | None:
    try:
        return _degree(float(word.replace(",", ".") if comma else word))
    except ValueError:
        return None


def _degree(number: Any) -> float | None:
    fine = isinstance(number, int | float) and not isinstance(number, bool) and isfinite(number)
    return float(number) if fine and abs(number) <= 180 else None
