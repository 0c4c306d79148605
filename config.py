"""Read the settings of an installation from a mapping and report all faults together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
"""Folder of the repository: `app`, `pwa`, `migrations`."""

PUSH_HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
    "*.notify.windows.com",
)
"""Push services of the browsers in use; `*.` matches one or more subdomain labels."""


class SettingsError(ValueError):
    """Raised for unusable settings; `faults` holds one sentence for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Holds every value that may differ between two installations."""

    data: Path = Path("instance")
    """Folder of secrets, the embedded database, uploads and spools."""
    database_url: str = ""
    """Empty: SQLite inside `data`. Else `postgresql://…` (psycopg 3)."""
    host: str = "127.0.0.1"
    port: int = 8112
    live_port: int = 0
    """Port of the stream; 0: the web port plus one."""
    public_url: str = ""
    """Address that residents use, `https://…`; empty: the host of the request (loopback and trials)."""
    live_url: str = ""
    """Address of the stream as browsers see it (`/live` behind a proxy); empty: same host, `live_port`."""
    trusted_proxies: int = 0
    """Number of proxies in front that set `X-Forwarded-*`."""
    push_subject: str = "mailto:siaga112@bontangkota.go.id"
    """Contact in the VAPID claim (RFC 8292, section 2.1)."""
    push_hosts: tuple[str, ...] = PUSH_HOSTS
    push_allow_loopback: bool = False
    """Tests only: push services on this machine, and plain http to them."""
    push_authorities: Path | None = None
    """PEM file of the authorities that certify push services; empty: the usual ones."""
    map_tiles: str = ""
    """Raster tile address `https://…/{z}/{x}/{y}.png`, a path of this host, or a file `….pmtiles` on this machine;
    empty: the built-in outlines alone."""
    map_attribution: str = ""
    sms_number: str = "112"
    """Number that receives a report by SMS when the phone has no data connection."""
    gateway_url: str = ""
    """Address of the gateway for SMS and voice calls to staff (docs/operations.md, section 11); empty: none."""
    gateway_token: str = field(default="", repr=False)
    gateway_means: tuple[str, ...] = ("sms", "voice")
    """Means that the gateway offers."""
    exchange_secret: str = field(default="", repr=False)
    """Secret shared with the telephone exchange, which reports calls (docs/operations.md); empty: calls are refused."""
    smtp_url: str = field(default="", repr=False)
    """`smtp://` or `smtps://`, with name and password where the server needs them; empty: no e-mail."""
    smtp_from: str = "siaga112@bontangkota.go.id"
    geocoder_url: str = ""
    """Nominatim address; empty: no geocoding beyond the local places."""
    geocoder_inside: tuple[str, ...] = ()
    """Hosts of a local Nominatim that may have a private address, or use plain http.

    Every other private address is refused.
    """
    web_threads: int = 16
    web_processes: int = 1
    disk_reserve_mb: int = 256
    """Free space in MB below which uploads are refused; reports are still taken."""
    metrics_public: bool = False
    session_idle_min: int = 30
    """Minutes without activity in the console after which staff are signed out."""
    session_max_h: int = 12
    """Hours after which staff are signed out at the latest: a shift and its handover."""
    ppa_root: Path | None = None
    """UPTD PPA's public root; empty: `ppa/root.pub` in `data`, and without a file nothing is sealed."""
    outer_key_file: Path | None = None
    """File of the master key; empty: `outer.key` in `data`.

    Keep it on another disk than database and backups.
    """
    outer_key: tuple[str, ...] = field(default=(), repr=False)
    """Master key in base64url, instead of a file; during a rotation the previous key follows after a comma."""
    outer_key_command: str = field(default="", repr=False)
    """Command that prints the master key (base64, one a line, newest first), instead of a file."""
    canary_every_h: int = 24
    """Hours between two automatic test reports through the whole chain; 0: none."""
    canary_url: str = ""
    """Address at which the test reaches web and stream, `https://…`; empty: both on this machine."""
    doors: tuple[str, ...] = ("public", "console")
    """Sites that this web process serves; a process without `console` has no routes to it."""

    @classmethod
    def from_mapping(cls, source: Mapping[str, str]) -> Settings:
        """Build the settings from `SIAGA_*` and `DATABASE_URL`.

        Raises:
            SettingsError: naming every value that cannot be used.
        """
        values: dict[str, Any] = {}
        faults: list[str] = []
        for item in fields(cls):
            name = "DATABASE_URL" if item.name == "database_url" else f"SIAGA_{item.name.upper()}"
            raw = source.get(name, "").strip()
            if not raw:
                continue
            try:
                values[item.name] = _READERS[item.type](raw)
            except ValueError as fault:
                faults.append(f"{name}: {fault}")
        settings = cls(**values)
        faults += settings._faults()
        if faults:
            raise SettingsError(faults)
        return settings

    def _faults(self) -> list[str]:
        checks = {
            f"SIAGA_PORT: {self.port} is no port": 0 < self.port < 65535,
            "DATABASE_URL: neither sqlite: nor postgresql:": urlsplit(self.database_url).scheme
            in {"", "sqlite", "postgres", "postgresql"},
            "SIAGA_PUBLIC_URL: starts with neither https:// nor http://": self.public_url == ""
            or self.public_url.startswith(("https://", "http://")),
            "SIAGA_PUSH_SUBJECT: neither mailto: nor https:": self.push_subject.startswith(
                ("mailto:", "https:")
            ),
            "SIAGA_MAP_TILES: no https:// address and no path with {z}, {x} and {y}, "
            "no file ….pmtiles on this machine": (
                self.map_tiles == "" or self.map_archive is not None or _is_tile_address(self.map_tiles)
            ),
            "SIAGA_GATEWAY_URL: neither https:// nor http://": self.gateway_url == ""
            or urlsplit(self.gateway_url).scheme in {"https", "http"},
            "SIAGA_GATEWAY_MEANS: sms, voice or both": set(self.gateway_means) <= {"sms", "voice"},
            "SIAGA_GEOCODER_URL: starts with https://, or its host stands in SIAGA_GEOCODER_INSIDE": (
                self.geocoder_url == ""
                or urlsplit(self.geocoder_url).scheme == "https"
                or (
                    urlsplit(self.geocoder_url).scheme == "http"
                    and urlsplit(self.geocoder_url).hostname in self.geocoder_inside
                )
            ),
            "SIAGA_CANARY_URL: neither https:// nor http://": self.canary_url == ""
            or urlsplit(self.canary_url).scheme in {"https", "http"},
            "SIAGA_SMTP_URL: neither smtp:// nor smtps://": self.smtp_url == ""
            or urlsplit(self.smtp_url).scheme in {"smtp", "smtps"},
            "SIAGA_OUTER_KEY: each key is 43 signs of base64url": all(
                re.fullmatch(r"[A-Za-z0-9_-]{43}", key) for key in self.outer_key
            ),
        }
        return [fault for fault, fine in checks.items() if not fine]

    @property
    def outer(self) -> tuple[Path | None, tuple[str, ...], str]:
        """Return the source of the master key: file, keys, command."""
        return self.outer_key_file, self.outer_key, self.outer_key_command

    @property
    def sqlalchemy_url(self) -> str:
        """Return the database address for SQLAlchemy, with the driver named."""
        if not self.database_url:
            return f"sqlite:///{(self.data / 'siaga.sqlite3').absolute()}"
        scheme, rest = self.database_url.split(":", 1)
        return f"postgresql+psycopg:{rest}" if scheme.startswith("postgres") else self.database_url

    @property
    def stream_port(self) -> int:
        return self.live_port or self.port + 1

    @property
    def session_limits(self) -> tuple[timedelta, timedelta]:
        """Return how long staff stay signed in: without activity, and at the latest."""
        return timedelta(minutes=self.session_idle_min), timedelta(hours=self.session_max_h)

    @property
    def may_put_off_second_step(self) -> bool:
        """Return whether the second step may wait, because this machine alone reaches the server."""
        return self.loopback_only and not self.public_url and not self.trusted_proxies

    @property
    def map_archive(self) -> Path | None:
        """Return the PMTiles file, None where `map_tiles` is an address or empty."""
        file = self.map_tiles.endswith(".pmtiles") and "://" not in self.map_tiles
        return Path(self.map_tiles) if file else None

    @property
    def loopback_only(self) -> bool:
        return self.host in {"127.0.0.1", "localhost", "::1"}

    @property
    def tls(self) -> bool:
        return self.public_url.startswith("https://")


def _is_tile_address(address: str) -> bool:
    """Return whether `address` is a usable tile address; without TLS on this machine alone."""
    host = r"(?:https://[\w.*{}-]+(?::\d+)?|http://(?:127\.0\.0\.1|localhost)(?::\d+)?|)"
    whole = re.fullmatch(host + r"/(?!/)[^\s;,'\"]*", address)
    return whole is not None and all(part in address for part in ("{z}", "{x}", "{y}"))


def _flag(raw: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if raw.lower() not in known:
        raise ValueError(f"{raw!r} is neither true nor false")
    return known[raw.lower()]


def _number(raw: str) -> int:
    if not raw.isdecimal():
        raise ValueError(f"{raw!r} is no whole number")
    return int(raw)


def _words(raw: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in raw.split(",") if word.strip())


_READERS: dict[Any, Callable[[str], Any]] = {
    "str": str,
    "int": _number,
    "bool": _flag,
    "Path": Path,
    "Path | None": Path,
    "tuple[str, ...]": _words,
}
