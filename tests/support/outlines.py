"""Outlines of a made-up city: fifteen crooked patches that share their borders, one with a hole that another fills."""

import json
import random
from typing import Any

from shapely import Polygon
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from app.geo.seed import KELURAHAN


def quilt() -> list[tuple[str, BaseGeometry]]:
    """Code and area of each kelurahan; the same quilt every time."""
    rng = random.Random(112)
    corner = {
        (col, row): (
            117.40 + 0.03 * col + rng.uniform(-0.01, 0.01),
            0.03 + 0.05 * row + rng.uniform(-0.015, 0.015),
        )
        for col in range(6)
        for row in range(4)
    }
    patches: list[BaseGeometry] = [
        Polygon([corner[c, r], corner[c + 1, r], corner[c + 1, r + 1], corner[c, r + 1]])
        for c in range(5)
        for r in range(3)
    ]
    middle = patches[0].representative_point().buffer(0.003)
    patches[0] = patches[0].difference(middle)
    patches[14] = middle.union(patches[14])
    return [(kelurahan.code, patch) for kelurahan, patch in zip(KELURAHAN, patches, strict=True)]


def feature(code: str, geometry: BaseGeometry | dict[str, Any], name: str = "Nama") -> dict[str, Any]:
    """One feature as a city's office exports it."""
    shape = geometry if isinstance(geometry, dict) else mapping(geometry)
    return {"type": "Feature", "properties": {"kode": code, "nama": name}, "geometry": shape}


def collection(*features: dict[str, Any]) -> bytes:
    """A file of features."""
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def quilt_file() -> bytes:
    """The whole made-up city as a file."""
    names = {kelurahan.code: kelurahan.name for kelurahan in KELURAHAN}
    return collection(*(feature(code, patch, names[code]) for code, patch in quilt()))
