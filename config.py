"""Settings of one installation: one frozen object, built from a mapping, every fault told at once."""

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
"""Push services of the browsers in use; `*.` stands for any one subdomain or more."""


class SettingsError(ValueError):
    """The settings cannot be used; `faults` holds one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that may differ between two installations."""

    data: Path = Path("instance")
    """Folder of secrets, the embedded database, uploads and spools."""
    database_url: str = ""
    """Empty: SQLite inside `data`. Else `postgresql://…` (psycopg 3)."""
    host: str = "127.0.0.1"
    port: int = 8112
    live_port: int = 0
    """Port of the stream; 0 means the web port plus one."""
    public_url: str = ""
    """Address residents use, `https://…`; empty: as the request says (loopback and trials)."""
    live_url: str = ""
    """Address of the stream as browsers see it (`/live` behind a proxy); empty: same host, `live_port`."""
    trusted_proxies: int = 0
    """How many proxies in front set `X-Forwarded-*`."""
    push_subject: str = "mailto:siaga112@bontangkota.go.id"
    """Contact in the VAPID claim (RFC 8292, section 2.1)."""
    push_hosts: tuple[str, ...] = PUSH_HOSTS
    push_allow_loopback: bool = False
    """Tests only: push services on this machine, and plain http to them."""
    push_authorities: Path | None = None
    """PEM file of the authorities that certify push services; empty: the usual ones."""
    map_tiles: str = ""
    """Raster tile address `https://…/{z}/{x}/{y}.png`, a path of this host, or a file `….pmtiles` on this machine;
    empty: only our own outlines."""
    map_attribution: str = ""
    sms_number: str = "112"
    """Where a report by SMS goes when the phone has no data connection."""
    gateway_url: str = ""
    """Where SMS and voice calls to staff are handed in (docs/operations.md, section 10); empty: neither."""
    gateway_token: str = field(default="", repr=False)
    gateway_means: tuple[str, ...] = ("sms", "voice")
    """What the gateway can do."""
    exchange_secret: str = field(default="", repr=False)
    """Shared with the telephone exchange, which tells of calls (docs/operations.md); empty: nobody may tell."""
    smtp_url: str = field(default="", repr=False)
    """`smtp://` or `smtps://`, with name and password where the server wants them; empty: no e-mail."""
    smtp_from: str = "siaga112@bontangkota.go.id"
    geocoder_url: str = ""
    """Nominatim address; empty: no geocoding beyond the local places."""
    geocoder_inside: tuple[str, ...] = ()
    """Hosts of a Nominatim of one's own that may lie inside, or speak plain http.

    No other address inside is reached.
    """
    web_threads: int = 16
    web_processes: int = 1
    disk_reserve_mb: int = 256
    """Below this much free space uploads are refused; twice-smaller still takes reports."""
    metrics_public: bool = False
    session_idle_min: int = 30
    """Staff are signed out after so many minutes without a sign of life from their console."""
    session_max_h: int = 12
    """… and at the latest after so many hours: a shift and its handover."""
    ppa_root: Path | None = None
    """UPTD PPA's public root; empty: `ppa/root.pub` in `data`, and without a file nothing is sealed."""
    outer_key_file: Path | None = None
    """The outer key's file; empty: `outer.key` in `data`.

    Better elsewhere: never on the disk of database and backups.
    """
    outer_key: tuple[str, ...] = field(default=(), repr=False)
    """The outer key itself, base64url, instead of a file; after a comma the one before, while it is rotated."""
    outer_key_command: str = field(default="", repr=False)
    """Asks a key service and prints the outer key (base64, one a line, newest first), instead of a file."""
    canary_every_h: int = 24
    """How often a test report walks the whole chain, in hours; 0: never by itself."""
    canary_url: str = ""
    """Where the test reaches the web and the stream, `https://…`; empty: both on this machine."""
    doors: tuple[str, ...] = ("public", "console")
    """Which sides this web process serves: a public process cannot even route to the console."""

    @classmethod
    def from_mapping(cls, source: Mapping[str, str]) -> Settings:
        """Read `SIAGA_*` and `DATABASE_URL`.

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
        """Where the outer key is: a file, given as it is, or told by a command."""
        return self.outer_key_file, self.outer_key, self.outer_key_command

    @property
    def sqlalchemy_url(self) -> str:
        """Address for SQLAlchemy, with the driver named."""
        if not self.database_url:
            return f"sqlite:///{(self.data / 'siaga.sqlite3').absolute()}"
        scheme, rest = self.database_url.split(":", 1)
        return f"postgresql+psycopg:{rest}" if scheme.startswith("postgres") else self.database_url

    @property
    def stream_port(self) -> int:
        return self.live_port or self.port + 1

    @property
    def session_limits(self) -> tuple[timedelta, timedelta]:
        """How long staff stay signed in: without a sign of life, and at all."""
        return timedelta(minutes=self.session_idle_min), timedelta(hours=self.session_max_h)

    @property
    def may_put_off_second_step(self) -> bool:
        """Nobody but this machine can reach the server, so a newcomer may look around first."""
        return self.loopback_only and not self.public_url and not self.trusted_proxies

    @property
    def map_archive(self) -> Path | None:
        """File of the map's pictures, where the tiles are no address."""
        file = self.map_tiles.endswith(".pmtiles") and "://" not in self.map_tiles
        return Path(self.map_tiles) if file else None

    @property
    def loopback_only(self) -> bool:
        return self.host in {"127.0.0.1", "localhost", "::1"}

    @property
    def tls(self) -> bool:
        return self.public_url.startswith("https://")


def _is_tile_address(address: str) -> bool:
    """Tell whether browsers can be sent there; without TLS to this machine alone."""
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
