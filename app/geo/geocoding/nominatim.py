"""Geocode addresses with Nominatim through geopy: https, a short timeout, results inside the city only.

A private network address is reached only if its host is listed in `SIAGA_GEOCODER_INSIDE`. Redirects and proxies of
the environment are ignored. geopy is imported at the first request.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from typing import Any, Final
from urllib.parse import urlsplit

from app.core.db import Database
from app.core.ip_addresses import is_outside
from app.core.log import log
from app.geo.districts.locate import LAND, SEA
from app.geo.geocoding import queue as geocoding_queue
from config import Settings

PATIENCE_S: Final = 5.0
MOST_BYTES: Final = 200_000
MOST: Final = 5


class GeocoderClient:
    """Client of the geocoder in the worker. One thread calls `step` repeatedly."""

    def __init__(self, database: Database, address: str, contact: str, inside: tuple[str, ...]) -> None:
        self._database = database
        self._address = address
        self._agent = f"bontang-siaga-112 ({contact})"
        self._inside = inside
        self._geocoder: Any = None

    def step(self) -> bool:
        """Geocode one address if it is this process's turn; no transaction is open during the request."""
        words = geocoding_queue.take_turn(self._database)
        if words is None:
            return False
        places = None
        try:
            places = self.find(words)
        except Exception as fault:  # noqa: BLE001  after any failure the request is answered and the loop continues
            log().warning("geocoder_failed", fault=type(fault).__name__)
        geocoding_queue.answer(self._database, words, places)
        return False

    def find(self, words: str) -> list[dict[str, Any]]:
        """Return the places in the city that the geocoder finds.

        Raises:
            geopy.exc.GeopyError: no response, or an invalid one.
        """
        box = [(LAND.south, LAND.west), (LAND.north, SEA.east)]
        found = self._open().geocode(
            words, exactly_one=False, limit=MOST, language="id", country_codes="id", viewbox=box, bounded=True
        )
        places: list[dict[str, Any]] = [
            {"name": str(item.address)[:200], "lat": float(item.latitude), "lon": float(item.longitude)}
            for item in found or ()
        ]
        return [place for place in places if _in_city(place["lat"], place["lon"])]

    def _open(self) -> Any:
        if self._geocoder is None:
            from geopy.geocoders import Nominatim

            parts = urlsplit(self._address)
            self._geocoder = Nominatim(
                scheme=parts.scheme,
                domain=f"{parts.netloc}{parts.path}".rstrip("/"),
                user_agent=self._agent,
                timeout=PATIENCE_S,
                adapter_factory=_adapter_class(self._inside),
            )
        return self._geocoder


def open_geocoder(settings: Settings, database: Database) -> GeocoderClient | None:
    """Return the geocoder client of this installation, None where no geocoder is configured."""
    if not settings.geocoder_url:
        return None
    contact = settings.push_subject.removeprefix("mailto:")
    return GeocoderClient(database, settings.geocoder_url, contact, settings.geocoder_inside)


def _in_city(lat: float, lon: float) -> bool:
    return LAND.holds(lat, lon) or SEA.holds(lat, lon)


def _adapter_class(inside: tuple[str, ...]) -> Any:
    """Return a geopy adapter that connects to public addresses only."""
    from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
    from geopy.exc import GeocoderParseError, GeocoderTimedOut, GeocoderUnavailable

    class PublicAddressAdapter(BaseSyncAdapter):  # type: ignore[misc]
        def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> Any:
            try:
                return json.loads(self.get_text(url, timeout=timeout, headers=headers))
            except ValueError:
                raise GeocoderParseError("no JSON") from None

        def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:
            try:
                status, content = _http_get(url, timeout, headers, inside)
            except TimeoutError:
                raise GeocoderTimedOut("timeout") from None
            except (OSError, http.client.HTTPException) as fault:
                raise GeocoderUnavailable(type(fault).__name__) from None
            if status != http.client.OK:
                raise AdapterHTTPError(str(status), status_code=status, headers={}, text="")
            return content.decode("utf-8", "replace")

    return PublicAddressAdapter


def _http_get(
    url: str, timeout: float, headers: dict[str, str], inside: tuple[str, ...]
) -> tuple[int, bytes]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    raw = _connect(host, port, timeout, named=host in inside)
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.sock = (
            ssl.create_default_context().wrap_socket(raw, server_hostname=host) if secure else raw
        )
        connection.request("GET", f"{parts.path}?{parts.query}", headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(MOST_BYTES)
    finally:
        connection.close()
        raw.close()


def _connect(host: str, port: int, timeout: float, *, named: bool) -> socket.socket:
    """Open a socket to an address of the host that was checked after the name was resolved.

    `named`: the host is listed in `SIAGA_GEOCODER_INSIDE`, so a private address is allowed.

    Raises:
        ConnectionError: no allowed address accepts a connection.
    """
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not (named or is_outside(str(address[0]))):
            continue
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(timeout)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            continue
        return connection
    raise ConnectionError("no address outside answers")
