"""Nominatim through geopy: https to an address outside, short patience, answers inside the city alone.

An address inside is reached only where its host stands in `SIAGA_GEOCODER_INSIDE`; a redirect is never followed, and
no proxy of the environment is used. geopy is imported when the first address is asked for.
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


class Asker:
    """One worker's way to the geocoder. `step` is called again and again by one thread."""

    def __init__(self, database: Database, address: str, contact: str, inside: tuple[str, ...]) -> None:
        self._database = database
        self._address = address
        self._agent = f"bontang-siaga-112 ({contact})"
        self._inside = inside
        self._geocoder: Any = None

    def step(self) -> bool:
        """Ask for one address if it is our turn; no transaction is open while the geocoder answers."""
        words = geocoding_queue.take_turn(self._database)
        if words is None:
            return False
        places = None
        try:
            places = self.find(words)
        except Exception as fault:  # noqa: BLE001  whatever it was: the words are answered, the loop goes on
            log().warning("geocoder_failed", fault=type(fault).__name__)
        geocoding_queue.answer(self._database, words, places)
        return False

    def find(self, words: str) -> list[dict[str, Any]]:
        """Return the places in the city that the geocoder means.

        Raises:
            geopy.exc.GeopyError: it did not answer, or not in its own language.
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
                adapter_factory=_adapter(self._inside),
            )
        return self._geocoder


def open_asker(settings: Settings, database: Database) -> Asker | None:
    """Return what asks the geocoder in this installation, None where nobody outside is asked."""
    if not settings.geocoder_url:
        return None
    contact = settings.push_subject.removeprefix("mailto:")
    return Asker(database, settings.geocoder_url, contact, settings.geocoder_inside)


def _in_city(lat: float, lon: float) -> bool:
    return LAND.holds(lat, lon) or SEA.holds(lat, lon)


def _adapter(inside: tuple[str, ...]) -> Any:
    """Return geopy's way to the network, held to addresses outside."""
    from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
    from geopy.exc import GeocoderParseError, GeocoderTimedOut, GeocoderUnavailable

    class Checked(BaseSyncAdapter):  # type: ignore[misc]
        def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> Any:
            try:
                return json.loads(self.get_text(url, timeout=timeout, headers=headers))
            except ValueError:
                raise GeocoderParseError("no JSON") from None

        def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:
            try:
                status, content = _get(url, timeout, headers, inside)
            except TimeoutError:
                raise GeocoderTimedOut("timeout") from None
            except (OSError, http.client.HTTPException) as fault:
                raise GeocoderUnavailable(type(fault).__name__) from None
            if status != http.client.OK:
                raise AdapterHTTPError(str(status), status_code=status, headers={}, text="")
            return content.decode("utf-8", "replace")

    return Checked


def _get(url: str, timeout: float, headers: dict[str, str], inside: tuple[str, ...]) -> tuple[int, bytes]:
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
    """Open a socket to an address that was looked at after the name was looked up."""
    for family, kind, protocol, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not (named or is_outside(str(place[0]))):
            continue
        found = socket.socket(family, kind, protocol)
        found.settimeout(timeout)
        try:
            found.connect(place)
        except OSError:
            found.close()
            continue
        return found
    raise ConnectionError("no address outside answers")
