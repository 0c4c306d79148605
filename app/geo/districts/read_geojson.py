"""Read outlines from a GeoJSON file (RFC 7946), check them, and repair small faults.

Every fault is reported with the number of its feature. Shapely checks and repairs; only this module imports it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from app.geo.districts.locate import MAP_START
from app.geo.grid import metres
from app.geo.seed import CITY_CODE

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MOST_BYTES: Final = 20 * 1024 * 1024
MOST_FEATURES: Final = 500
MOST_CORNERS: Final = 400_000
FURTHEST_M: Final = 60_000.0
"""Metres from the middle of the map; positions with swapped latitude and longitude lie further away."""
SMALLEST_DEG2: Final = 1e-7
"""Square degrees, about a thousand square metres."""
CHANGED: Final = 0.02
"""Share of its area that a repair may change; beyond it the outline is refused."""
SHARED: Final = 0.05
"""Share of an area that may overlap a neighbour; separately drawn borders overlap a little."""
SKETCH_DEG: Final = 0.0001
"""Degrees by which simplifying may move a border in outlines for maps, about 11 m."""
_CODE: Final = re.compile(r"\d{2}\.\d{2}\.\d{2}\.\d{4}")


class _Shape(NamedTuple):
    name: str
    area: BaseGeometry
    repaired: bool


class Faulty(ValueError):
    """A part of the file cannot be used; the message is a sentence for the administrator."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One kelurahan of the file: exact geometry, simplified geometry for maps, and a point inside."""

    code: str
    name: str
    geometry: Mapping[str, Any]
    sketch: Mapping[str, Any]
    lat: float
    lon: float
    repaired: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """Content of a file: the valid outlines, and a sentence for each invalid feature."""

    outlines: tuple[Outline, ...]
    faults: tuple[str, ...]


def read_outlines(content: bytes) -> Reading:
    """Read a FeatureCollection whose features have `kode` and `nama`.

    Raises:
        Faulty: the file as a whole cannot be read.
    """
    shapes: dict[str, _Shape] = {}
    faults: list[str] = []
    budget = MOST_CORNERS
    for number, feature in enumerate(_features(content), start=1):
        try:
            code, shape, corners = _read_feature(feature)
            budget -= corners
            _check_shape(code, shape, shapes, budget)
            shapes[code] = shape
        except Faulty as fault:
            faults.append(f"feature {number}: {fault}")
    return Reading(tuple(_outlines(shapes)), tuple(faults))


def read_area(geometry: Any) -> tuple[Mapping[str, Any], float, float]:
    """Return one area as checked GeoJSON, and latitude and longitude of a point inside.

    Raises:
        Faulty: the geometry cannot be used.
    """
    from shapely.geometry import mapping

    area, _ = _to_area(_rings(geometry))
    inside = area.representative_point()
    return mapping(area), inside.y, inside.x


def _read_feature(feature: Any) -> tuple[str, _Shape, int]:
    """Return code, shape and the count of corners."""
    code, name = _code_and_name(feature)
    rings = _rings(feature.get("geometry"))
    return code, _Shape(name, *_to_area(rings)), sum(len(ring) for polygon in rings for ring in polygon)


def _check_shape(code: str, shape: _Shape, others: Mapping[str, _Shape], budget: int) -> None:
    if budget < 0:
        raise Faulty(f"more than {MOST_CORNERS:,} corners in one file")
    if code in others:
        raise Faulty(f"{code} stands in the file twice")
    for other in others.values():
        shared = shape.area.intersection(other.area).area
        if shared > SHARED * min(shape.area.area, other.area.area):
            raise Faulty(f"{shape.name} lies partly in {other.name}")


def _features(content: bytes) -> Sequence[Any]:
    if len(content) > MOST_BYTES:
        raise Faulty(f"the file has more than {MOST_BYTES // 2**20} MB")
    try:
        tree = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except RecursionError:
        raise Faulty("the file is nested too deeply") from None
    except ValueError as fault:
        raise Faulty(f"the file is no JSON ({type(fault).__name__})") from None
    if not isinstance(tree, dict) or tree.get("type") != "FeatureCollection":
        raise Faulty("the file is no GeoJSON FeatureCollection")
    features = tree.get("features")
    if not isinstance(features, list) or not features:
        raise Faulty("the file has no features")
    if len(features) > MOST_FEATURES:
        raise Faulty(f"the file has more than {MOST_FEATURES} features")
    return features


def _refuse_constant(word: str) -> float:
    raise ValueError(word)


def _code_and_name(feature: Any) -> tuple[str, str]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise Faulty("no properties")
    code, name = properties.get("kode"), properties.get("nama")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise Faulty("kode is no code of a kelurahan such as 64.74.01.1001")
    if not code.startswith(f"{CITY_CODE}."):
        raise Faulty(f"{code} does not belong to this city ({CITY_CODE})")
    if not isinstance(name, str) or not 2 <= len(name.strip()) <= 80 or not name.isprintable():
        raise Faulty(f"{code}: nama is no name")
    return code, name.strip()


def _rings(geometry: Any) -> list[list[list[tuple[float, float]]]]:
    """Return polygons of rings of (lon, lat), closed."""
    shape = geometry.get("type") if isinstance(geometry, dict) else None
    if shape not in {"Polygon", "MultiPolygon"}:
        raise Faulty("the geometry is neither Polygon nor MultiPolygon")
    parts = geometry.get("coordinates")
    polygons = [parts] if shape == "Polygon" else parts
    if not isinstance(polygons, list) or not polygons:
        raise Faulty("the geometry has no coordinates")
    read = []
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            raise Faulty("a polygon without rings")
        read.append([_ring(ring) for ring in polygon])
    return read


def _ring(ring: Any) -> list[tuple[float, float]]:
    if not isinstance(ring, list) or len(ring) > MOST_CORNERS:
        raise Faulty("a ring is no list of corners")
    corners = [_corner(corner) for corner in ring]
    if corners and corners[0] != corners[-1]:
        corners.append(corners[0])
    if len(corners) < 4:
        raise Faulty("a ring has fewer than three corners")
    return corners


def _corner(corner: Any) -> tuple[float, float]:
    if not isinstance(corner, list) or len(corner) < 2 or len(corner) > 4:
        raise Faulty("a corner is not [longitude, latitude]")
    lon, lat = corner[:2]
    if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in (lon, lat)):
        raise Faulty("a corner is not [longitude, latitude]")
    if not (abs(lon) <= 180 and abs(lat) <= 90 and isfinite(lon) and isfinite(lat)):
        raise Faulty("a corner is not on the globe")
    if metres(lat, lon, *MAP_START) > FURTHEST_M:
        raise Faulty("a corner lies far from the city; are longitude and latitude swapped?")
    return float(lon), float(lat)


def _to_area(rings: list[list[list[tuple[float, float]]]]) -> tuple[BaseGeometry, bool]:
    """Return a valid area and whether it was repaired."""
    from shapely.errors import ShapelyError

    try:
        return _repair_area(rings)
    except ShapelyError:
        raise Faulty("the outline cannot be read as an area") from None


def _repair_area(rings: list[list[list[tuple[float, float]]]]) -> tuple[BaseGeometry, bool]:
    from shapely import MultiPolygon, Polygon, make_valid, unary_union

    polygons = [Polygon(shell, holes) for shell, *holes in rings]
    found = polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
    if found.convex_hull.area < SMALLEST_DEG2:
        raise Faulty("the outline has hardly any area")
    if found.is_valid:
        return found, False
    valid = [part for part in _parts(make_valid(found)) if part.geom_type == "Polygon" and part.area > 0]
    fixed = unary_union(valid)
    whole = sum(Polygon(shell).area for shell, *_ in rings)
    if fixed.is_empty or whole == 0 or abs(fixed.area - found.area) > CHANGED * max(found.area, whole):
        raise Faulty("the outline crosses itself, and repairing it would change it too much")
    return fixed, True


def _parts(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    parts = getattr(geometry, "geoms", None)
    if parts is None:
        yield geometry
    else:
        for part in parts:
            yield from _parts(part)


def _outlines(shapes: Mapping[str, _Shape]) -> Iterator[Outline]:
    from shapely import coverage_simplify, set_precision
    from shapely.geometry import mapping

    if not shapes:
        return
    drawn = coverage_simplify([shape.area for shape in shapes.values()], SKETCH_DEG)
    for (code, (name, shape, repaired)), sketch in zip(shapes.items(), drawn, strict=True):
        inside = shape.representative_point()
        coarse = set_precision(sketch, 0.00001)
        yield Outline(
            code,
            name,
            mapping(shape),
            mapping(shape if coarse.is_empty else coarse),
            inside.y,
            inside.x,
            repaired,
        )
