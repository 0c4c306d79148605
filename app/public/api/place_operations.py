"""The operations about places, for openapi.json."""

from __future__ import annotations

from typing import Final

from app.public.api.operations import Operation
from app.public.api.schemas import city as kept
from app.public.api.schemas import requests as sent

PLACE_OPERATIONS: Final = (
    Operation(
        method="get",
        path="/api/v1/geo/kelurahan",
        name="kelurahan",
        says="The kelurahan by name, each with the point that stands for it",
        answers={200: kept.Villages},
        problems=(503,),
    ),
    Operation(
        method="get",
        path="/api/v1/geo/kelurahan.geojson",
        name="outlines",
        says="Their outlines as GeoJSON, simplified to 11 m; no features while none were imported",
        answers={200: "application/geo+json"},
        problems=(503,),
    ),
    Operation(
        method="post",
        path="/api/v1/geo/search",
        name="search_places",
        says="Places by kelurahan, landmark, Plus Code or degrees; ask once, not letter by letter",
        sends=sent.PlaceAsked,
        answers={200: kept.PlacesFound},
        problems=(413, 422, 503),
    ),
)
