"""Serves map tiles (`/peta/…`) from the city's own archive, so that no other server learns where residents look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort

from app.public.pages.routes import FOR_EVER, resident

if TYPE_CHECKING:
    from app import Siaga

tiles = Blueprint("tiles", __name__)


def init_app(app: Siaga) -> None:
    """Hang the tiles into the application."""
    app.register_blueprint(tiles)


@tiles.get("/peta/<mark>/<int:z>/<int:x>/<int:y>")
def tile(mark: str, z: int, x: int, y: int) -> Response:
    """Return a tile; 404 for the address of another archive, because phones would keep a mixed map."""
    archive = resident().map_source.archive
    content = archive.picture(z, x, y) if archive and mark == archive.mark else None
    if archive is None or content is None:
        abort(404)
    response = Response(content, content_type=archive.type)
    response.headers["Cache-Control"] = FOR_EVER
    return response
