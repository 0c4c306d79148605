"""Locate a position: kelurahan and its certainty, grid cell, Plus Code, and whether it is inside the city.

Every position is accepted: islands and stilt villages lie outside the land polygons, and a reporter outside the city
may still need help. The result is then the nearest kelurahan with its distance, and a label.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Final, Literal

from openlocationcode import openlocationcode

from app.geo.districts.polygons import Area
from app.geo.grid import cell_of, degree_m, metres
from app.geo.places.spellings import folded, match
from app.geo.seed import KELURAHAN, SPELLINGS

Beyond = Literal["kutai_timur", "kutai_kartanegara", "sea", "far"]

COAST_SLACK_M: Final = 1_000  # stilt villages, jetties and generalised borders
FAR_M: Final = 60_000  # beyond the towns of the two neighbouring regencies: "far" instead of a neighbour
_FULL_CODE: Final = re.compile(r"[23456789CFGHJMPQRVWX]{8}\+[23456789CFGHJMPQRVWX]{2,7}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Box:
    """A box of degrees, borders included."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, lat: float, lon: float) -> bool:
        """Return whether the point is inside or on the border."""
        return self.south <= lat <= self.north and self.west <= lon <= self.east


LAND: Final = Box(0.0214, 117.388, 0.2061, 117.565)
SEA: Final = Box(
    0.0214, 117.510, 0.2061, 117.720
)  # 70 % of the territory: islands and shipping lanes to the east
MAP_START: Final = (0.133, 117.490)


@dataclass(frozen=True, slots=True)
class Village:
    """A kelurahan in memory: its point, and its area when outlines were imported."""

    code: str
    name: str
    lat: float
    lon: float
    area: Area | None = None
    kecamatan: str = ""
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Location of a position. `distance_m` is 0 inside an imported area, else metres to the nearest kelurahan."""

    kelurahan: str
    distance_m: int
    exact: bool
    inside_city: bool
    beyond: Beyond | None
    plus_code: str
    cell: int


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The kelurahan of the city, immutable; an import creates a new gazetteer."""

    villages: tuple[Village, ...]
    names: Mapping[str, str] = field(init=False, repr=False)
    by_code: Mapping[str, Village] = field(init=False, repr=False)
    has_areas: bool = field(init=False)

    def __post_init__(self) -> None:
        names = {folded(name): v.code for v in self.villages for name in (*v.spellings, v.name)}
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "by_code", {village.code: village for village in self.villages})
        object.__setattr__(self, "has_areas", any(village.area for village in self.villages))

    @classmethod
    def seeded(cls) -> "Gazetteer":
        """Return the gazetteer of a new installation: fifteen points, no areas."""
        return cls(
            tuple(
                Village(k.code, k.name, k.lat, k.lon, spellings=SPELLINGS.get(k.code, ())) for k in KELURAHAN
            )
        )

    def place_of(self, lat: float, lon: float) -> Place:
        """Locate one position (degrees, already checked to be on the globe)."""
        village = next((v for v in self.villages if v.area and v.area.holds(lat, lon)), None)
        exact = village is not None
        away_m = 0.0
        if village is None:
            village, away_m = self._nearest(lat, lon)
        inside = (
            exact
            or SEA.holds(lat, lon)
            or (away_m <= COAST_SLACK_M if self.has_areas else LAND.holds(lat, lon))
        )
        return Place(
            kelurahan=village.code,
            distance_m=round(away_m),
            exact=exact,
            inside_city=inside,
            beyond=None if inside else _region_beyond(lat, lon, away_m),
            plus_code=plus_code(lat, lon),
            cell=cell_of(lat, lon),
        )

    def match(self, name: str) -> str | None:
        """Return the code of the kelurahan with a spelling like `name`, None when none or several fit."""
        return match(name, self.names)

    def _nearest(self, lat: float, lon: float) -> tuple[Village, float]:
        """Return the nearest area, or the nearest point without areas; boxes are compared before corners, for speed."""
        if not self.has_areas:
            lat_m, lon_m = degree_m(lat)
            village = min(
                self.villages, key=lambda v: ((v.lat - lat) * lat_m) ** 2 + ((v.lon - lon) * lon_m) ** 2
            )
            return village, metres(lat, lon, village.lat, village.lon)
        best, best_m = self.villages[0], inf
        for village, at_least_m in sorted(
            ((v, _minimum_metres(v, lat, lon)) for v in self.villages), key=_second_item
        ):
            if at_least_m >= best_m:
                break
            away_m = village.area.border_metres(lat, lon, within=best_m) if village.area else at_least_m
            if away_m < best_m:
                best, best_m = village, away_m
        return best, best_m


def plus_code(lat: float, lon: float) -> str:
    """Return the full Plus Code (Open Location Code) of ten digits, a square of about 14 m."""
    return str(openlocationcode.encode(lat, lon, 10))


def short_plus_code(code: str) -> str:
    """Return the short code spoken on the telephone, such as "4FMR+62"; it is unique within the city."""
    return code[4:]


def read_plus_code(text: str, near: tuple[float, float] = MAP_START) -> tuple[float, float] | None:
    """Return the middle of the first Plus Code (full or short) in a typed text, None without one."""
    for word in text.upper().split():
        candidate = word.strip(".,;()")
        if _FULL_CODE.fullmatch(candidate) and openlocationcode.isFull(candidate):
            area = openlocationcode.decode(candidate)
        elif "+" in candidate and openlocationcode.isValid(candidate) and openlocationcode.isShort(candidate):
            area = openlocationcode.decode(openlocationcode.recoverNearest(candidate, *near))
        else:
            continue
        return float(area.latitudeCenter), float(area.longitudeCenter)
    return None


def _region_beyond(lat: float, lon: float, away_m: float) -> Beyond:
    if away_m > FAR_M:
        return "far"
    if lon > SEA.west:
        return "sea"
    return "kutai_kartanegara" if lat < LAND.south else "kutai_timur"


def _minimum_metres(village: Village, lat: float, lon: float) -> float:
    """Return metres to the box of an area, or to the point of a kelurahan without one."""
    if village.area:
        return village.area.box_metres(lat, lon)
    return metres(lat, lon, village.lat, village.lon)


def _second_item(row: tuple[Village, float]) -> float:
    return row[1]
