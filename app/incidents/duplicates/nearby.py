"""Finds incidents within 300 m and 30 minutes of a position, the most recent first.

The query walks nine integer cells of 300 m, each a descending scan of the B-tree (cell, received_at) that stops after
`LOOKED_AT` rows. So thousands of reports from one street cost no more than a few dozen (docs/decisions/0021).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from app.core.raw_sql import Plain, iso
from app.geo.grid import CELL_M, cells_around, degree_m

RADIUS_M: Final = CELL_M
WINDOW: Final = timedelta(minutes=30)
SHOWN: Final = 10
LOOKED_AT: Final = 50
"""Newest rows read of each cell; with fewer in 30 minutes the answer is exact."""
_CELLS: Final = 9
_COLUMNS: Final = "id, number, kind, state, received_at, reports, lat, lon"
_SINGLE_CELL: Final = (
    f"SELECT * FROM (SELECT {_COLUMNS} FROM incident"
    " WHERE cell = :cell_{n} AND received_at > :since AND received_at <= :until"
    f" ORDER BY received_at DESC LIMIT {LOOKED_AT}) AS cell_{{n}}"
)
_SQUARE_M: Final = (
    "((lat - :lat) * :lat_m) * ((lat - :lat) * :lat_m) + ((lon - :lon) * :lon_m) * ((lon - :lon) * :lon_m)"
)
_NEARBY = Plain(
    f"SELECT id, number, kind, state, received_at, reports, {_SQUARE_M} FROM ("
    + " UNION ALL ".join(_SINGLE_CELL.format(n=n) for n in range(_CELLS))
    + f") AS near WHERE {_SQUARE_M} <= :square_m ORDER BY received_at DESC LIMIT {SHOWN}"
)


class Near(NamedTuple):
    """An incident close in space and time."""

    id: str
    number: int
    kind: str
    state: str
    received_at: str
    reports: int
    distance_m: int


def nearby(session: Session, *, lat: float, lon: float, at: datetime) -> list[Near]:
    """Return at most `SHOWN` incidents within `RADIUS_M`, received in the `WINDOW` that ends at `at`."""
    lat_m, lon_m = degree_m(lat)
    cells = cells_around(lat, lon)
    values: dict[str, Any] = {
        "lat": lat,
        "lon": lon,
        "lat_m": lat_m,
        "lon_m": lon_m,
        "square_m": RADIUS_M * RADIUS_M,
        "since": at - WINDOW,
        "until": at,
    }
    for n in range(_CELLS):  # at the poles there are fewer than nine
        values[f"cell_{n}"] = cells[n] if n < len(cells) else -1
    return [
        Near(incident_id, number, kind, state, iso(received_at) or "", reports, round(square_m**0.5))
        for incident_id, number, kind, state, received_at, reports, square_m in _NEARBY.rows(session, values)
    ]
