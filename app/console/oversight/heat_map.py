"""Draw incident density as circles over the outlines of the kelurahan, without map tiles.

Cells with fewer incidents than the statistics allow have no circle.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from app.geo.districts.locate import LAND, Gazetteer, plus_code
from app.geo.grid import cell_middle, degree_m
from app.statistics.trends import Density

WIDTH = 640


@dataclass(frozen=True, slots=True)
class Circle:
    """Circle of one cell with its incident count, and its Plus Code for the table."""

    x: float
    y: float
    radius: float
    count: int
    plus_code: str


@dataclass(frozen=True, slots=True)
class DensityMap:
    """Shapes that the template draws; `outlines` are SVG paths."""

    circles: tuple[Circle, ...]
    outlines: tuple[str, ...]
    villages: tuple[tuple[float, float, str], ...]
    width: int
    height: int


def density_map(gazetteer: Gazetteer, found: Density) -> DensityMap:
    """Return the density map of the whole city, with the largest circles first, so that small ones lie above."""
    lat_m, lon_m = degree_m((LAND.south + LAND.north) / 2)
    scale = WIDTH / ((LAND.east - LAND.west) * lon_m)
    height = round((LAND.north - LAND.south) * lat_m * scale)

    def project(lat: float, lon: float) -> tuple[float, float]:
        return round((lon - LAND.west) * lon_m * scale, 1), round((LAND.north - lat) * lat_m * scale, 1)

    most = max(found.cells.values(), default=1)
    circles = [
        Circle(*project(lat, lon), round(5 + 19 * sqrt(count / most), 1), count, plus_code(lat, lon))
        for (lat, lon), count in ((cell_middle(cell), count) for cell, count in found.cells.items())
        if LAND.holds(lat, lon)
    ]
    outlines = tuple(
        "M" + "L".join(f"{x} {y}" for x, y in (project(lat, lon) for lon, lat in ring)) + "Z"
        for village in gazetteer.villages
        if village.area
        for ring in village.area.rings
    )
    villages = tuple((*project(village.lat, village.lon), village.name) for village in gazetteer.villages)
    return DensityMap(
        tuple(sorted(circles, key=lambda circle: -circle.count)), outlines, villages, WIDTH, height
    )
