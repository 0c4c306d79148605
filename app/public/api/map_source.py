"""What lies under the pin on residents' maps: the tiles of an address, or of an archive on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.core.log import log
from app.geo.pmtiles import Archive, Unusable

if TYPE_CHECKING:
    from config import Settings


class Ground(NamedTuple):
    """The facts that phones are told; empty tiles: our own outlines alone."""

    tiles: str = ""
    attribution: str = ""
    max_zoom: int | None = None
    """Nearer than this there are no tiles, and the last ones are enlarged."""
    archive: Archive | None = None

    @property
    def origin(self) -> str:
        """Return where pictures may come from beside ourselves: that origin and no other; settings know it is one."""
        return "" if self.tiles.startswith("/") else "/".join(self.tiles.replace("{s}", "*").split("/")[:3])

    def document(self) -> dict[str, object]:
        """Return what `GET /api/v1/city` tells of it."""
        return {"tiles": self.tiles, "attribution": self.attribution, "max_zoom": self.max_zoom}


def ground_of(settings: Settings) -> Ground:
    """Return what the settings name; an archive that cannot be read leaves the outlines, and reports go on."""
    file = settings.map_archive
    if file is None:
        return Ground(settings.map_tiles, settings.map_attribution)
    try:
        archive = Archive(file)
    except Unusable as fault:
        log().error("map_archive", fault=str(fault))
        return Ground()
    address = f"/peta/{archive.mark}/{{z}}/{{x}}/{{y}}"
    return Ground(address, settings.map_attribution or archive.attribution, archive.max_zoom, archive)
