"""Answers `/api/v1/geo/kelurahan`: the list of kelurahan, and their outlines for maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app

from app.geo.districts.geojson import KelurahanDocuments
from app.http.operation import operation
from app.public.pages.routes import ASK_FIRST, answer

if TYPE_CHECKING:
    from app import Siaga

geo = Blueprint("geo", __name__, url_prefix="/api/v1/geo")


def init_app(app: Siaga) -> None:
    """Hang the resource into the application."""
    app.register_blueprint(geo)


def serve_installation(app: Siaga) -> None:
    """Open the documents of kelurahan of this installation."""
    app.extensions["drawings"] = KelurahanDocuments(app.database)


@geo.get("/kelurahan")
@operation(
    operation_id="kelurahan",
    summary="The kelurahan by name, each with the point that stands for it",
    responses={200: "Villages"},
    problems=(503,),
)
def kelurahan() -> Response:
    """Return the kelurahan by name, each with the point that stands for it."""
    return answer(_drawings().documents().names, "application/json", keep=ASK_FIRST)


@geo.get("/kelurahan.geojson")
@operation(
    operation_id="outlines",
    summary="Their outlines as GeoJSON, simplified to 11 m; no features while none were imported",
    responses={200: "application/geo+json"},
    problems=(503,),
)
def outlines() -> Response:
    """Return their outlines, simplified to 11 m; no features until an import."""
    return answer(_drawings().documents().outlines, "application/geo+json", keep=ASK_FIRST)


def _drawings() -> KelurahanDocuments:
    drawings: KelurahanDocuments = current_app.extensions["drawings"]
    return drawings
