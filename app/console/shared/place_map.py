"""Draw the place of an incident as SVG: kelurahan, pin, accuracy, and taps on *Telepon 112* close by.

It needs no tiles and no third party.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

from app.geo.districts.locate import Gazetteer
from app.geo.grid import degree_m
from app.incidents.detail import Dossier

WIDTH, HEIGHT = 640, 400
_LEAST_M, _MOST_M = 1_500.0, 12_000.0
"""Least and greatest width of the drawing, in metres."""
_VILLAGES = 3
"""Number of nearest kelurahan that fit into the drawing."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Labelled point, in units of the drawing."""

    x: float
    y: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes that the template draws; `outlines` and `grid` are SVG paths."""

    pin: Mark
    accuracy: float
    villages: tuple[Mark, ...]
    outlines: tuple[str, ...]
    beacons: tuple[Mark, ...]
    grid: str
    bar: float
    bar_m: int
    """Metres between two lines of the grid, which is the length of the scale bar."""
    width: int = WIDTH
    height: int = HEIGHT


def drawing(gazetteer: Gazetteer, found: Dossier) -> Drawing | None:
    """Return the drawing of an incident's place, None for an incident without position."""
    lat, lon = found.incident.lat, found.incident.lon
    if lat is None or lon is None:
        return None
    points = [
        (beacon.lat, beacon.lon)
        for beacon, _ in found.beacons
        if beacon.lat is not None and beacon.lon is not None
    ]
    return drawing_at(gazetteer, lat, lon, found.incident.accuracy_m or 0.0, points)


def drawing_at(
    gazetteer: Gazetteer,
    lat: float,
    lon: float,
    accuracy_m: float,
    beacon_points: Sequence[tuple[float, float]] = (),
) -> Drawing:
    """Return the drawing around a position."""
    lat_m, lon_m = degree_m(lat)
    reach = sorted(
        max(abs(village.lon - lon) * lon_m, abs(village.lat - lat) * lat_m * WIDTH / HEIGHT)
        for village in gazetteer.villages
    )
    width_m = min(max(_LEAST_M, accuracy_m * 4, 2.3 * reach[:_VILLAGES][-1]), _MOST_M)
    scale = WIDTH / width_m

    def project(at_lat: float, at_lon: float) -> tuple[float, float]:
        return (
            round(WIDTH / 2 + (at_lon - lon) * lon_m * scale, 1),
            round(HEIGHT / 2 - (at_lat - lat) * lat_m * scale, 1),
        )

    villages = [Mark(*project(village.lat, village.lon), village.name) for village in gazetteer.villages]
    paths = [
        "M"
        + "L".join(f"{x} {y}" for x, y in (project(ring_lat, ring_lon) for ring_lon, ring_lat in ring))
        + "Z"
        for village in gazetteer.villages
        if village.area
        for ring in village.area.rings
    ]
    bar_m = _round_metres(width_m / 5)
    return Drawing(
        pin=Mark(*project(lat, lon)),
        accuracy=round(accuracy_m * scale, 1),
        villages=tuple(mark for mark in villages if _has_room(mark)),
        outlines=tuple(paths),
        beacons=tuple(Mark(*project(*point)) for point in beacon_points),
        grid=_grid(bar_m * scale),
        bar=round(bar_m * scale, 1),
        bar_m=bar_m,
    )


def _has_room(mark: Mark) -> bool:
    """Return whether a label fits inside the drawing, clear of the scale bar."""
    return 80 < mark.x < WIDTH - 80 and 16 < mark.y < HEIGHT - 64


def _grid(step: float) -> str:
    """Return the SVG path of a grid that crosses in the pin."""
    across, down = int(WIDTH / 2 / step), int(HEIGHT / 2 / step)
    lines = [f"M{WIDTH / 2 + n * step:.1f} 0V{HEIGHT}" for n in range(-across, across + 1)]
    lines += [f"M0 {HEIGHT / 2 + n * step:.1f}H{WIDTH}" for n in range(-down, down + 1)]
    return "".join(lines)


def _round_metres(metres: float) -> int:
    """Return 1, 2 or 5 times a power of ten, at least `metres`."""
    power: int = 10 ** int(log10(metres))
    return next(step * power for step in (1, 2, 5, 10) if step >= ceil(metres / power))
