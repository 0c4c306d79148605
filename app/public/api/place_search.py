"""Answers `/api/v1/geo/search`: finds places by words that are sent once, never letter by letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Response, current_app, jsonify, request

from app.geo.geocoding import queue as geocoding_queue
from app.geo.places.index_cache import Atlases, Found
from app.http.body import read
from app.http.operation import operation
from app.public.api.report_intake import body
from app.public.api.schemas.requests import PlaceQuery

if TYPE_CHECKING:
    from app import Siaga

search = Blueprint("search", __name__, url_prefix="/api/v1/geo")
MOST = 6
"""Most places that a phone shows."""


def init_app(app: Siaga) -> None:
    """Hang the resource into the application."""
    app.register_blueprint(search)


def serve_installation(app: Siaga) -> None:
    """Open the index of places of this installation."""
    app.extensions["siaga.atlases"] = Atlases(app.database)


@search.post("/search")
@operation(
    operation_id="search_places",
    summary="Places by kelurahan, landmark, Plus Code or degrees; ask once, not letter by letter",
    request=PlaceQuery,
    responses={200: "PlacesFound"},
    problems=(413, 422, 503),
)
def search_places() -> Response:
    """Return places; the words stand in the body, so that no log of addresses holds them."""
    found, outside = find_places(read(PlaceQuery, body(request.environ)).q)
    response = jsonify(places=[as_json(place) for place in found], outside=outside)
    response.headers["Cache-Control"] = "no-store"
    return response


def find_places(words: str) -> tuple[list[Found], str]:
    """Return the places that the words mean, ours first, and the state of the external geocoder.

    `off`: it is not needed or not configured; `waiting`: ask again in a second.
    """
    app = cast("Siaga", current_app)
    atlases: Atlases = app.extensions["siaga.atlases"]
    atlas = atlases.atlas()
    found = atlas.find(words, most=MOST)
    if found or not app.settings.geocoder_url:
        return found, "off"
    with app.database.write() as session:
        geocoded = geocoding_queue.ask(session, words)
    return [atlas.found_at("address", **place) for place in geocoded.places], geocoded.state


def as_json(found: Found) -> dict[str, Any]:
    """Return a place as the API describes it."""
    atlases: Atlases = current_app.extensions["siaga.atlases"]
    village = atlases.atlas().gazetteer.by_code[found.place.kelurahan]
    return {
        "kind": found.kind,
        "name": found.name,
        "lat": found.lat,
        "lon": found.lon,
        "kelurahan": village.code,
        "kelurahan_name": village.name,
        "exact": found.place.exact,
        "inside_city": found.place.inside_city,
        "plus_code": found.place.plus_code,
    }
