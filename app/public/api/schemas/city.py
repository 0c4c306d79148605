"""Defines the response schemas of the city and of places."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.public.api.schemas.base import Answered


class Village(Answered):
    """A kelurahan."""

    code: str
    name: str
    lat: float
    lon: float


class PlaceFound(Answered):
    """A place that somebody's words mean."""

    kind: str = Field(description="kelurahan, a kind of landmark, point (a Plus Code or degrees), or address")
    name: str
    lat: float
    lon: float
    kelurahan: str
    kelurahan_name: str
    exact: bool = Field(description="By outline; false: the nearest kelurahan, a guess")
    inside_city: bool
    plus_code: str


class PlacesFound(Answered):
    """Places, the best first."""

    places: list[PlaceFound]
    outside: Literal["off", "waiting", "found", "none", "failed", "busy"] = Field(
        description="The geocoder outside: not asked, asked and not yet answered (look again), or what it said"
    )


class DirectoryNumber(Answered):
    """A telephone number of the directory."""

    code: str
    name: str
    phone: str


class Ground(Answered):
    """Where map tiles come from; empty: outlines alone."""

    tiles: str
    attribution: str
    max_zoom: int | None = Field(description="Nearer than this there are no tiles of their own")


class VillageOfDistrict(Answered):
    """A kelurahan with its kecamatan."""

    code: str
    name: str
    kecamatan: str
    lat: float
    lon: float


class Villages(Answered):
    """All kelurahan of the city."""

    kelurahan: list[VillageOfDistrict]


class SignedRoster(Answered):
    """Whose keys may read what is sealed; believed only after its signature was checked."""

    payload: str = Field(description="base64url of JSON")
    signature: str = Field(description="base64url, ECDSA P-256 with SHA-256, r and s")


class CityFacts(Answered):
    """What a resident's phone shows of the city."""

    kelurahan: list[Village]
    numbers: list[DirectoryNumber]
    tiles: list[str]
    open_within_s: dict[str, int]
    sms: str = Field(description="Number for reports by SMS; empty: none")
    map: Ground
    roster: SignedRoster | None
