"""Opens the source of map tiles on residents' maps: an address in the settings, or an archive on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.core.log import log
from app.geo.pmtiles import Archive, Unusable

if TYPE_CHECKING:
    from config import Settings


class MapSource(NamedTuple):
    """Describes where phones load map tiles; with empty `tiles` they draw the outlines alone."""

    tiles: str = ""
    attribution: str = ""
    max_zoom: int | None = None
    """Highest zoom level with tiles; beyond it the last ones are enlarged."""
    archive: Archive | None = None

    @property
    def origin(self) -> str:
        """Return the foreign origin of tiles for `img-src`, empty when tiles are ours; settings have checked it."""
        return "" if self.tiles.startswith("/") else "/".join(self.tiles.replace("{s}", "*").split("/")[:3])

    def document(self) -> dict[str, object]:
        """Return the member `map` of `GET /api/v1/city`."""
        return {"tiles": self.tiles, "attribution": self.attribution, "max_zoom": self.max_zoom}


def open_map_source(settings: Settings) -> MapSource:
    """Open the source that the settings name; one without tiles, and a line in the log, for an unreadable archive."""
    file = settings.map_archive
    if file is None:
        return MapSource(settings.map_tiles, settings.map_attribution)
    try:
        archive = Archive(file)
    except Unusable as fault:
        log().error("map_archive", fault=str(fault))
        return MapSource()
    address = f"/peta/{archive.mark}/{{z}}/{{x}}/{{y}}"
    return MapSource(address, settings.map_attribution or archive.attribution, archive.max_zoom, archive)
