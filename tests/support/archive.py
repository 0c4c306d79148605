"""A PMTiles archive of the city, written by the library that others write theirs with."""

import math
from collections.abc import Iterable
from pathlib import Path

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

WEST, EAST, SOUTH, NORTH = 117.38, 117.56, 0.02, 0.21


def column(lon: float, z: int) -> int:
    return int((lon + 180) / 360 * (1 << z))


def row(lat: float, z: int) -> int:
    return int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * (1 << z))


def addresses(zooms: Iterable[int]) -> list[tuple[int, int, int]]:
    """Return each tile that covers the city, in the order of archives."""
    found = [
        (z, x, y)
        for z in zooms
        for x in range(column(WEST, z), column(EAST, z) + 1)
        for y in range(row(NORTH, z), row(SOUTH, z) + 1)
    ]
    return sorted(found, key=lambda item: zxy_to_tileid(*item))


def content_of(z: int, x: int, y: int) -> bytes:
    """What this tile holds where no browser looks: another for each."""
    return f"tile {z}/{x}/{y} ".encode()


def write_archive(
    file: Path,
    zooms: Iterable[int] = (10, 11, 12),
    picture: bytes | None = None,
    kind: TileType = TileType.PNG,
    packing: Compression = Compression.NONE,
) -> Path:
    """Write the archive; each tile is `picture`, or words of its own."""
    with file.open("wb") as opened:
        writer = Writer(opened)
        for address in addresses(zooms):
            writer.write_tile(zxy_to_tileid(*address), picture or content_of(*address))
        header = {
            "tile_type": kind, "tile_compression": packing, "center_zoom": 10,
            "min_lon_e7": int(WEST * 1e7), "max_lon_e7": int(EAST * 1e7), "center_lon_e7": int(117.48 * 1e7),
            "min_lat_e7": int(SOUTH * 1e7), "max_lat_e7": int(NORTH * 1e7), "center_lat_e7": int(0.13 * 1e7),
        }  # fmt: skip
        writer.finalize(header, {"attribution": '<a href="https://peta.example">Peta &amp; Kota</a>'})
    return file
