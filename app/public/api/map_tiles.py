"""`/peta/…`: pictures of the map out of the city's own archive, so that nobody else learns where people look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort

from app.public.pages.routes import FOR_EVER, resident

if TYPE_CHECKING:
    from app import Siaga

tiles = Blueprint("tiles", __name__)


def init_app(app: Siaga) -> None:
    """Hang the pictures into the application."""
    app.register_blueprint(tiles)


@tiles.get("/peta/<mark>/<int:z>/<int:x>/<int:y>")
def picture(mark: str, z: int, x: int, y: int) -> Response:
    """One picture; the address of another archive's is not answered, or phones would keep a mixed map."""
    archive = resident().ground.archive
    found = archive.picture(z, x, y) if archive and mark == archive.mark else None
    if archive is None or found is None:
        abort(404)
    response = Response(found, content_type=archive.type)
    response.headers["Cache-Control"] = FOR_EVER
    return response
