"""`/api/v1/geo/search`: places by what somebody writes, asked for once, never letter by letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Response, current_app, jsonify, request

from app.geo.geocoding import queue as geocoding_queue
from app.geo.places.index_cache import Atlases, Found
from app.http.body import read
from app.http.operation import operation
from app.public.api.report_intake import body
from app.public.api.schemas.requests import PlaceAsked

if TYPE_CHECKING:
    from app import Siaga

search = Blueprint("search", __name__, url_prefix="/api/v1/geo")
MOST = 6
"""Places that a phone shows."""


def init_app(app: Siaga) -> None:
    """Hang the resource into the application."""
    app.extensions.setdefault("siaga.atlases", Atlases(app.database))
    app.register_blueprint(search)


@search.post("/search")
@operation(
    operation_id="search_places",
    summary="Places by kelurahan, landmark, Plus Code or degrees; ask once, not letter by letter",
    request=PlaceAsked,
    responses={200: "PlacesFound"},
    problems=(413, 422, 503),
)
def find() -> Response:
    """Find places. The words stand in the body, so that no log of addresses holds them."""
    found, outside = look(read(PlaceAsked, body(request.environ)).q)
    response = jsonify(places=[as_json(one) for one in found], outside=outside)
    response.headers["Cache-Control"] = "no-store"
    return response


def look(asked: str) -> tuple[list[Found], str]:
    """Return the places that somebody's words mean, ours first, and what the geocoder outside has to say.

    `off`: it is not needed, or nobody outside is asked here; `waiting`: look again in a second.
    """
    app = cast("Siaga", current_app)
    atlases: Atlases = app.extensions["siaga.atlases"]
    atlas = atlases.atlas()
    found = atlas.find(asked, most=MOST)
    if found or not app.settings.geocoder_url:
        return found, "off"
    with app.database.write() as session:
        told = geocoding_queue.ask(session, asked)
    return [atlas.found_at("address", **one) for one in told.places], told.state


def as_json(one: Found) -> dict[str, Any]:
    """Return a place as the interface tells it."""
    atlases: Atlases = current_app.extensions["siaga.atlases"]
    village = atlases.atlas().gazetteer.by_code[one.place.kelurahan]
    return {
        "kind": one.kind,
        "name": one.name,
        "lat": one.lat,
        "lon": one.lon,
        "kelurahan": village.code,
        "kelurahan_name": village.name,
        "exact": one.place.exact,
        "inside_city": one.place.inside_city,
        "plus_code": one.place.plus_code,
    }
