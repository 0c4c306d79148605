"""Metres and the 300 m grid: one integer a cell, so that "near here" is a plain B-tree range in any database."""

from math import cos, hypot, radians
from typing import Final

CELL_M: Final = 300.0
_LAT_M_SHORTEST: Final = (
    110_574.27  # metres in a degree of latitude at the equator, where it is shortest (WGS 84)
)
_LON_M_EQUATOR: Final = 111_319.49  # metres in a degree of longitude at the equator (WGS 84)
_ROW_DEG: Final = CELL_M / _LAT_M_SHORTEST
_COLUMN_BITS: Final = 18  # the equator's row has 133,583 columns


def degree_m(lat: float) -> tuple[float, float]:
    """Metres in one degree of latitude and of longitude at this latitude (WGS 84 series, error under 1 m)."""
    phi = radians(lat)
    return (
        111_132.954 - 559.822 * cos(2 * phi) + 1.175 * cos(4 * phi),
        max(111_412.84 * cos(phi) - 93.5 * cos(3 * phi), 0.01),
    )


def metres(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Distance in metres on a plane laid at the middle latitude.

    In and around the city within 0.1 % of the geodesic.
    """
    lat_m, lon_m = degree_m((lat_a + lat_b) / 2)
    east = (lon_b - lon_a + 540.0) % 360.0 - 180.0
    return hypot((lat_b - lat_a) * lat_m, east * lon_m)


def _columns(row: int) -> int:
    """How many columns of at least 300 m fit around the earth in this row, at its edge nearer to a pole."""
    south = row * _ROW_DEG - 90.0
    edge = min(max(abs(south), abs(south + _ROW_DEG)), 90.0)
    return max(int(360.0 * _LON_M_EQUATOR * cos(radians(edge)) / CELL_M), 1)


def _cell(row: int, column: int) -> int:
    return row << _COLUMN_BITS | column


def cell_of(lat: float, lon: float) -> int:
    """The cell of a point, one integer below 2**35. No cell is anywhere narrower or lower than 300 m."""
    row = int((lat + 90.0) / _ROW_DEG)
    columns = _columns(row)
    return _cell(row, int((lon + 180.0) / 360.0 * columns) % columns)


def cells_around(lat: float, lon: float) -> tuple[int, ...]:
    """The cell of a point and the eight around it: every point within 300 m lies in one of them.

    Rows nearer to a pole have fewer columns, so each row is asked for its own column of this longitude.
    """
    middle = int((lat + 90.0) / _ROW_DEG)
    cells: set[int] = set()
    for row in (middle - 1, middle, middle + 1):
        columns = _columns(row)
        here = int((lon + 180.0) / 360.0 * columns)
        cells.update(_cell(row, (here + step) % columns) for step in (-1, 0, 1) if row >= 0)
    return tuple(sorted(cells))


def cell_middle(cell: int) -> tuple[float, float]:
    """The middle of a cell, latitude and longitude."""
    row, column = cell >> _COLUMN_BITS, cell & ((1 << _COLUMN_BITS) - 1)
    return (row + 0.5) * _ROW_DEG - 90.0, (column + 0.5) / _columns(row) * 360.0 - 180.0
